"""Two fusion nodes with tables that the sender prepares once: sent once, kept, used again, and let go."""

import sqlite3

import pytest

from common.errors import InvalidInput
from fusion.domain import errors
from fusion.tests.nodes import Node, trusting_pair, until
from proto.fusion.v1 import fusion_pb2 as pb

LARGE = [f"{number:05d}" for number in range(3000)]
SMALL = [f"{number:05d}" for number in range(2990, 3010)]
MACHINE = pb.Machine(cores=2, vectors="avx2")
RULE = '{"case":"keep","columns":1,"form":"NFC","hash":"none","trim":true}'


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with trusting_pair(tmp_path_factory.mktemp("fusion")) as nodes:
        yield nodes


@pytest.fixture
def channels():
    opened = []
    yield opened
    for channel in opened:
        channel.close()


def prepared(node, partner, data_set, **more):
    body = {"partner": partner, "data_set": data_set, "columns": ["id"], **more}
    made = node.call("POST", "/tables", 202, json=body)
    assert (made["state"], made["made_here"], made["name"]) == ("preparing", True, "")
    until(lambda: node.call("GET", f"/tables/{made['table']}")["state"] == "ready")
    return node.call("GET", f"/tables/{made['table']}")


def steps(node, task):
    return {one["step"] for one in node.call("GET", f"/tasks/{task}/egress")["items"]}


@pytest.fixture
def table(pair):
    """Alpha's table of the large set for beta; both forget all tables in the end."""
    alpha, beta = pair
    made = prepared(alpha, "beta", alpha.upload(LARGE))
    yield made
    for node in (alpha, beta):
        for one in node.call("GET", "/tables")["items"]:
            node.call("DELETE", f"/tables/{one['table']}", 204)
        until(lambda node=node: not any((node.home / "data" / "tables").iterdir()))


def aligned(pair, table, *, sender_proposes, learns="receiver", small=SMALL):
    """Align beta's small set with alpha's large one; returns the task as both see it."""
    alpha, beta = pair
    theirs = beta.upload(small)
    if sender_proposes:
        task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced", learns=learns)
        assert (alpha.task(task)["table"], beta.task(task)["table"]) == ("prepared", "prepared")
        beta.accept(task, theirs)
    else:
        task = beta.propose("alpha", theirs, protocol="unbalanced", learns=learns)
        alpha.accept(task, table["data_set"])
    return alpha.wait(task, "succeeded"), beta.wait(task, "succeeded")


@pytest.mark.parametrize("sender_proposes", [True, False], ids=["sender proposes", "receiver proposes"])
@pytest.mark.parametrize("learns", ["receiver", "both"])
def test_a_table_is_sent_once_and_then_kept(pair, table, sender_proposes, learns):
    alpha, beta = pair
    for expected in ("sent", "kept", "kept"):
        ours, theirs = aligned(pair, table, sender_proposes=sender_proposes, learns=learns)
        assert (ours["table"], theirs["table"], theirs["intersection"]) == (expected, expected, 10)
        assert sorted(row[0] for row in beta.result(theirs["task"])[1:]) == SMALL[:10]
        if learns == "both":
            assert sorted(row[0] for row in alpha.result(ours["task"])[1:]) == SMALL[:10]
        sent = {"answers"} if expected == "kept" else {"answers", "table"}
        assert steps(alpha, ours["task"]) & {"answers", "table", "masked", "twice"} == sent
        bytes_ = ours["actual"]["bytes_sent"] + theirs["actual"]["bytes_sent"]
        flags = 3000 // 8 if learns == "both" else 0
        assert bytes_ == ours["plan"]["bytes"] == 64 * 20 + flags + (0 if expected == "kept" else 16 * 3000)
    other_way = aligned(pair, table, sender_proposes=not sender_proposes, small=SMALL[5:])
    assert [(one["table"], one["intersection"]) for one in other_way] == [("kept", None), ("kept", 5)]
    kept = next(one for one in beta.call("GET", "/tables")["items"] if not one["made_here"])
    assert (kept["name"], kept["uses"], kept["ids"], kept["bytes"]) == (table["name"], 4, 3000, 48_000)
    assert alpha.call("GET", f"/tables/{table['table']}")["uses"] == 4


