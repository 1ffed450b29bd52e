"""What an owner who cheats writes, anchors and seals, and what the auditor finds in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common import canonical
from hanse.audit.register import read_register
from hanse.audit.verify import verify
from ledger.evidence import digest
from tests.integration.audit_story import Story, Windowed, made
from union.app import UnionApp


class Case:
    """A file that an owner who cheats makes: anchored, recorded and sealed as everything else."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.bureau = story.houses["bureau"]
        self.member = story.clients["bureau"]

    def consent(self, **changes: Any) -> None:
        entry = self.member.entry("consent", self.story.consent, "bureau")
        assert entry is not None
        self.member.submit("consent", self.story.consent, {**entry.body, **changes})

    def anchor(self, job: str = "", **changes: Any) -> None:
        entry = self.member.entry("anchor", f"{self.story.job}.bureau", "bureau")
        assert entry is not None
        job = job or self.story.job
        self.member.submit("anchor", f"{job}.bureau", {**entry.body, "job": job, "anchor": f"{job}.bureau", **changes})

    def sealed(self, **changes: Any) -> bytes:
        told = {**json.loads(self.story.export("bureau")), **changes}
        del told["seal"]
        told["seal"] = self.member.seal(told["subject"], digest(told))
        return canonical.dumps(told)

    def wrong(self, data: bytes) -> list[str]:
        register = read_register(f"file:{self.story.folder}/ledger/ledger.db", self.story.contract)
        return [f"{one.what}: {one.detail}" for one in verify(data, register) if not one.holds]


@pytest.fixture
def cheating(tmp_path: Path) -> Iterator[Case]:
    told = made(tmp_path, None)
    case = Case(told)
    assert case.wrong(case.sealed()) == []
    yield case
    told.stop()


def test_columns_and_runs_are_told(tmp_path: Path) -> None:
    told = made(tmp_path, None)
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    found = {(one.what, one.who): (one.result, one.detail) for one in verify(told.export("bureau"), register)}
    (ours,) = json.loads(told.export("bureau"))["columns"]
    (theirs,) = json.loads(told.export("bank"))["columns"]
    assert found[f"runs of consent {told.consent}", "bureau"] == ("ok", "1 of 1")
    assert found[f"columns of data set {ours}", "bureau"][0] == "ok"
    assert found[f"columns of data set {theirs}", "bank"][0] == "note"
    told.stop()


def test_a_run_too_many_is_found(cheating: Case) -> None:
    # It ran before, and was anchored before; this job then was the second one under a consent for one.
    cheating.anchor("job-earlier", state="failed")
    cheating.anchor()
    (wrong,) = cheating.wrong(cheating.sealed())
    jobs = ", ".join(sorted(["job-earlier", cheating.story.job]))
    assert wrong == f"runs of consent {cheating.story.consent}: runs: 1 allowed, 2 used by {jobs}"


def test_runs_after_this_one_are_another_jobs_matter(cheating: Case) -> None:
    cheating.anchor("job-later")
    assert cheating.wrong(cheating.sealed()) == []
    cheating.consent(runs="many")
    cheating.anchor()
    assert any("runs: no number" in line for line in cheating.wrong(cheating.sealed()))


def test_columns_beyond_the_consent_are_found(cheating: Case) -> None:
    file = json.loads(cheating.sealed())
    (data_set,) = file["columns"]
    columns = file["columns"][data_set]
    fewer = columns[1:]
    # The consent on the ledger names fewer columns than the job read.
    cheating.consent(columns_hash=digest(fewer))
    cheating.anchor()
    consents = [{"consent": cheating.story.consent, "columns": fewer}]
    wrong = cheating.wrong(cheating.sealed(consents=consents))
    assert wrong == [f"columns of data set {data_set}: columns: no consent allows {columns[0]}"]
    # To show more of the consent, or less of the columns, than is anchored does not help.
    shown = cheating.wrong(cheating.sealed(consents=[{"consent": cheating.story.consent, "columns": columns}]))
    assert f"columns of consent {cheating.story.consent}: consents: its columns are not those of the ledger" in shown
    hidden = cheating.wrong(cheating.sealed(consents=consents, columns={data_set: fewer}))
    assert hidden == [f"columns of data set {data_set}: columns: their digest is not the one that was anchored"]
    left_out = cheating.wrong(cheating.sealed(consents=[], columns={}))
    assert any("consents: not shown" in line for line in left_out)
    assert any("columns: " in line or "does not tell" in line for line in left_out)
    more = [*consents, {"consent": "con-x", "columns": columns}]
    assert any("the job used no such consent" in line for line in cheating.wrong(cheating.sealed(consents=more)))


