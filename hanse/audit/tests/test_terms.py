"""Which terms and which answer held when a job ran."""

from typing import Any

import pytest

from hanse.audit.file import EvidenceFile, JobPart, NodePart, PartyPart, TermsPart
from hanse.audit.records import Said
from hanse.audit.terms import _breach, _in_force, meant, own
from ledger.evidence import digest
from ledger.record import Kind, Posted, Record

OLD, NEW = "0" * 64, "1" * 64
JOB = JobPart.model_construct(job="j", project="p", created_ms=50)
EVIDENCE = EvidenceFile.model_construct(job=JOB, member="bank")


def said(sequence: int, time_ms: int, terms: str, decision: str) -> Said:
    record = Record(Kind.CONSENT, "p.bureau", b"", "0x", sequence, b"")
    posted = Posted(record, sequence, "0x", sequence, time_ms, b"")
    return Said(posted, "bureau", {"terms_hash": terms, "decision": decision})


@pytest.mark.parametrize(
    ("records", "held"),
    [
        ([said(1, 10, OLD, "accept")], 1),
        ([said(1, 10, OLD, "accept"), said(2, 60, NEW, "accept")], 1),  # changed while the job ran
        ([said(1, 10, OLD, "accept"), said(2, 60, OLD, "refuse")], 1),  # taken back while it ran
        ([said(1, 10, OLD, "accept"), said(2, 40, NEW, "accept")], 2),  # changed before it began
        ([said(1, 10, OLD, "accept"), said(2, 40, OLD, "refuse")], 2),  # taken back before it began
        ([said(1, 10, OLD, "accept"), said(2, 40, NEW, "refuse"), said(3, 60, NEW, "accept")], 3),
        ([said(1, 60, NEW, "accept")], 1),
        ([], 0),
    ],
)
def test_what_had_been_replaced_before_the_job_began_does_not_count(records: list[Said], held: int) -> None:
    found = _in_force(records, Kind.CONSENT, "p.bureau", OLD, EVIDENCE, "bureau")
    assert (found.posted.sequence if found else 0) == held


@pytest.mark.parametrize(
    "odd",
    [
        {"components": None},
        {"components": [{"a": 1}]},
        {"expires_ms": "soon"},
        {"data_set": None, "version": None},
        {"data_set": ["d"], "version": []},
    ],
)
def test_a_consent_of_odd_fields_covers_nothing_and_ends_no_audit(odd: dict[str, Any]) -> None:
    node = NodePart.model_construct(component="psi", version="1", parties=[])
    job = JobPart.model_construct(
        job="j", project="p", created_ms=50, nodes=[node], parties=[], data_versions={"d": "v"}
    )
    terms = TermsPart(project="p", name="", purpose="", promoter="bank", providers=[], components=[], expires_ms=0)
    evidence = EvidenceFile.model_construct(job=job, terms=terms, member="bank")
    record = Record(Kind.CONSENT, "c", b"", "0x", 1, b"")
    body = {
        "project": "p", "terms_hash": digest(terms.model_dump()), "data_set": "d", "version": "v",
        "components": ["psi==1"], "expires_ms": 0,
    }  # fmt: skip
    posted = Posted(record, 1, "0x", 1, 1, b"")
    anchor = Said(posted, "bureau", {"data_sets": {"d": "v"}, "newer_than": {"e": ["d"]}})
    assert _breach(Said(posted, "bureau", body), anchor, evidence) == ""
    assert _breach(Said(posted, "bureau", body | odd), anchor, evidence) != ""


@pytest.mark.parametrize("of_the_job", [False, True])
def test_a_standing_consent_does_not_cover_a_job_with_an_arbiter(*, of_the_job: bool) -> None:
    parties = [PartyPart(member="bank", role="promoter"), PartyPart(member="bureau", role="provider")]
    parties.append(PartyPart(member="clinic", role="arbiter"))
    node = NodePart.model_construct(component="psi", version="1", parties=[] if of_the_job else parties)
    job = JobPart.model_construct(
        job="j", project="p", created_ms=50, nodes=[node], parties=parties, data_versions={"d": "v"}
    )
    terms = TermsPart(project="p", name="", purpose="", promoter="bank", providers=[], components=[], expires_ms=0)
    evidence = EvidenceFile.model_construct(job=job, terms=terms, member="bank")
    posted = Posted(Record(Kind.CONSENT, "c", b"", "0x", 1, b""), 1, "0x", 1, 1, b"")
    body = {
        "project": "p", "terms_hash": digest(terms.model_dump()), "data_set": "d", "version": "v",
        "components": ["psi==1"], "expires_ms": 0,
    }  # fmt: skip
    anchor = Said(posted, "bureau", {"data_sets": {"d": "v"}})
    assert "standing" in _breach(Said(posted, "bureau", body), anchor, evidence)
    assert _breach(Said(posted, "bureau", body | {"job": "j"}), anchor, evidence) == ""


NEWER = {"newer_versions": True}


@pytest.mark.parametrize(
    ("allowed", "newer_than", "covered"),
    [
        (NEWER, {"e": ["d"]}, {"d", "e"}),
        (NEWER, {"e": ["c", "d"]}, {"d", "e"}),
        (NEWER, None, {"d"}),
        (NEWER, {"e": ["other"]}, {"d"}),
        (NEWER, {"foreign": ["d"]}, {"d"}),  # not what the owner anchored as its own
        (NEWER, {"e": "d"}, {"d"}),
        (NEWER, "e", {"d"}),
        (NEWER | {"version": "before"}, {"e": ["d"]}, {"e"}),  # the named one was used in another version
        ({"version": "before"}, {"e": ["d"]}, set()),
        ({"newer_versions": "yes"}, {"e": ["d"]}, {"d"}),
        ({}, {"e": ["d"]}, {"d"}),
    ],
)
def test_newer_versions_are_covered_where_the_consent_and_the_anchor_say_so(
    allowed: dict[str, Any], newer_than: Any, covered: set[str]
) -> None:
    posted = Posted(Record(Kind.CONSENT, "c", b"", "0x", 1, b""), 1, "0x", 1, 1, b"")
    consent = Said(posted, "bureau", {"data_set": "d", "version": "v"} | allowed)
    anchor = Said(posted, "bureau", {"data_sets": {"d": "v", "e": "w"}, "newer_than": newer_than})
    assert meant(consent, anchor) == covered


def test_another_members_record_of_the_same_id_says_nothing() -> None:
    ours, theirs = said(1, 10, OLD, "accept"), said(2, 20, NEW, "refuse")
    theirs = Said(theirs.posted, "retailer", theirs.body)
    found = _in_force([ours, theirs], Kind.CONSENT, "p.bureau", OLD, EVIDENCE, "bureau")
    assert found == ours
    assert own([ours, theirs], Kind.CONSENT, "p.bureau", "retailer") == [theirs]