def test_what_is_kept_is_encrypted_and_bound_to_its_place(pair, table):
    alpha, beta = pair
    aligned(pair, table, sender_proposes=True)
    folders = [alpha.home / "data" / "tables" / table["table"], *(beta.home / "data" / "tables").iterdir()]
    files = [path for folder in folders for path in folder.iterdir()]
    assert sorted(path.name for path in files) == ["rows", "rows", "seed"]
    contents = [path.read_bytes() for path in files]
    assert len({*contents}) == 3
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)


@pytest.mark.parametrize("protocol", ["auto", "curve25519"])
def test_the_plan_compares_and_another_protocol_uses_no_table(pair, table, protocol):
    alpha, beta = pair
    task = beta.propose("alpha", beta.upload(SMALL), protocol=protocol)
    alpha.accept(task, table["data_set"])
    for node in pair:
        told = node.wait(task, "succeeded")
        assert (told["protocol_chosen"], told["table"]) == ("curve25519", "")
    assert beta.task(task)["intersection"] == 10
    seconds = {one["protocol"]: one["seconds"] for one in beta.task(task)["plan"]["alternatives"]}
    assert seconds["unbalanced"] is not None
    proposed = alpha.propose("beta", table["data_set"], role="sender", protocol=protocol)
    assert alpha.task(proposed)["table"] == ("prepared" if protocol == "auto" else "")
    beta.accept(proposed, beta.upload(SMALL))
    assert [node.wait(proposed, "succeeded")["table"] for node in pair] == ["", ""]
    assert beta.task(proposed)["intersection"] == 10


def foretold(node, ids, partner_ids, **more):
    partner = "beta" if node.name == "alpha" else "alpha"
    body = {"ids": ids, "partner_ids": partner_ids, "partner": partner, **more}
    told = node.call("POST", "/plan", json=body)
    return {name: told[name] for name in ("protocol", "table", "bytes")}


def test_auto_picks_a_table_that_is_worth_it_and_a_plan_says_so_before(pair, table):
    alpha, beta = pair
    ours = {"role": "sender", "data_set": table["data_set"], "columns": ["id"]}
    assert foretold(alpha, 3000, 20, **ours)["table"] == "", "not worth it on a fast way"
    for node in pair:  # a slow way, on which masked ids of the large set would take minutes
        with sqlite3.connect(node.home / "data" / "fusion.db") as database:
            database.execute("DELETE FROM links")
            database.execute("INSERT INTO links SELECT node, 8000, 0.05, 1 << 41 FROM partners")
        database.close()
    unsent = foretold(alpha, 3000, 20, **ours)
    assert (unsent["protocol"], unsent["table"]) == ("curve25519", ""), "to send it saves less than half"
    assert foretold(beta, 20, 3000)["table"] == "", "beta keeps none yet"
    aligned(pair, table, sender_proposes=True)
    for other in ({"columns": ["v"]}, {"key_rule": {"case": "upper"}}, {"data_set": ""}, {"learns": "size"}):
        assert foretold(alpha, 3000, 20, **{**ours, **other})["table"] == ""
    assert foretold(alpha, 2999, 20, **ours)["table"] == ""
    for plan in (foretold(alpha, 3000, 20, **ours), foretold(beta, 20, 3000)):
        assert plan == {"protocol": "unbalanced", "table": "kept", "bytes": 64 * 20}
    assert foretold(beta, 20, 2999)["table"] == ""
    task = beta.propose("alpha", beta.upload(SMALL))
    alpha.accept(task, table["data_set"])
    for node in pair:
        told = node.wait(task, "succeeded")
        assert (told["protocol_chosen"], told["table"]) == ("unbalanced", "kept")
        assert told["plan"]["seconds"] < 3
        assert (told["plan"]["table"], told["plan"]["bytes"]) == ("kept", 64 * 20)


