"""The job: that every party put the digest of this very specification on the ledger when it ended."""

from collections.abc import Iterator

from hanse.audit.findings import DIFFERS, MISSING, OK, Finding, plain
from hanse.audit.records import Case, parties
from hanse.audit.terms import anchor_of
from ledger.evidence import digest


def check_job(case: Case) -> Iterator[Finding]:
    """See that all parties anchored this specification; then each node's component, version and hash are proved."""
    evidence, records = case.evidence, case.records
    job = evidence.job
    expected = digest(job.model_dump())
    agreed = True
    for member in parties(evidence):
        anchor, what = anchor_of(records, job.job, member), f"job {plain(job.job)}"
        if anchor is None:
            agreed = False
            yield Finding(what, plain(member), MISSING, "it has put no anchor of this job on the ledger")
        elif anchor.body["spec_hash"] != expected or anchor.body["project"] != job.project:
            agreed = False
            yield Finding(what, member, DIFFERS, "job: its digest is not the one that this member anchored")
        else:
            state = f"{plain(anchor.body['state'])}, record {anchor.posted.sequence}"
            yield Finding(what, member, OK, f"{state}, spec sha256 {expected[:16]}…")
    if agreed:
        for node in job.nodes:
            who = ", ".join(
                f"{party.member} (arbiter)" if party.role == "arbiter" else party.member
                for party in node.parties or job.parties
            )
            reused = f", taken over from {plain(job.reused[node.id])}" if node.id in job.reused else ""
            detail = f"{plain(node.component)} {plain(node.version)}, code sha256 {plain(node.hash)[:16]}…{reused}"
            yield Finding(f"node {plain(node.id)}", plain(who), OK, detail)
    name, _, task = evidence.subject.partition(".")
    if name != job.job or (task and task not in [node.id for node in job.nodes]):
        yield Finding("subject", plain(evidence.member), DIFFERS, f"subject: the file is about {plain(job.job)}")