def test_parameters_that_name_other_columns_are_found(cheating: Case) -> None:
    file = json.loads(cheating.sealed())
    (data_set,) = file["columns"]
    read = file["columns"][data_set]
    # Anchored in full agreement with itself, but not with the parameters of the job.
    own = {node: {**params, "columns": ["secret"]} if params else params for node, params in file["own"].items()}
    cheating.anchor(own_hash=digest(own))
    wrong = cheating.wrong(cheating.sealed(own=own))
    assert wrong == [f"columns of data set {data_set}: columns: the own parameters also name secret"]
    assert read != ["secret"]
    # An anchor of before has no columns: parameters that name them still prove them.
    chosen = {node: {**params, "columns": read} if params else params for node, params in file["own"].items()}
    cheating.consent(columns_hash=digest(read))
    cheating.anchor(own_hash=digest(chosen), columns={})
    consents = [{"consent": cheating.story.consent, "columns": read}]
    assert cheating.wrong(cheating.sealed(own=chosen, consents=consents)) == []
    cheating.anchor(own_hash=digest(file["own"]), columns={})
    told = cheating.wrong(cheating.sealed(consents=consents, columns={}))
    assert told == [f"columns of data set {data_set}: the file does not tell them"]


def test_a_consent_of_columns_covers_a_newer_version_and_no_more(tmp_path: Path) -> None:
    told = made(tmp_path, None, kind=Windowed)
    assert isinstance(told, Windowed)
    case, consent = Case(told), f"consent {told.consent}"
    honest = case.sealed()
    assert case.wrong(honest) == []
    register = read_register(f"file:{tmp_path}/ledger/ledger.db", told.contract)
    found = {one.what: (one.result, one.detail) for one in verify(honest, register)}
    assert json.loads(honest)["columns"] == {told.newest: ["x"]}
    assert found[f"columns of data set {told.newest}"] == ("ok", "1 read")
    assert found[f"runs of {consent}"] == ("ok", "1 of 1")
    uncovered = f"data set {told.newest}: no consent on the ledger covers it"
    version = f"{consent}: version: another one than the job's"

    # The anchor does not say of what it is a newer version; it says so of another one; the consent is for none.
    for older in ({}, {told.newest: ["ds-other"]}):
        case.anchor(newer_than=older)
        assert case.wrong(case.sealed()) == [version, uncovered]
    case.consent(newer_versions=False)
    case.anchor(newer_than={told.newest: [told.first]})
    assert case.wrong(case.sealed()) == [version, uncovered]
    # The columns are limits of the newer version, too.
    case.consent(newer_versions=True, columns_hash=digest(["y"]))
    case.anchor()
    wrong = case.wrong(case.sealed(consents=[{"consent": told.consent, "columns": ["y"]}]))
    assert wrong == [f"columns of data set {told.newest}: columns: no consent allows x"]
    told.stop()


def test_after_a_move_what_was_taken_back_counts_as_taken_back_before(cheating: Case) -> None:
    story = cheating.story
    cheating.consent(decision="withdrawn")
    cheating.anchor()
    data = cheating.sealed()
    assert cheating.wrong(data) == [], "its time says that the job had begun"
    story.union.stop()
    app = UnionApp(story.settings)
    app.move(story.settings, lambda _done, _of: None, lambda: None)
    app.stop()
    # The new contract's times are those of the move: they prove nothing of the kind.
    assert any("it was withdrawn in record" in line for line in cheating.wrong(data))