def test_exactly_this_data_set_rule_and_partner(pair, table):
    alpha, beta = pair
    theirs = beta.upload(SMALL)
    again = alpha.upload(LARGE)  # the same rows are another data set
    for more in ({"data_set": again}, {"key_rule": {"case": "lower"}}, {"columns": ["v"]}, {"learns": "size"}):
        body = {"partner": "beta", "data_set": table["data_set"], "columns": ["id"], "role": "sender"}
        task = alpha.call("POST", "/tasks", 202, json={**body, "protocol": "unbalanced", **more})["task"]
        assert alpha.task(task)["table"] == "", more
        alpha.call("POST", f"/tasks/{task}/stop")
    task = beta.propose("alpha", theirs, protocol="unbalanced")
    alpha.accept(task, again)
    assert [node.wait(task, "succeeded")["table"] for node in pair] == ["", ""]
    assert beta.task(task)["intersection"] == 10


def test_a_kept_table_that_is_damaged_is_named_and_sent_again(pair, table):
    alpha, beta = pair
    aligned(pair, table, sender_proposes=False)
    (kept,) = (one for one in beta.call("GET", "/tables")["items"] if not one["made_here"])
    rows = beta.home / "data" / "tables" / kept["table"] / "rows"
    for sender_proposes in (False, True):
        rows.write_bytes(rows.read_bytes()[:-1] + b"x")
        if sender_proposes:
            task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced")
            beta.accept(task, beta.upload(SMALL))
        else:
            task = beta.propose("alpha", beta.upload(SMALL), protocol="unbalanced")
            alpha.accept(task, table["data_set"])
        failure = beta.wait(task, "failed")["failure"]
        assert (failure["code"], "sends the table again" in failure["hint"]) == ("HAN-8063", True)
        assert "the next alignment does without" in alpha.wait(task, "failed")["reason"]
        assert [one["table"] for one in beta.call("GET", "/tables")["items"]] == []
        assert aligned(pair, table, sender_proposes=sender_proposes)[1]["table"] == "sent"
        (kept,) = beta.call("GET", "/tables")["items"]
        rows = beta.home / "data" / "tables" / kept["table"] / "rows"
    rows.unlink()  # gone: it is not told as kept at all
    assert aligned(pair, table, sender_proposes=True)[1]["table"] == "sent"


def test_a_table_of_ours_that_is_damaged_is_named_and_not_used_again(pair, table):
    alpha, beta = pair
    seed = alpha.home / "data" / "tables" / table["table"] / "seed"
    seed.write_bytes(bytes(len(seed.read_bytes())))
    task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced")
    beta.accept(task, beta.upload(SMALL))
    failure = alpha.wait(task, "failed")["failure"]
    assert (failure["code"], "without the table" in failure["hint"]) == ("HAN-8063", True)
    beta.wait(task, "failed")
    assert alpha.call("GET", f"/tables/{table['table']}")["state"] == "failed"
    task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced")
    beta.accept(task, beta.upload(SMALL))
    assert (alpha.wait(task, "succeeded")["table"], beta.wait(task, "succeeded")["intersection"]) == ("", 10)


def test_a_table_in_use_is_not_deleted_and_a_deleted_one_not_used(pair, table):
    alpha, _ = pair
    task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced")
    assert alpha.call("DELETE", f"/tables/{table['table']}", 409)["code"] == "HAN-8064"
    alpha.call("POST", f"/tasks/{task}/stop")
    alpha.call("DELETE", f"/tables/{table['table']}", 204)
    assert not (alpha.home / "data" / "tables" / table["table"]).exists()
    assert alpha.call("DELETE", f"/tables/{table['table']}", 404)["code"] == "HAN-8062"
    task = alpha.propose("beta", table["data_set"], role="sender", protocol="unbalanced")
    assert alpha.task(task)["table"] == ""
    alpha.call("POST", f"/tasks/{task}/stop")


