"""Ended jobs go on the ledger by themselves, once, whatever was away in between."""

import time

from board.service.anchors import Anchors
from board.tests.doubles import Ledger
from board.tests.house import PASSWORD, House
from proto.flow.v1 import flow_pb2


def anchors_of(house: House) -> list[dict[str, object]]:
    ledger: Ledger = house.union.ledger
    return [entry.body for entry in ledger.log if entry.kind == "anchor"]


def ended(house: House, job: str, state: str = "succeeded") -> None:
    spec = flow_pb2.JobSpec(job=job, project="p", parties=[flow_pb2.JobParty(member=house.name, role="promoter")])
    house.flow.put(spec, state)


def waits_for(house: House, count: int) -> None:
    deadline = time.monotonic() + 20
    while len(anchors_of(house)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_once(bank: House) -> None:
    ended(bank, "job-1")
    anchors: Anchors = bank.board.anchors
    assert anchors.anchor("job-1")
    assert anchors.anchor("job-1")
    (body,) = anchors_of(bank)
    assert (body["anchor"], body["state"], body["consents"], body["models"]) == ("job-1.bank", "succeeded", [], {})
    ended(bank, "job-1", "running")
    assert not anchors.anchor("job-1")
    # It was resumed and ends in another way.
    ended(bank, "job-1", "failed")
    assert anchors.anchor("job-1")
    assert [body["state"] for body in anchors_of(bank)] == ["succeeded", "failed"]


def test_what_ended_unseen_is_found_at_the_start(bank: House) -> None:
    ended(bank, "job-1")
    ended(bank, "job-2", "running")
    ended(bank, "job-3", "timed_out")
    anchors = bank.board.anchors
    anchors.start()
    waits_for(bank, 2)
    bank.flow.change("job-2", "stopped")
    anchors.ended("job-2")
    waits_for(bank, 3)
    anchors.close()
    assert {str(body["job"]) for body in anchors_of(bank)} == {"job-1", "job-2", "job-3"}


def test_a_union_that_is_away_is_asked_again(bank: House) -> None:
    ended(bank, "job-1")
    bank.union.ledger.away = True
    anchors = bank.board.anchors
    anchors.start()
    anchors.ended("job-1")
    bank.union.ledger.away = False
    anchors.ended("job-1")
    waits_for(bank, 1)
    anchors.close()


def test_an_export_is_for_administrators(bank: House) -> None:
    us = bank.admin()
    bank.board.accounts.register("user", PASSWORD)
    us.call("PATCH", "/accounts/user", json={"status": "active"})
    ended(bank, "job-1")
    assert bank.sign_in("user").call("GET", "/evidence/job-1")[0] == 403
    assert us.call("GET", "/evidence/job-unknown")[0] == 404
    # A job of a project that is not known here: the answer says what is missing.
    assert us.call("GET", "/evidence/job-1")[1]["code"] == "HAN-6020"


def test_one_that_cannot_be_anchored_keeps_no_other_back(bank: House) -> None:
    ended(bank, "job-2")
    anchors = bank.board.anchors
    anchors.ended("job-1")  # flow knows no such job
    anchors.ended("job-2")
    anchors.start()
    waits_for(bank, 1)
    anchors.close()
    assert anchors_of(bank)[0]["job"] == "job-2"
