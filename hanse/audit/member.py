"""The word of the member that exported the file: its own parameters, its models, its audit log, its seal."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from common.records import SEAL, recover_owner
from hanse.audit.findings import DIFFERS, MISSING, OK, Finding, plain
from hanse.audit.records import Case, parties
from hanse.audit.terms import anchor_of
from ledger.evidence import digest, line_hash
from ledger.record import Kind


def check_own(case: Case) -> Iterator[Finding]:
    """See that the member's own parameters are those that it anchored."""
    evidence, records = case.evidence, case.records
    anchor = anchor_of(records, evidence.job.job, evidence.member)
    if anchor is None:
        yield Finding("own parameters", plain(evidence.member), MISSING, "this member has no anchor of the job")
        return
    same = anchor.body.get("own_hash") == digest(evidence.own)
    detail = f"record {anchor.posted.sequence}" if same else "own: their digest is not the one that was anchored"
    yield Finding("own parameters", evidence.member, OK if same else DIFFERS, detail)


def check_models(case: Case) -> Iterator[Finding]:
    """See that every member's model parts are those that it anchored; only the exporting one shows its own."""
    evidence, records = case.evidence, case.records
    shown = {part.task: part for part in evidence.models}
    if len(shown) != len(evidence.models):
        yield Finding("models", plain(evidence.member), DIFFERS, "models: a task occurs twice")
    for member in parties(evidence):
        anchor = anchor_of(records, evidence.job.job, member)
        anchored: dict[str, str] = anchor.body.get("models", {}) if anchor else {}
        for task, sha256 in anchored.items():
            what, part = f"model {plain(evidence.job.job)}.{plain(task)}", shown.get(task)
            if member == evidence.member and (
                part is None or part.sha256 != sha256 or part.model != f"{evidence.job.job}.{task}"
            ):
                yield Finding(what, member, DIFFERS, f"models.{plain(task)}: sha256 is not the one that was anchored")
            else:
                yield Finding(what, member, OK, f"part sha256 {plain(sha256)}")
        if member == evidence.member and set(shown) - set(anchored):
            yield Finding("models", member, DIFFERS, "models: one is not anchored")


def check_audit_lines(case: Case) -> Iterator[Finding]:
    """See that the lines of the member's audit log are whole, and those whose digest it anchored."""
    evidence, records = case.evidence, case.records
    who = plain(evidence.member)
    for line in evidence.audit:
        made = line_hash(
            line.sequence, line.time_ms, line.account, line.action, line.subject, line.detail, line.previous
        )
        if made != line.hash:
            yield Finding(f"audit line {line.sequence}", who, DIFFERS, "its hash is not that of its content")
    for before, line in zip(evidence.audit, evidence.audit[1:], strict=False):
        if line.sequence <= before.sequence or (line.sequence == before.sequence + 1 and line.previous != before.hash):
            yield Finding(f"audit line {line.sequence}", who, DIFFERS, "it does not follow the line before it")
    anchor = anchor_of(records, evidence.job.job, evidence.member)
    if anchor is None:
        yield Finding("audit lines", who, MISSING, "this member has no anchor of the job")
    elif anchor.body.get("audit_hash") != digest([line.hash for line in evidence.audit]):
        yield Finding("audit lines", who, DIFFERS, "audit: their digest is not the one that was anchored")
    else:
        yield Finding("audit lines", who, OK, f"{len(evidence.audit)} lines, record {anchor.posted.sequence}")


@dataclass(slots=True)
class _Seal:
    """Has the shape of a record, so that it is signed as one; its kind is one that no register takes."""

    record_id: str
    body: bytes
    owner: str
    signature: bytes
    kind: int = SEAL
    nonce: int = 0


def check_seal(case: Case) -> Iterator[Finding]:
    """See that the whole file was sealed with a ledger key of the member that exported it."""
    evidence, register = case.evidence, case.register
    who = plain(evidence.member)
    content = evidence.model_dump()
    del content["seal"]
    keys = [p.record.owner for p in register.of(evidence.member) if p.record.kind == Kind.MEMBER]
    try:
        signature = bytes.fromhex(evidence.seal)
    except ValueError:
        yield Finding("the file's seal", who, DIFFERS, "seal: no hexadecimal digits")
        return
    for owner in dict.fromkeys(keys):
        seal = _Seal(evidence.subject, digest(content).encode(), owner, signature)
        if hmac.compare_digest(recover_owner(register.governance.salt, seal), owner):
            yield Finding("the file's seal", who, OK, f"made with {owner}")
            return
    yield Finding("the file's seal", who, DIFFERS, "the file is not as this member sealed it")