def test_tables_that_cannot_be_made(pair):
    alpha, _ = pair
    ids = alpha.upload(["a", "b"])
    body = {"partner": "beta", "data_set": ids, "columns": ["id"]}
    for more, status, code in (
        ({"partner": "gamma"}, 404, "HAN-8002"),
        ({"data_set": "0" * 32}, 404, "HAN-8003"),
        ({"columns": ["x"]}, 400, "HAN-8005"),
        ({"columns": []}, 400, "HAN-1001"),
        ({"hashed_here": True}, 400, "HAN-8036"),
        ({"key_rule": {"columns": 2}}, 400, "HAN-8005"),
    ):
        assert alpha.call("POST", "/tables", status, json={**body, **more})["code"] == code, more
    made = alpha.call("POST", "/tables", 202, json={**body, "hashed_here": True, "key_rule": {"hash": "md5"}})
    until(lambda: alpha.call("GET", f"/tables/{made['table']}")["state"] == "failed")
    told = alpha.call("GET", f"/tables/{made['table']}")
    assert (told["failure"]["code"], told["ids"]) == ("HAN-8015", 0)
    alpha.call("DELETE", f"/tables/{made['table']}", 204)


def test_a_new_table_takes_the_place_of_the_old_and_goes_with_its_data_set(pair, table):
    alpha, _ = pair
    fresh = prepared(alpha, "beta", table["data_set"])
    assert fresh["name"] != table["name"], "a new one has a new key"
    assert [one["table"] for one in alpha.call("GET", "/tables")["items"]] == [fresh["table"]]
    assert aligned(pair, fresh, sender_proposes=True)[1]["table"] == "sent"
    alpha.call("DELETE", f"/data-sets/{table['data_set']}", 204)
    until(lambda: alpha.call("GET", "/tables")["items"] == [])


def _offer(**more):
    values = {"task": "0" * 32, "rows": 3, "partner_rows_at_most": 100, "key_rule": RULE, "protocol": "unbalanced"}
    values |= {"learns": "receiver", "salt": b"s" * 32, "proposer_role": "sender", "machine": MACHINE}
    return pb.TaskOffer(**{**values, **more})


NAME, SALT = "a" * 64, b"t" * 32


@pytest.mark.parametrize(
    "change",
    [
        {"table": NAME},
        {"table_salt": SALT},
        {"table": "A" * 64, "table_salt": SALT},
        {"table": "../" + "a" * 61, "table_salt": SALT},
        {"table": NAME, "table_salt": SALT, "learns": "size"},
        {"table": NAME, "table_salt": SALT, "protocol": "curve25519"},
        {"table": NAME, "table_salt": SALT, "tables_kept": [NAME]},
        {"table": NAME, "table_salt": SALT, "proposer_role": "receiver"},
        {"tables_kept": [NAME]},
        {"tables_kept": [NAME, NAME], "proposer_role": "receiver"},
        {"tables_kept": [f"{number:064x}" for number in range(17)], "proposer_role": "receiver"},
        {"tables_kept": ["x"], "proposer_role": "receiver"},
        {"tables_kept": [NAME], "proposer_role": "receiver", "protocol": "auto", "learns": "sum", "at_least": 10},
    ],
)
def test_offers_that_speak_of_tables_as_no_node_does(pair, channels, change):
    with pytest.raises(InvalidInput, match="table"):
        pair[0].stub_to(pair[1], channels).Propose(pb.ProposeRequest(offer=_offer(**change)))


def test_an_offered_table_is_not_changed_later(pair, channels):
    stub = pair[0].stub_to(pair[1], channels)
    first = _offer(table=NAME, table_salt=SALT)
    for _ in range(2):
        stub.Propose(pb.ProposeRequest(offer=first))
    first.table = "b" * 64
    with pytest.raises(errors.OfferDiffers):
        stub.Propose(pb.ProposeRequest(offer=first))
    stub.End(pb.EndRequest(task="0" * 32, state="stopped"))


