"""Schedules with data windows: what each party allows, what a run reads, and what becomes of one that may not run."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from board.service import messages
from board.service.clock import now_ms
from board.tests.house import Caller, House
from board.tests.test_story import check, deliver, graph, project
from common import canonical
from common.errors import HanseError
from proto.board.v1 import board_pb2 as pb

_DAY_MS = 24 * 3600 * 1000


def newer(house: House, before: str, content: bytes, *, days_old: float = 0) -> str:
    """Bring in a newer version of a data set."""
    head, *lines = content.decode().splitlines()
    known = house.board.data_sets.find(before)
    made, _ = house.kernel.data_sets[before]
    number = len(house.board.data_sets.versions(before)) + 1
    fresh = replace(
        made,
        data_set=f"{before}v{number}",
        version=hashlib.sha256(content).hexdigest(),
        columns=tuple(replace(made.columns[0], name=name) for name in head.split(",")),
        rows=len(lines),
    )
    house.kernel.data_sets[fresh.data_set] = (fresh, content)
    created_ms = now_ms() - int(days_old * _DAY_MS)
    house.board.stores.data_sets.add(
        replace(fresh, series=known.first, number=number, created_ms=created_ms, created_by="admin")
    )
    return fresh.data_set


class Two:
    """Two members with a flow in a project, and a schedule of it."""

    def __init__(self, bank: House, bureau: House, **schedule: Any) -> None:
        self.bank, self.bureau = bank, bureau
        self.us, self.them, self.project, self.data = project(bank, bureau)
        self.flow = self._draw()
        body = {"flow": self.flow, "cron": "0 6 * * *", "window": "newest", **schedule}
        self.schedule = self.us.post("/schedules", body)["schedule"]

    def _draw(self) -> str:
        drawn = graph(self.data)
        drawn["nodes"][1]["own"]["bureau"] |= {"columns": ["x"]}
        made = self.us.post("/flows", {"project": self.project, "name": "Scores", "graph": drawn})
        return str(made["flow"])

    def consent(self, **more: Any) -> dict[str, Any]:
        given: dict[str, Any] = self.them.post(
            f"/projects/{self.project}/consents", {"data_set": self.data["bureau"], **more}
        )
        return given

    def run(self) -> dict[str, Any]:
        run: dict[str, Any] = self.us.post(f"/schedules/{self.schedule}/runs", {})
        return run

    def told(self, caller: Caller, kind: str) -> list[dict[str, str]]:
        return [item["values"] for item in caller.get("/messages")["items"] if item["kind"] == kind]


@pytest.fixture
def two(bank: House, bureau: House) -> Two:
    return Two(bank, bureau)


def test_each_run_reads_the_newest_version_of_each_party(two: Two) -> None:
    given = two.consent(newer_versions=True, runs=3)
    assert given["columns"] == ["x", "y"], "of versions to come only what is there now"
    first = two.run()
    assert set(first["data_versions"]) == set(two.data.values())
    fresh = {
        "bank": newer(two.bank, two.data["bank"], b"id,x,y\na,1,1\n"),
        "bureau": newer(two.bureau, two.data["bureau"], b"id,x,y,secret\na,1,1,7\n"),
    }
    second = two.run()
    job = two.us.get(f"/jobs/{second['job']}")
    assert set(job["data_versions"]) == set(second["data_versions"]) == set(fresh.values())
    spec = two.bank.flow.get(second["job"]).spec
    node = next(node for node in spec.nodes if node.id == "import")
    assert canonical.loads(node.own_params["bureau"]) == {"columns": ["x"], "data_set": fresh["bureau"]}
    # The owner's own check allows exactly that, and counts the run.
    assert check(two.bureau, spec, "bank") == ("allowed", "")
    assert two.them.get(f"/consents/{given['consent']}")["runs_left"] == 2
    (shown,) = [item for item in two.us.get("/schedules")["items"] if item["schedule"] == two.schedule]
    assert (shown["window"], [run["state"] for run in shown["runs"]]) == ("newest", ["created", "created"])

    # What it ran under can be followed on the ledger.
    two.bureau.flow.put(spec, "succeeded")
    assert two.bureau.board.anchors.anchor(spec.job)
    entry = two.bureau.union.entry("anchor", f"{spec.job}.bureau", "bureau")
    assert entry is not None
    assert entry.body["newer_than"] == {fresh["bureau"]: [two.data["bureau"]]}
    record = two.bureau.union.entry("consent", given["consent"], "bureau")
    assert record is not None
    assert record.body["newer_versions"] is True


def test_with_fixed_versions_nothing_changes(bank: House, bureau: House) -> None:
    two = Two(bank, bureau, window="fixed")
    newer(bank, two.data["bank"], b"id,x,y\na,1,1\n")
    assert set(two.run()["data_versions"]) == set(two.data.values())
    changed = two.us.call("PATCH", f"/schedules/{two.schedule}", json={"window": "newest", "retries": 2})[1]
    assert (changed["window"], changed["retries"], changed["cron"]) == ("newest", 2, "0 6 * * *")


@pytest.mark.parametrize(
    ("consent", "content", "code", "words"),
    [
        (None, b"id,x,y\nb,2,2\n", "HAN-6081", "no consent covers"),
        ({}, b"id,x,y\nb,2,2\n", "HAN-6081", "a newer version"),
        ({"newer_versions": True, "columns": ["y"]}, b"id,x,y\nb,2,2\n", "HAN-6081", "does not allow column x"),
        ({"newer_versions": True, "components": ["psi"]}, b"id,x,y\nb,2,2\n", "HAN-6081", "does not allow component"),
        ({"newer_versions": True}, b"id,z,y\nb,2,2\n", "HAN-6083", "no column x"),
    ],
)
def test_a_run_that_may_not_be_is_told_where_somebody_can_act(
    two: Two, consent: dict[str, Any] | None, content: bytes, code: str, words: str
) -> None:
    if consent is not None:
        named = {"components": two.bureau.pins(*consent["components"])} if "components" in consent else {}
        two.consent(**consent | named)
    newer(two.bureau, two.data["bureau"], content)
    for _ in range(2):
        refused = two.run()
        assert (refused["job"], refused["state"], refused["code"], refused["party"]) == ("", "refused", code, "bureau")
        assert words in refused["problem"]
    (ours,) = two.told(two.us, "schedule_refused")
    (theirs,) = two.told(two.them, "partner_run_refused")  # once, though it was refused twice within the hour
    assert (ours["schedule"], ours["code"], ours["party"]) == ("Scores", code, "bureau")
    assert (theirs["member"], theirs["code"], theirs["schedule"]) == ("bank", code, "Scores")
    two.consent(newer_versions=True)
    newer(two.bureau, two.data["bureau"], b"id,x,y\nb,3,3\n")
    assert two.run()["state"] == "created", "it goes on with its next run"


def test_a_version_that_is_too_old_is_refused_and_an_older_one_never_counts(bank: House, bureau: House) -> None:
    two = Two(bank, bureau, max_age_days=2)
    two.consent(newer_versions=True)
    stale = newer(bureau, two.data["bureau"], b"id,x,y\nb,2,2\n", days_old=2.5)
    refused = two.run()
    assert (refused["code"], refused["party"]) == ("HAN-6082", "bureau")
    assert "2.5 days old" in refused["problem"]
    changed = two.us.call("PATCH", f"/schedules/{two.schedule}", json={"max_age_days": 3})[1]
    assert changed["max_age_days"] == 3
    assert stale in two.run()["data_versions"]
    # A consent to the newest covers nothing older of the same data.
    later = bureau.board.data_sets.find(stale)
    given = bureau.board.consents.give(two.project, later, (), None, 0, "admin", newer_versions=True)
    assert given.names(later)
    assert not given.names(bureau.board.data_sets.find(two.data["bureau"]))


def test_own_data_that_is_gone_or_lacks_a_column_is_ours_to_mend(two: Two) -> None:
    two.consent(newer_versions=True)
    held = two.bank.kernel.data_sets.pop(two.data["bank"])
    refused = two.run()
    assert (refused["code"], refused["party"]) == ("HAN-6080", "bank")
    two.bank.kernel.data_sets[two.data["bank"]] = held
    del two.bureau.kernel.data_sets[two.data["bureau"]]
    assert (two.run()["code"], two.run()["party"]) == ("HAN-6080", "bureau")
    two.bureau.gateway.reachable = False
    unreached = two.run()
    assert (unreached["code"], unreached["party"]) == ("HAN-1006", "bureau")
    two.us.call("PATCH", f"/projects/{two.project}", json={"status": "closed"})
    assert two.run()["code"] == "HAN-6021"


def test_the_look_ahead_says_what_consents_cover_and_how_often(two: Two) -> None:
    plan = {"flow": two.flow, "window": "newest"}

    def look(**more: Any) -> dict[str, tuple[str, str, str]]:
        outlook = two.us.post("/schedule-checks", plan | more, 200)
        assert outlook["can_start"]
        return {
            f"{item['what']} {item['party']}": (item["state"], item["about"], item["code"])
            for item in outlook["checks"]
        }

    assert look()["window bureau"] == ("warning", "", "HAN-6081")
    assert two.told(two.them, "partner_run_refused") == [], "a look is no run"
    soon = now_ms() + _DAY_MS
    two.consent(runs=3, expires_ms=soon)
    found = look()
    assert found["window bureau"] == ("ok", two.data["bureau"], "")
    assert found["window bank"] == ("ok", two.data["bank"], "")
    assert found["runs bureau"] == ("warning", "3", "")
    assert found["newer bureau"][0] == "warning"
    assert found["until bureau"] == ("ok", str(soon), "")
    assert "newer bureau" not in look(window="fixed")
    two.consent(newer_versions=True)
    fresh = newer(two.bureau, two.data["bureau"], b"id,x,y\nb,2,2\n")
    found = look()
    assert found["window bureau"] == ("ok", fresh, "")
    named = {
        item["party"]: item["name"]
        for item in two.us.post("/schedule-checks", plan, 200)["checks"]
        if item["what"] == "window"
    }
    assert named == {"bank": "clients", "bureau": "clients"}, "a version to come has the name of the one offered"
    assert found["runs bureau"] == ("ok", "", "")
    assert found["newer bureau"][0] == "ok"
    missing = two.us.post("/schedule-checks", {"flow": "none"}, 404)
    assert missing["code"] == "HAN-6041"


def test_strangers_and_parties_without_the_data_learn_nothing(
    two: Two, bank: House, bureau: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = two.them.upload(b"id,x,y\nq,1,1\n", name="hidden")["data_set"]
    use = pb.DataUse(data_set=two.data["bureau"], version="0" * 64, columns=["x"])
    other = pb.DataUse(data_set=hidden, version="0" * 64, columns=["x"])
    asked = pb.CheckDataRequest(project=two.project, uses=[use], newest=True)
    for origin, request in (
        ("mallory", asked),
        ("bureau", asked),
        ("bank", pb.CheckDataRequest(project="prj-other", uses=[use], newest=True)),
        ("bank", pb.CheckDataRequest(project=two.project, uses=[other], newest=True)),
    ):
        with pytest.raises(HanseError) as refused:
            bureau.relay(origin, "/hanse.board.v1.BoardPeerService/CheckData", request.SerializeToString())
        assert (refused.value.code, refused.value.detail) == ("HAN-6080", "a data set is not there")
    assert {told["member"] for told in two.told(two.them, "partner_run_refused")} <= {"bank"}
    # A version without a consent tells neither its age nor its columns.
    newer(bureau, two.data["bureau"], b"id,z\nb,2\n", days_old=30)
    asked.max_age_days = 1
    with pytest.raises(HanseError) as refused:
        bureau.relay("bank", "/hanse.board.v1.BoardPeerService/CheckData", asked.SerializeToString())
    assert refused.value.code == "HAN-6081"
    many = pb.CheckDataRequest(project=two.project, uses=[use] * 201)
    with pytest.raises(HanseError, match="at most 200"):
        bureau.relay("bank", "/hanse.board.v1.BoardPeerService/CheckData", many.SerializeToString())
    # The same message again after a quiet hour.
    two.run()
    clock = now_ms()
    monkeypatch.setattr(messages, "now_ms", lambda: clock + 3_700_000)
    two.run()
    assert len(two.told(two.us, "schedule_refused")) == 2
    assert bank.flow.jobs == {}


def ask(two: Two, origin: str, **more: Any) -> str:
    """Ask what a run may read; returns the refusal's words."""
    values: dict[str, Any] = {"columns": ["x"], "named": []} | more
    use = pb.DataUse(data_set=two.data["bureau"], columns=values["columns"], named=values["named"])
    asked = pb.CheckDataRequest(project=two.project, uses=[use], newest=True, schedule=values.get("schedule", ""))
    with pytest.raises(HanseError) as refused:
        two.bureau.relay(origin, "/hanse.board.v1.BoardPeerService/CheckData", asked.SerializeToString())
    return refused.value.detail


