"""Two people at two fusion nodes, each with a browser: they meet, align and take their rows home; in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, expect

from fusion.home import read_token
from fusion.tests.nodes import Node, Process
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.fusion_people import Person, amiss, take


def _people(file: Path, numbers: range) -> Path:
    rows = [f"{number:05d},Person {number},{number * 3}" for number in numbers]
    file.write_text("\n".join(["customer,name,amount", *rows]) + "\n", "utf-8")
    return file


def _propose(ann: Person) -> None:
    page = ann.page
    page.get_by_test_id("align-with").click()
    page.get_by_test_id("name").fill("Spring")
    take(page, "name")
    take(page, "customer")
    up = page.get_by_role("button", name="Move customer up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("id-columns").locator(".name")).to_have_text(["customer", "name"])
    page.get_by_test_id("rule-case").select_option("lower")
    page.get_by_test_id("try-0").fill(" 00041 ")
    page.get_by_test_id("try-1").fill("PERSON 41")
    expect(page.get_by_test_id("example-id")).to_have_text('["00041","person 41"]')
    expect(page.get_by_test_id("key-check")).to_contain_text("60 different ids in 60 rows")
    page.get_by_test_id("outcome-both").check()
    page.get_by_test_id("expected-ids").fill("80")
    expect(page.get_by_test_id("plan")).to_be_visible()
    page.get_by_test_id("propose").click()
    ann.state("waiting")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("fusion")
    alpha, beta = Process(folder, "alpha").start(), Process(folder, "beta").start()
    yield alpha, beta
    alpha.stop()
    beta.stop()


@pytest.fixture
def both(nodes: tuple[Node, Node], browser: Browser) -> Iterator[tuple[Person, Person]]:
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") for _ in nodes]
    people = [Person(node, context) for node, context in zip(nodes, contexts, strict=True)]
    yield people[0], people[1]
    for context in contexts:
        context.close()
    assert not [fault for person in people for fault in person.faults]


def test_the_token_opens_the_page_and_nothing_else_does(both: tuple[Person, Person]) -> None:
    ann, _ = both
    ann.page.goto(f"{ann.url}/partners")
    ann.page.get_by_test_id("token").fill("not the token")
    ann.page.get_by_test_id("sign-in").click()
    expect(ann.page.get_by_test_id("token-wrong")).to_be_visible()
    ann.page.get_by_test_id("token").fill(read_token(ann.node.home))
    ann.page.get_by_test_id("sign-in").click()
    expect(ann.page.get_by_test_id("partner-new")).to_be_visible()
    assert ann.page.url == f"{ann.url}/partners"
    ann.page.get_by_test_id("sign-out").click()
    expect(ann.page.get_by_test_id("token")).to_be_visible()
    ann.sign_in()
    assert ann.page.url == f"{ann.url}/", "the token stays in the address"
    ann.page.goto(f"{ann.url}/data")
    ann.page.go_back()
    expect(ann.page.get_by_test_id("fingerprint")).to_be_visible()
    assert "token" not in ann.page.url
    # A link that is opened where the page is already, and brings a token that is none.
    ann.page.evaluate("location.hash = '#token=other'")
    expect(ann.page.get_by_test_id("token-ended")).to_be_visible()
    assert "other" not in ann.page.url


def test_two_people_meet_align_and_take_their_rows(both: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = both
    told = []
    for person in both:
        person.sign_in()
        invitation = person.page.get_by_test_id("invitation").input_value()
        told.append((invitation, person.page.get_by_test_id("fingerprint").inner_text()))
    ann.add(told[1][0])
    bob.add(told[0][0])
    ann.page.get_by_test_id("typed-fingerprint").fill(told[0][1])  # their own, as somebody would who misunderstands
    ann.page.get_by_test_id("confirm-partner").click()
    expect(ann.page.get_by_test_id("problem")).to_contain_text("HAN-8032")
    ann.confirm(told[1][1])
    bob.page.get_by_test_id("compared").check()
    bob.page.get_by_test_id("confirm-partner").click()
    expect(bob.page.get_by_test_id("check-way")).to_be_visible()
    ann.page.get_by_test_id("check-way").click()
    expect(ann.page.get_by_test_id("way")).to_contain_text("they have confirmed us")
    expect(ann.page.get_by_test_id("partner").locator("[data-state=confirmed]")).to_be_visible()

    ann.upload(_people(tmp_path / "clients.csv", range(60)))
    bob.upload(_people(tmp_path / "buyers.csv", range(40, 120)))

    _propose(ann)
    bob.go("home")
    bob.page.get_by_test_id("todo-proposal").click()
    expect(bob.page.get_by_test_id("terms")).to_contain_text("Both sides learn which ids they have in common.")
    take(bob.page, "customer")
    take(bob.page, "name")
    expect(bob.page.get_by_test_id("pre-check")).to_contain_text("75 %")
    bob.page.get_by_test_id("accept").click()

    for person, share in ((ann, "33.3 %"), (bob, "25.0 %")):
        person.state("succeeded")
        expect(person.page.get_by_test_id("intersection")).to_have_text("20")
        expect(person.page.get_by_test_id("result")).to_contain_text(share)
        expect(person.page.get_by_test_id("egress")).to_contain_text("messages of the protocol")
        expect(person.page.get_by_test_id("foretold")).to_be_visible()
    with ann.page.expect_download() as csv:
        ann.page.get_by_test_id("download-csv").click()
    assert csv.value.suggested_filename == "Spring.csv"
    lines = Path(csv.value.path()).read_text("utf-8-sig").replace('"', "").splitlines()
    assert (lines[0], lines[1], len(lines)) == ("customer,name,amount", "00040,Person 40,120", 21)
    bob.page.get_by_test_id("result").get_by_label("amount").uncheck()
    with bob.page.expect_download() as parquet:
        bob.page.get_by_test_id("download-parquet").click()
    table = pq.read_table(parquet.value.path())
    assert (table.column_names, table.num_rows) == (["customer", "name"], 20)


def test_a_refusal_is_told_with_its_reason_and_a_schedule_rests(both: tuple[Person, Person]) -> None:
    ann, bob = both
    for person in both:
        person.sign_in()
    ann.page.get_by_test_id("home-new").click()
    take(ann.page, "customer")
    ann.page.get_by_test_id("repeat").check()
    ann.page.get_by_test_id("propose").click()
    ann.state("waiting")
    ann.page.get_by_test_id("pause").click()
    ann.state("paused")
    bob.go("alignments")
    expect(bob.page.get_by_test_id("alignments-badge")).to_have_text("1")
    bob.page.get_by_test_id("filter-state").select_option("pending_approval")
    bob.page.get_by_test_id("tasks").get_by_role("link").first.click()
    bob.page.get_by_test_id("refuse").click()
    bob.page.get_by_test_id("refuse-reason").fill("not before June")
    bob.page.get_by_test_id("confirm").click()
    bob.state("refused")
    ann.state("refused")
    expect(ann.page.get_by_test_id("failure")).to_contain_text("not before June")
    ann.go("schedules")
    expect(ann.page.get_by_test_id("next-runs").locator("li")).not_to_have_count(0)
    ann.page.get_by_test_id("schedule-pause").click()
    expect(ann.page.get_by_test_id("schedule").locator("[data-state=paused]")).to_be_visible()


def _ask_for_a_sum(ann: Person) -> None:
    ann.page.get_by_test_id("align-with").click()
    take(ann.page, "customer")
    ann.page.get_by_test_id("outcome-sumTheirs").check()
    fields = ann.page.get_by_test_id("sum-fields")
    expect(fields).to_contain_text("beta names the column")
    expect(fields).to_contain_text("fewer than 10 ids")
    expect(ann.page.get_by_test_id("value-decimals")).to_have_value("2")
    ann.page.get_by_test_id("propose").click()
    ann.state("waiting")


def _answer(bob: Person) -> None:
    bob.go("home")
    bob.page.get_by_test_id("todo-proposal").click()
    take(bob.page, "customer")


def test_both_learn_a_sum_and_nobody_one_over_few_ids(both: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = both
    for person in both:
        person.sign_in()
    ann.upload(_people(tmp_path / "members.csv", range(60)))
    _ask_for_a_sum(ann)
    _answer(bob)
    expect(bob.page.get_by_test_id("accept")).to_be_disabled()
    bob.page.get_by_test_id("value-column").select_option("name")
    bob.page.get_by_test_id("accept").click()
    expect(bob.page.get_by_test_id("problem")).to_contain_text("HAN-8061")
    expect(bob.page.get_by_test_id("problem")).to_contain_text("row 1 is not a number")
    bob.page.get_by_test_id("value-column").select_option("amount")
    bob.page.get_by_test_id("accept").click()
    for person in both:
        person.state("succeeded")
        expect(person.page.get_by_test_id("intersection")).to_have_text("20")
        expect(person.page.get_by_test_id("total")).to_have_text(f"{sum(range(40, 60)) * 3:,}.00")
        expect(person.page.get_by_test_id("sum-terms")).to_contain_text("fewer than 10 ids")
        expect(person.page.get_by_test_id("download-csv")).to_have_count(0)
    expect(bob.page.get_by_test_id("sum-terms")).to_contain_text("amount")

    ann.upload(_people(tmp_path / "few.csv", range(115, 125)))
    _ask_for_a_sum(ann)
    _answer(bob)
    expect(bob.page.get_by_test_id("caution")).to_contain_text("the difference of the two sums")
    bob.page.get_by_test_id("value-column").select_option("amount")
    bob.page.get_by_test_id("accept").click()
    for person in both:
        person.state("failed")
        expect(person.page.get_by_test_id("failure")).to_contain_text("fewer than 10 ids are common")
        expect(person.page.get_by_test_id("failure")).to_contain_text("Nobody has learned a sum.")


def test_a_prepared_table_is_sent_once_and_kept(both: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = both
    for person in both:
        person.sign_in()
    bob.go("data")
    bob.page.get_by_test_id("data-sets").get_by_role("link").first.click()
    bob.page.get_by_test_id("prepare-with").click()
    take(bob.page, "customer")
    expect(bob.page.get_by_test_id("key-check")).to_contain_text("80 different ids")
    bob.page.get_by_test_id("table-prepare").click()
    ours = bob.page.get_by_test_id("table")
    expect(ours.locator("[data-state=ready]")).to_be_visible()
    expect(ours).to_contain_text("ours, for alpha")
    expect(ours.get_by_test_id("table-ids")).to_have_text("80")

    ann.upload(_people(tmp_path / "visitors.csv", range(60)))
    asking = ann.page.url
    for told in ("sent", "kept"):
        ann.page.goto(asking)
        ann.page.get_by_test_id("align-with").click()
        take(ann.page, "customer")
        ann.page.get_by_test_id("protocol").select_option("unbalanced")
        ann.page.get_by_test_id("propose").click()
        ann.state("waiting")
        _answer(bob)
        bob.page.get_by_test_id("accept").click()
        for person in both:
            person.state("succeeded")
            expect(person.page.get_by_test_id("table-used")).to_have_attribute("data-table", told)
        expect(ann.page.get_by_test_id("intersection")).to_have_text("20")
    ann.go("tables")
    kept = ann.page.get_by_test_id("table")
    expect(kept).to_contain_text("beta's, kept here")
    kept.get_by_test_id("table-delete").click()
    kept.get_by_test_id("confirm").click()
    expect(kept).to_have_count(0)
    bob.go("tables")
    expect(ours).to_contain_text("2 times")


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1920), ("en", "dark", 390), ("zh", "dark", 390), ("zh", "light", 1280)],
)
def test_every_page_in_words_for_everybody(
    nodes: tuple[Node, Node], browser: Browser, language: str, theme: str, width: int
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(f"localStorage['hanse.theme']='{theme}'; localStorage['hanse.language']='{language}'")
    bob = Person(nodes[1], context)
    bob.page.goto(bob.url)
    expect(bob.page.get_by_test_id("token")).to_be_visible()
    found = [*amiss(bob.page, "sign-in")]
    bob.sign_in()
    data_set = bob.node.call("GET", "/data-sets")["items"][0]["data_set"]
    tasks = [one["task"] for one in bob.node.call("GET", "/tasks")["items"]]
    for path in (
        "/",
        "/partners?add",
        "/data?add",
        f"/data/{data_set}",
        f"/tables?data_set={data_set}",
        "/new",
        "/alignments",
        *(f"/alignments/{task}" for task in tasks),
        "/schedules",
        "/record",
        "/protocols",
        "/nowhere",
    ):
        bob.page.goto(bob.url + path)
        bob.page.wait_for_load_state("networkidle")
        bob.page.screenshot(
            path=SCREENSHOTS / f"fusion-{language}-{theme}-{width}{path.replace('/', '-')}.png", full_page=True
        )
        found += amiss(bob.page, path)
    context.close()
    assert not found
    assert not bob.faults