def test_acceptances_with_a_table_of_another_name_are_refused(pair, table, channels):
    alpha, beta = pair
    aligned(pair, table, sender_proposes=True)
    (kept,) = (one for one in beta.call("GET", "/tables")["items"] if not one["made_here"])

    def refused(stub, error, **change):
        answer = {"rows": 20, "protocol": "unbalanced", "machine": MACHINE, **change}
        with pytest.raises(error):
            stub.Accept(pb.AcceptRequest(**answer))

    # Alpha proposes as the sender: only its own offer may be named.
    task, stub = alpha.propose("beta", table["data_set"], role="sender"), beta.stub_to(alpha, channels)
    for change in (
        {"table": NAME, "table_salt": SALT},
        {"table": table["name"], "table_salt": SALT},
        {"table": table["name"]},
        {"table_kept": True},
        {"table_salt": SALT},
        {"table": NAME, "table_salt": SALT, "protocol": "curve25519"},
    ):
        refused(stub, errors.BadTable, task=task, **change)
    alpha.call("POST", f"/tasks/{task}/stop")
    # Beta proposes as the receiver: it takes a table as kept only where it has said so.
    task, stub = beta.propose("alpha", beta.upload(SMALL)), alpha.stub_to(beta, channels)
    more = {"task": task, "table_kept": True, "rows": 3000}
    refused(stub, errors.BadTable, **more, table=NAME, table_salt=SALT)
    refused(stub, errors.TableGone, **more, table=kept["name"], table_salt=SALT)
    with sqlite3.connect(beta.home / "data" / "fusion.db") as database:
        (salt,) = database.execute('SELECT salt FROM prepared_tables WHERE "table" = ?', [kept["table"]]).fetchone()
    database.close()
    refused(stub, errors.TableGone, **{**more, "rows": 2999}, table=kept["name"], table_salt=salt)
    assert beta.task(task)["state"] == "waiting"
    beta.call("POST", f"/tasks/{task}/stop")


def test_a_table_of_another_partner_is_neither_told_nor_taken(pair, table, tmp_path):
    alpha, beta = pair
    aligned(pair, table, sender_proposes=True)
    gamma = Node(tmp_path, "gamma").start()
    try:
        gamma.trust(alpha)
        alpha.trust(gamma)
        gamma.trust(beta)
        beta.trust(gamma)
        theirs = gamma.upload(SMALL)
        task = gamma.propose("alpha", theirs, protocol="unbalanced")
        alpha.accept(task, table["data_set"])
        assert (gamma.wait(task, "succeeded")["table"], gamma.task(task)["intersection"]) == ("", 10)
        mine = prepared(alpha, "gamma", table["data_set"])
        assert mine["name"] != table["name"]
        task = gamma.propose("alpha", theirs, protocol="unbalanced")
        alpha.accept(task, table["data_set"])
        assert (gamma.wait(task, "succeeded")["table"], gamma.task(task)["intersection"]) == ("sent", 10)
        # Beta tells gamma nothing of what it keeps of alpha.
        task = beta.propose("gamma", beta.upload(SMALL))
        with sqlite3.connect(gamma.home / "data" / "fusion.db") as database:
            assert database.execute("SELECT tables_kept FROM tasks WHERE task = ?", [task]).fetchone() == ("[]",)
        database.close()
        gamma.call("POST", f"/tasks/{task}/answer", json={"accept": False})
        alpha.call("DELETE", "/partners/gamma", 204)
        until(lambda: [one["partner"] for one in alpha.call("GET", "/tables")["items"]] == ["beta"])
        until(lambda: beta.task(task)["state"] == "refused")
        beta.call("DELETE", "/partners/gamma", 204)
    finally:
        gamma.stop()
