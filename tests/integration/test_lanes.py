"""What a provider's board shows of a job: every party's lane, as flow hears it, and no figure of anybody's data."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from board.tests.doubles import Ledger
from board.tests.house import House
from flow.domain.job import Failure, Job
from flow.domain.render import job_message
from flow.domain.states import State
from flow.service import asking
from flow.tests.federation import Member, running, spec

PRIVATE = Failure("HAN-4016", "the label of client 17 is 3", "Choose another label.", public_detail="Unusable label")


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Member]]:
    monkeypatch.setattr(asking, "_SOON_S", 0.1)
    with running(tmp_path, "bank", "bureau") as members:
        yield members


@pytest.fixture
def board(tmp_path: Path) -> Iterator[House]:
    house = House("bureau", tmp_path, {}, Ledger())
    yield house
    house.close()


def _shown(board: House, job: Job) -> dict[str, object]:
    board.flow.jobs[job.id] = job_message(job)
    answer: dict[str, object] = board.admin().get(f"/jobs/{job.id}")
    return answer


def test_a_provider_sees_both_lanes_and_no_figure(flows: dict[str, Member], board: House) -> None:
    bank, bureau = flows["bank"], flows["bureau"]
    bank.kernel.step, bureau.kernel.step, bank.kernel.waits_for = "age > 41: 1234 rows", "comparing", "bureau"
    for member in flows.values():
        member.kernel.hold.clear()
    asked = spec()
    asked.created_by = "alice"
    bank.requests.create(asked)
    bureau.wait("job-1", State.RUNNING)
    job = bureau.see("job-1", lambda job: sum(bool(lane.progress) for lane in job.tasks["a"].lanes.values()) == 2)
    shown = _shown(board, job)
    (task, _) = shown["tasks"]  # type: ignore[misc]
    assert task["party_states"] == {"bank": "running", "bureau": "running"}
    assert task["lanes"]["bank"] == {"progress": 0.5, "step": "", "waits_for": "bureau", "failure": None}
    assert task["lanes"]["bureau"]["step"] == "comparing"
    assert shown["heard_ms"]
    text = json.dumps(shown)
    assert not any(secret in text for secret in ("1234", "alice", "age > 41"))
    assert all(set(node["own"]) <= {"bureau"} for node in shown["nodes"])  # type: ignore[attr-defined]


def test_the_promoters_failure_is_named_at_the_provider_with_code_cause_and_next_step(
    flows: dict[str, Member], board: House
) -> None:
    flows["bank"].kernel.outcome = lambda job, task: PRIVATE
    flows["bank"].requests.create(spec())
    job = flows["bureau"].wait("job-1", State.FAILED)
    shown = _shown(board, job)
    told = {"code": "HAN-4016", "detail": "Unusable label", "hint": "Choose another label."}
    (task, _) = shown["tasks"]  # type: ignore[misc]
    for failure in (shown["failure"], task["failure"], task["lanes"]["bank"]["failure"]):
        assert told.items() <= failure.items()
    assert "client 17" not in json.dumps(shown)
