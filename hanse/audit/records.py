"""The records of the file against those of the ledger, and who the members are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common import canonical
from common.errors import HanseError
from common.records import verify_record
from hanse.audit.file import EvidenceFile, RecordPart
from hanse.audit.findings import DIFFERS, MISSING, NOTE, OK, Finding, first_byte, first_field, plain
from hanse.audit.register import Register
from ledger.evidence import Scope
from ledger.record import Kind, MemberStatus, Posted


@dataclass(frozen=True, slots=True)
class Said:
    """A record of a party that concerns the job, from the ledger, with its body read."""

    posted: Posted
    member: str
    body: dict[str, Any]
    copied: bool = False  # by a move, from an earlier contract

    @property
    def time_ms(self) -> int:
        """When it was said; of a copy the earliest time, as its ledger tells only when it was copied."""
        # So what was taken back never counts as taken back later than it was.
        return 0 if self.copied else self.posted.time_ms


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at: the file, the ledger, and all that the job's parties put there about the job."""

    evidence: EvidenceFile
    register: Register
    records: list[Said]


def parties(evidence: EvidenceFile) -> list[str]:
    """Return the job's members, the promoter first."""
    return [party.member for party in evidence.job.parties]


def said(evidence: EvidenceFile, register: Register) -> list[Said]:
    """Return all that the job's parties put on the ledger about it, in order. The ledger is asked, not the file."""
    job = evidence.job
    scope = Scope(job.project, frozenset(job.data_versions), frozenset({job.job, *job.reused.values()}))
    found = []
    for member in dict.fromkeys(parties(evidence)):
        for posted in register.of(member):
            body = canonical.loads(posted.record.body)
            if scope.covers(posted.record.kind, posted.record.record_id, body):
                found.append(Said(posted, member, body, posted.sequence <= register.copied))
    return sorted(found, key=lambda one: one.posted.sequence)


def name_of(posted: Posted) -> str:
    """Name a record for people."""
    return f"{Kind(posted.record.kind).name.lower().replace('_', ' ')} {posted.record.record_id}"


def check_records(case: Case) -> Iterator[Finding]:
    """See that every record of the file stands on the ledger, byte for byte, signed by its owner; none was left out."""
    evidence, register, records = case.evidence, case.register, case.records
    salt = register.governance.salt
    if evidence.federation.salt != salt.hex():
        detail = f"salt, {first_byte(evidence.federation.salt, salt.hex())}: the contract is another federation's"
        yield Finding("federation", plain(evidence.federation.id), DIFFERS, detail)
    else:
        yield Finding("federation", plain(evidence.federation.id), OK, f"salt {salt.hex()[:16]}…")
    expected = {one.posted.sequence: one for one in records}
    for record in evidence.records:
        yield _compare(record, register)
    held = [record.sequence for record in evidence.records]
    if held != sorted(set(held)):
        yield Finding("records", "", DIFFERS, "they are not in the ledger's order, each once")
    head = evidence.federation.head
    if not held or max(held) > head or head > len(register.records):
        yield Finding("federation", "", DIFFERS, f"head: {head} in the file, {len(register.records)} on the ledger")
    for sequence, one in expected.items():
        if sequence not in held:
            what, who = name_of(one.posted), one.member
            if sequence <= head:
                yield Finding(what, who, MISSING, f"record {sequence} of the ledger is not in the file")
            else:
                decision = one.body.get("decision") or one.body.get("state") or one.body.get("action") or ""
                yield Finding(what, who, NOTE, f"record {sequence} is newer than the file {decision}".rstrip())


def _compare(record: RecordPart, register: Register) -> Finding:
    posted = register.records.get(record.sequence)
    if posted is None:
        detail = f"sequence: the ledger has no record {record.sequence}"
        return Finding(plain(record.record_id), "", DIFFERS, detail)
    there = posted.record
    expected = {
        "kind": there.kind,
        "record_id": there.record_id,
        "body": there.body.decode(errors="replace"),
        "owner": there.owner,
        "nonce": str(there.nonce),
        "signature": there.signature.hex(),
        "transaction": posted.transaction,
        "block": posted.block,
        "time_ms": posted.time_ms,
    }
    where = first_field(record.model_dump(), expected)
    if where:
        return Finding(name_of(posted), "", DIFFERS, f"record {posted.sequence}: {plain(where)}")
    try:
        verify_record(register.governance.salt, there)
    except HanseError as problem:
        return Finding(name_of(posted), there.owner, DIFFERS, f"record {posted.sequence}: {problem.detail}")
    return Finding(name_of(posted), there.owner, OK, f"record {posted.sequence}, {posted.transaction[:18]}…")


def check_members(case: Case) -> Iterator[Finding]:
    """See that every party was admitted by enough governors, and its records were signed with its own keys."""
    evidence, register = case.evidence, case.register
    governance = register.governance
    for member in parties(evidence):
        theirs = register.of(member)
        owners = {posted.record.owner for posted in theirs if posted.record.kind == Kind.MEMBER}
        admitted = next((posted for posted in theirs if posted.status is MemberStatus.ADMITTED), None)
        if not owners or admitted is None:
            yield Finding(f"member {plain(member)}", "governance", MISSING, "it was never admitted on this ledger")
            continue
        votes = {
            posted.record.owner
            for posted in theirs
            if posted.record.kind == Kind.ADMISSION
            and posted.record.body == admitted.record.body
            and posted.sequence <= admitted.sequence
            and posted.record.owner in governance.governors
        }
        foreign = [p for p in theirs if p.record.kind != Kind.ADMISSION and p.record.owner not in owners]
        if len(votes) < governance.threshold or foreign:
            detail = (
                "a record is signed with another key" if foreign else f"{len(votes)} of {governance.threshold} votes"
            )
            yield Finding(f"member {member}", "governance", DIFFERS, detail)
            continue
        yield Finding(f"member {member}", "governance", OK, f"admitted in record {admitted.sequence}")
