"""Key rules between two fusion nodes: hashes on one side, checks before anything is aligned."""

import hashlib

import pytest

from fusion.tests.nodes import trusting_pair

PHONES = [str(13_800_000_000 + number) for number in range(300)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with trusting_pair(tmp_path_factory.mktemp("fusion")) as nodes:
        yield nodes


def answer(node, task, data_set, status=200, **more):
    body = {"accept": True, "data_set": data_set, "columns": ["id"], **more}
    return node.call("POST", f"/tasks/{task}/answer", status, json=body)


def look(node, task, data_set, **more):
    body = {"data_set": data_set, "columns": ["id"], **more}
    return node.call("POST", f"/tasks/{task}/pre-check", json=body)


@pytest.mark.parametrize("name", ["md5", "sha256", "sm3"])
def test_a_partner_with_hashed_values_finds_the_common_ones(pair, name):
    alpha, beta = pair
    hashed = [f"  {hashlib.new(name, phone.encode()).hexdigest().upper()} " for phone in PHONES[100:]]
    rule = {"hash": name}
    task = alpha.propose("beta", alpha.upload([f" {phone}" for phone in PHONES]), key_rule=rule)
    theirs = beta.upload([*hashed, "", "not a hash"])
    assert look(beta, task, theirs, hashed_here=True) == {
        "compared": False, "shapes_in_common": 1.0, "warning": "", "examples_ours": [], "hint": "",
    }  # fmt: skip
    told = answer(beta, task, theirs, hashed_here=True)
    assert (told["hashed_here"], told["ids"], told["rows_without_id"]) == (True, 200, 2)
    assert alpha.wait(task, "succeeded")["intersection"] == 200
    assert len(alpha.result(task)) == 201
    back = beta.propose("alpha", theirs, key_rule=rule, hashed_here=True)  # and the other way round
    assert alpha.call("GET", f"/tasks/{back}")["warning"] == ""
    alpha.accept(back, alpha.upload(PHONES))
    assert beta.wait(back, "succeeded")["intersection"] == 200


def test_hashed_columns_need_a_rule_with_a_hash(pair):
    alpha, beta = pair
    mine = alpha.upload(PHONES)
    body = {"partner": "beta", "data_set": mine, "columns": ["id"], "hashed_here": True}
    assert alpha.call("POST", "/tasks", 400, json=body)["code"] == "HAN-8036"
    refused = alpha.call("POST", "/tasks", 400, json={**body, "key_rule": {"hash": "md5"}})
    assert (refused["code"], "hold no md5" in refused["detail"]) == ("HAN-8015", True)
    task = alpha.propose("beta", mine)
    assert answer(beta, task, beta.upload(PHONES), 400, hashed_here=True)["code"] == "HAN-8036"
    alpha.call("POST", f"/tasks/{task}/stop")


def test_ids_that_cannot_match_are_found_before_they_are_aligned(pair):
    alpha, beta = pair
    task = alpha.propose("beta", alpha.upload(PHONES))
    good, bad = beta.upload(PHONES[:10]), beta.upload([f"+86 {phone}" for phone in PHONES])
    half = beta.upload([*PHONES[:100], *[f"0{phone}" for phone in PHONES[:200]]])
    assert look(beta, task, good)["shapes_in_common"] == 1
    found = look(beta, task, bad)
    assert (found["compared"], found["shapes_in_common"], found["examples_ours"]) == (True, 0, ["+{1}9{2} {1}9{11}"])
    found = look(beta, task, half)
    assert round(found["shapes_in_common"], 2) == 0.33
    assert "33 %" in found["warning"]
    refused = answer(beta, task, bad, 409)
    advice = "key rule that drops spaces, hyphens, dots and brackets, and the country prefix: 100 %"
    assert (refused["code"], advice in refused["hint"], advice in look(beta, task, bad)["hint"]) == (
        "HAN-8037", True, True,
    )  # fmt: skip
    assert "Or accept anyway" in refused["hint"]
    unlike = answer(beta, task, beta.upload(["x@y.z"]), 409)
    assert (unlike["code"], "accept anyway" in unlike["hint"]) == ("HAN-8037", True)
    assert beta.task(task)["state"] == "pending_approval"
    assert "33 %" in answer(beta, task, half)["warning"]
    assert alpha.wait(task, "succeeded")["intersection"] == 100
    anyway = alpha.propose("beta", alpha.upload(PHONES))
    assert "None of a sample" in answer(beta, anyway, bad, accept_anyway=True)["warning"]
    assert alpha.wait(anyway, "succeeded")["intersection"] == 0


def test_a_proposal_without_a_name_does_not_tell_the_data_sets(pair):
    alpha, beta = pair
    task = alpha.propose("beta", alpha.upload(PHONES))
    assert [node.task(task)["name"] for node in pair] == ["", ""]
    alpha.call("POST", f"/tasks/{task}/stop")
    named = alpha.propose("beta", alpha.upload(PHONES), name="spring")
    assert beta.task(named)["name"] == "spring"
    alpha.call("POST", f"/tasks/{named}/stop")


def test_the_proposer_may_tell_nothing(pair):
    alpha, beta = pair
    task = alpha.propose("beta", alpha.upload(PHONES), pre_check=False)
    found = look(beta, task, beta.upload(["x"]))
    assert (found["compared"], found["shapes_in_common"], found["warning"]) == (False, 1.0, "")
    assert alpha.call("POST", f"/tasks/{task}/pre-check", 409, json={"data_set": "x", "columns": ["id"]})
    alpha.call("POST", f"/tasks/{task}/stop")


def test_a_rule_is_tried_on_typed_values(pair):
    def example(values, status=200, hashed_here=False, **rule):  # noqa: FBT002
        body = {"values": values, "key_rule": rule, "hashed_here": hashed_here}
        return pair[0].call("POST", "/key-rules/example", status, json=body)

    told = example([" Ａnn@X.org "], case="lower", form="NFKC", hash="md5")
    digest = hashlib.md5(b"ann@x.org").hexdigest()  # noqa: S324 (the ids' format)
    assert [step["what"] for step in told["steps"]] == ["value", "NFKC", "trim", "lower", "md5"]
    assert (told["id"], told["steps"][3]["value"], told["problem"]) == (digest, "ann@x.org", "")
    assert example([digest.upper()], hash="md5", hashed_here=True)["id"] == digest
    assert "32 hexadecimal digits" in example(["abc"], hash="md5", hashed_here=True)["problem"]
    assert example(["a", " "])["problem"].startswith("value 2 is empty")
    two = example(["a", 'b"'])
    assert (two["id"], two["steps"][-1]["what"]) == ('["a","b\\""]', "join")
    assert example(["a"], 400, columns=2)["code"] == "HAN-8005"
    assert example(["a"], 400, hashed_here=True)["code"] == "HAN-8036"
    assert example([], 400)["code"] == "HAN-1001"


def check(node, values, status=200, columns=("id",), **more):
    data_set = node.upload(values)
    return node.call("POST", f"/data-sets/{data_set}/key-check", status, json={"columns": list(columns), **more})


def test_a_data_set_is_looked_through_for_what_is_amiss(pair):
    alpha = pair[0]
    fine = check(alpha, PHONES)
    assert {name: fine[name] for name in ("ids", "duplicates", "rows_without_id", "warnings")} == {
        "ids": 300, "duplicates": 0, "rows_without_id": 0, "warnings": [],
    }  # fmt: skip
    assert fine["examples"][0] == {"values": [PHONES[0]], "id": PHONES[0]}
    assert len(fine["examples"]) == 5
    hashed = [hashlib.sha256(phone.encode()).hexdigest() for phone in PHONES]
    for values, warning in (
        ([*PHONES, *[""] * 30], "many_empty"),
        ([*PHONES, *PHONES[:90]], "many_duplicates"),
        (hashed, "looks_hashed"),
        ([*PHONES, "1.38E+10"], "scientific_notation"),
        ([*PHONES, "13800000000.0"], "decimal_numbers"),
        ([*PHONES, "138 0000 1111"], "spaced_numbers"),
        ([*PHONES, "+8613800001111"], "country_prefix"),
        ([*PHONES, "１３８００００１１１１"], "full_width"),
        ([f"{phone[:3]}.{phone[3:7]}.{phone[7:]}" for phone in PHONES], "spaced_numbers"),
        ([f"11010119900307{number}000" for number in range(1, 9)], "rounded_numbers"),
        ([*[f"1{number:05d}" for number in range(200)], *[f"{number:04d}" for number in range(1000, 1050)]],
         "leading_zeros_lost"),
        ([*[f"{number:06d}" for number in range(200)], *[f"{number:04d}" for number in range(50)]], "mixed_lengths"),
    ):  # fmt: skip
        assert check(alpha, values)["warnings"] == [warning]
    told = check(alpha, [*hashed, *["x"] * 30], key_rule={"hash": "sha256"}, hashed_here=True)
    assert (told["warnings"], told["ids"], told["rows_without_id"]) == (["not_hashed", "many_empty"][::-1], 300, 30)
    assert check(alpha, PHONES, 400, ["none"])["code"] == "HAN-8005"
    assert check(alpha, PHONES, 400, key_rule={"columns": 2})["code"] == "HAN-8005"
    two = check(alpha, PHONES, columns=["id", "v"], key_rule={"columns": 2})
    assert two["examples"][0] == {"values": [PHONES[0], "0"], "id": f'["{PHONES[0]}","0"]'}


def test_the_key_check_offers_the_very_step_and_with_it_both_sides_match(pair):
    alpha, beta = pair
    written = [f"+86 {phone[:3]}-{phone[3:7]} {phone[7:]}" for phone in PHONES]
    mine = alpha.upload([*written, "0086 (138) 0000.9999", "86-138-0000-9998", "call me", "---"])
    rule, steps = {}, []
    for _ in range(3):
        body = {"columns": ["id"], "key_rule": rule}
        told = alpha.call("POST", f"/data-sets/{mine}/key-check", json=body)
        if not told["advice"]:
            break
        rule = told["advice"][0]["key_rule"]
        steps.append(told["advice"][0]["warning"])
    assert steps == ["spaced_numbers", "country_prefix"]
    clean = [{"keep": "no_separators", "prefixes": ["0086", "+86", "86"], "rest_at_least": 7}]
    assert (rule["clean"], told["warnings"], told["ids"], told["rows_without_id"]) == (clean, [], 303, 1)
    task = alpha.propose("beta", mine, key_rule=rule)
    seen = beta.task(task)["key_rule"]
    assert seen["clean"] == clean
    theirs = beta.upload([*PHONES[:50], "13800009999", "13800009998"])
    assert look(beta, task, theirs)["warning"] == ""
    beta.accept(task, theirs)
    assert alpha.wait(task, "succeeded")["intersection"] == 52
    assert alpha.result(task)[1][0] == "+86 138-0000 0000", "the result has the rows as they are"


def test_columns_of_a_composite_id_are_cleaned_each_in_its_way(pair):
    alpha, _ = pair
    clean = [{"keep": "digits", "prefixes": ["+86"]}, {}]
    body = {"values": ["+86 (138) 0000-1111", "Ann-Lee "], "key_rule": {"clean": clean, "case": "lower"}}
    told = alpha.call("POST", "/key-rules/example", json=body)
    assert told["id"] == '["13800001111","ann-lee"]'
    assert [step["what"] for step in told["steps"]] == ["value", "NFC", "trim", "digits", "prefix", "lower", "join"]
    assert told["steps"][3]["value"] == "8613800001111 | Ann-Lee"
    empty = alpha.call("POST", "/key-rules/example", json={**body, "values": ["none", "Ann"]})
    assert (empty["id"], empty["problem"]) == ("", "nothing of value 1 stays: such a row has no id")
    for bad in ([{"keep": "digits"}], [{"prefixes": ["+"], "keep": "digits"}, {}], [{"rest_at_least": 0}, {}]):
        wrong = {**body, "key_rule": {"clean": bad}}
        assert alpha.call("POST", "/key-rules/example", 400, json=wrong)["code"] == "HAN-1001", bad


def test_whose_ids_are_plain_is_told_that_the_partners_are_not(pair):
    alpha, beta = pair
    written = [f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}" for phone in PHONES]
    task = alpha.propose("beta", alpha.upload(written))
    found = look(beta, task, beta.upload(PHONES))
    assert (found["shapes_in_common"], "their ids seem to be written with these" in found["hint"]) == (0, True)
    alpha.call("POST", f"/tasks/{task}/stop")


def test_rows_are_shown_and_where_they_came_from(pair):
    alpha = pair[0]
    data_set = alpha.upload(["007", "", "北京"])
    assert alpha.call("GET", f"/data-sets/{data_set}/preview", params={"limit": 2}) == {
        "columns": ["id", "v"], "rows": [["007", "0"], ["", "1"]],
    }  # fmt: skip
    found = alpha.call("GET", f"/data-sets/{data_set}")
    assert (found["source"], found["detail"]) == ("csv", "")
    assert alpha.call("GET", "/data-sets/none/preview", 404)["code"] == "HAN-8003"
    body = {"kind": "mysql", "host": "127.0.0.1", "port": 0, "database": "d", "user": "u", "password": "s3cret-word"}
    refused = alpha.call("POST", "/data-sets/database", 400, json=body)
    assert "s3cret-word" not in str(refused)
    body |= {"port": 1, "table": "t"}
    refused = alpha.call("POST", "/data-sets/database", 409, json=body)
    assert (refused["code"], "s3cret-word" in str(refused)) == ("HAN-4213", False)