def test_strangers_write_nothing_into_our_messages_and_partners_little(two: Two) -> None:
    for origin in ("mallory", "bureau"):
        ask(two, origin, schedule="buy now")
    assert two.told(two.them, "partner_run_refused") == []
    for number in range(30):
        ask(two, "bank", schedule=f"schedule {number}")
    assert len(two.told(two.them, "partner_run_refused")) == 20


def test_a_consent_to_some_columns_tells_nothing_of_others(two: Two) -> None:
    two.consent(newer_versions=True, columns=["x"])
    newer(two.bureau, two.data["bureau"], b"id,x,salary\nb,2,2\n")
    told = [ask(two, "bank", columns=["x", name]).replace(name, "it") for name in ("salary", "income")]
    assert told[0] == told[1], "whether a newer version has a column is not to be guessed"
    assert "column y" not in ask(two, "bank", columns=["x", "salary"], named=["y"])
    newer(two.bureau, two.data["bureau"], b"id,z\nb,2\n")
    assert "no column x" in ask(two, "bank")


def test_an_answer_about_other_data_is_not_taken(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    two.consent(newer_versions=True)
    monkeypatch.setattr(two.bank.gateway, "ask", lambda *_: pb.CheckDataResponse())
    refused = two.run()
    assert (refused["code"], refused["party"]) == ("HAN-1001", "bureau")


def test_a_request_may_ask_for_versions_to_come(two: Two) -> None:
    body = {"project": two.project, "owner": "bureau", "data_set": two.data["bureau"], "purpose": "daily scores"}
    request = two.us.post("/data-requests", body | {"newer_versions": True, "columns": ["x"]})
    assert request["newer_versions"] is True
    deliver(two.bank, two.bureau)
    (item,) = two.them.get("/approvals")["items"]
    assert item["permits"][0]["newer_versions"] is True
    two.them.post(f"/approvals/data_request/{request['request']}/decision", {"approve": True}, 204)
    (given,) = two.them.get("/consents")["items"]
    assert (given["newer_versions"], given["columns"]) == (True, ["x"])
