"""Two analysts with data as offices have it: a GB18030 file of written numbers, and a workbook of several sheets."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from fusion.tests.nodes import Node, Process
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.fusion_people import Person, amiss, take

_MANY = 90


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("fusion")
    alpha, beta = Process(folder, "alpha").start(), Process(folder, "beta").start()
    alpha.trust(beta)
    beta.trust(alpha)
    yield alpha, beta
    alpha.stop()
    beta.stop()


@pytest.fixture
def both(nodes: tuple[Node, Node], browser: Browser) -> Iterator[tuple[Person, Person]]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") for _ in nodes]
    people = [Person(node, context) for node, context in zip(nodes, contexts, strict=True)]
    for person in people:
        person.sign_in()
    yield people[0], people[1]
    for context in contexts:
        context.close()
    assert not [fault for person in people for fault in person.faults]


def _calls(file: Path) -> Path:
    rows = [f"+86 138-0000-{number},客户{number},=1+{number}" for number in range(1000, 1060)]
    file.write_bytes("\r\n".join(["电话,姓名,备注", *rows, ""]).encode("gb18030"))
    return file


def _book(file: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本工作簿的说明"])
    for title, numbers in (("一月", range(900, 950)), ("二月", range(1040, 1100))):
        sheet = book.create_sheet(title)
        sheet.append(["mobile", "city"])
        for number in numbers:
            sheet.append([1_380_000_0000 + number, "上海"])
    book.save(file)
    return file


def _shot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENSHOTS / f"fusion-analyst-{name}.png", full_page=True)


def _choose_sheet(bob: Person, file: Path) -> None:
    page = bob.page
    bob.go("data")
    page.get_by_test_id("data-new").click()
    page.get_by_test_id("upload-file").set_input_files(file)
    expect(page.get_by_test_id("several-sheets")).to_contain_text("2 sheets")
    expect(page.get_by_test_id("upload-send")).to_be_disabled()
    expect(page.get_by_test_id("upload-sheet").locator("option[disabled]")).to_contain_text(
        ["Choose", "说明 (no rows)"]
    )
    _shot(page, "sheets")
    page.get_by_test_id("upload-sheet").select_option("二月")
    page.get_by_test_id("upload-send").click()
    expect(page.get_by_test_id("preview")).to_contain_text("13800001040")
    expect(page.locator("main")).to_contain_text("Excel · 二月")


def test_numbers_that_are_written_differently_are_aligned(both: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = both
    page = ann.page
    ann.upload(_calls(tmp_path / "客户.csv"))
    expect(page.get_by_test_id("encoding-taken")).to_contain_text("read as GB18030")
    expect(page.get_by_test_id("preview")).to_contain_text("客户1000")
    _shot(page, "gb18030")
    page.get_by_test_id("align-with").click()
    take(page, "电话")
    warnings = page.get_by_test_id("key-warnings")
    expect(warnings).to_contain_text("let the rule drop them")
    page.get_by_test_id("try-0").fill("+86 (138) 0000 1040")
    _shot(page, "warned")
    page.get_by_test_id("advice-spaced_numbers").click()
    expect(page.get_by_test_id("clean-keep")).to_have_value("no_separators")
    page.get_by_test_id("advice-country_prefix").click()
    expect(page.get_by_test_id("clean-prefixes")).to_have_value("0086, +86")
    expect(warnings).to_have_count(0)
    expect(page.get_by_test_id("example-id")).to_have_text("13800001040")
    expect(page.get_by_test_id("key-check")).to_contain_text("60 different ids in 60 rows")
    _shot(page, "cleaned")
    page.get_by_test_id("clean-prefixes").fill("-")
    expect(page.get_by_test_id("key-example")).to_contain_text("a prefix has 1 to 12 signs that stay")
    page.get_by_test_id("clean-prefixes").fill("0086，+86")
    expect(page.get_by_test_id("example-id")).to_have_text("13800001040")
    page.get_by_test_id("propose").click()
    ann.state("waiting")
    expect(page.get_by_test_id("terms")).to_contain_text("without spaces, hyphens, dots and brackets")

    _choose_sheet(bob, _book(tmp_path / "客户.xlsx"))
    bob.go("home")
    bob.page.get_by_test_id("todo-proposal").click()
    expect(bob.page.get_by_test_id("terms")).to_contain_text("without 0086 / +86 at the beginning")
    take(bob.page, "mobile")
    expect(bob.page.get_by_test_id("pre-check")).to_contain_text("100 %")
    _shot(bob.page, "answer")
    bob.page.get_by_test_id("accept").click()
    for person in both:
        person.state("succeeded")
    expect(page.get_by_test_id("intersection")).to_have_text("20")
    _shot(page, "result")

    def downloaded() -> bytes:
        with page.expect_download() as csv:
            page.get_by_test_id("download-csv").click()
        return Path(csv.value.path()).read_bytes()

    content = downloaded()
    assert content.startswith("\ufeff".encode())
    assert content.decode("utf-8-sig").splitlines()[1] == '"\'+86 138-0000-1040","客户1040","\'=1+1040"'
    page.get_by_test_id("for-excel").uncheck()
    assert downloaded().decode().splitlines()[1] == '"+86 138-0000-1040","客户1040","=1+1040"'


def test_whose_rule_does_not_fit_is_told_what_would(both: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = both
    ann.upload(_calls(tmp_path / "again.csv"))
    ann.page.get_by_test_id("align-with").click()
    take(ann.page, "电话")
    ann.page.get_by_test_id("propose").click()
    ann.state("waiting")
    bob.go("home")
    bob.page.get_by_test_id("todo-proposal").click()
    take(bob.page, "mobile")
    expect(bob.page.get_by_test_id("pre-check-hint")).to_contain_text("or the country prefix")
    _shot(bob.page, "hint")
    bob.page.get_by_test_id("refuse").click()
    bob.page.get_by_test_id("confirm").click()
    bob.state("refused")


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1280), ("zh", "dark", 390), ("en", "dark", 390)]
)
def test_very_many_columns_can_be_chosen_from(
    nodes: tuple[Node, Node], browser: Browser, language: str, theme: str, width: int
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(f"localStorage['hanse.theme']='{theme}'; localStorage['hanse.language']='{language}'")
    ann = Person(nodes[0], context)
    ann.sign_in()
    page, name = ann.page, f"many-{language}-{theme}-{width}"
    names = [f"指标_{number:02d}_average_of_twelve_months" for number in range(_MANY)]
    rows = "".join(f"{n:05d},{','.join(str(n) for _ in names)}\n" for n in range(30))
    content = f"customer,{','.join(names)}\n{rows}".encode()
    made = nodes[0].call("POST", "/data-sets", 201, params={"name": "many", "file_name": "many.csv"}, content=content)
    found = []
    page.goto(f"{ann.url}/data/{made['data_set']}")
    expect(page.get_by_test_id("preview")).to_be_visible()
    page.get_by_test_id("columns-filter").fill("_42_")
    expect(page.get_by_test_id("columns").locator("dt")).to_have_text([names[42]])
    _shot(page, f"{name}-data")
    found += amiss(page, "data set")
    page.get_by_test_id("columns-filter").fill("")
    _shot(page, f"{name}-data-all")
    page.goto(f"{ann.url}/new?data_set={made['data_set']}")
    page.get_by_test_id("column-filter").fill("CUSTO")
    page.get_by_test_id("column-filter").press("Enter")
    expect(page.get_by_test_id("id-columns").locator(".name")).to_have_text(["customer"])
    page.get_by_test_id("all-columns").uncheck()
    page.get_by_test_id("tick-none").click()
    expect(page.get_by_test_id("propose")).to_be_disabled()
    page.get_by_test_id("tick-filter").fill("_1")
    page.get_by_test_id("tick-all").click()
    page.get_by_test_id("tick-filter").fill("")
    expect(page.get_by_test_id("tick-count")).to_contain_text("10")
    expect(page.get_by_test_id("propose")).to_be_enabled()
    _shot(page, f"{name}-new")
    found += amiss(page, "new")
    if width > 1000:
        page.get_by_test_id("propose").click()
        ann.state("waiting")
        task = page.url.rpartition("/")[2]
        theirs = nodes[1].upload([f"{n:05d}" for n in range(10)], "customer")
        nodes[1].accept(task, theirs, ["customer"])
        ann.state("succeeded")
        expect(page.get_by_test_id("result").locator("th")).to_have_count(11)
        _shot(page, f"{name}-result")
        found += amiss(page, "result")
    context.close()
    assert not found
    assert not ann.faults
