"""The limits of consents: how many jobs ran under each, and which columns of its data set they read."""

from collections.abc import Iterator

from common import canonical
from hanse.audit.file import EvidenceFile
from hanse.audit.findings import DIFFERS, MISSING, NOTE, OK, Finding, plain
from hanse.audit.records import Case, Said, parties
from hanse.audit.terms import anchor_of, given, meant
from ledger.evidence import digest
from ledger.record import Kind


def check_runs(case: Case) -> Iterator[Finding]:
    """Count the jobs that the owner of each consent anchored under it, this job among them, against its limit."""
    for member in parties(case.evidence):
        anchor = anchor_of(case.records, case.evidence.job.job, member)
        if anchor is None:
            continue  # which the check of the job tells
        for name in anchor.body.get("consents", []):
            consent = given(case.records, anchor, str(name))
            if consent is None or "runs" not in consent.body:
                continue  # which the check of consents tells; without a number, there is no limit
            what, limit = f"runs of consent {plain(name)}", consent.body["runs"]
            jobs = _jobs(case, anchor, str(name))
            if not isinstance(limit, int) or isinstance(limit, bool):
                yield Finding(what, member, DIFFERS, "runs: no number")
            elif len(jobs) > limit:
                yield Finding(what, member, DIFFERS, f"runs: {limit} allowed, {len(jobs)} used by {', '.join(jobs)}")
            else:
                yield Finding(what, member, OK, f"{len(jobs)} of {limit}")


def _jobs(case: Case, anchor: Said, consent: str) -> list[str]:
    """Return the jobs that a member anchored under a consent, up to this one's anchor; a resumed one counts once."""
    jobs = {plain(case.evidence.job.job)}
    for posted in case.register.of(anchor.member):
        if posted.record.kind == Kind.ANCHOR and posted.sequence <= anchor.posted.sequence:
            body = canonical.loads(posted.record.body)
            jobs |= {plain(body["job"])} if consent in body.get("consents", []) else set()
    return sorted(jobs)


def check_columns(case: Case) -> Iterator[Finding]:
    """See that the columns which the job read are those that the owner anchored, and that its consents name them all.

    Names of columns stand in their owner's own file only; of the other parties the check says where to look.
    """
    evidence = case.evidence
    for member in parties(evidence):
        anchor = anchor_of(case.records, evidence.job.job, member)
        if anchor is None:
            continue  # which the check of the job tells
        if member != evidence.member:
            for data_set in anchor.body.get("data_sets", {}):
                detail = "their names stand in this member's own file"
                yield Finding(f"columns of data set {plain(data_set)}", member, NOTE, detail)
            continue
        yield from _own_columns(case, anchor)


def _own_columns(case: Case, anchor: Said) -> Iterator[Finding]:
    evidence, anchored = case.evidence, anchor.body.get("columns", {})
    allowed, wrong = _allowed(case, anchor)
    yield from wrong
    for data_set in sorted({*anchor.body.get("data_sets", {}), *evidence.columns}):
        what, read = f"columns of data set {plain(data_set)}", evidence.columns.get(data_set)
        limits = allowed.get(data_set, [])
        chosen = _chosen(evidence, data_set)
        if read is None or data_set not in anchored:
            # Before columns were anchored, only the parameters say something: where each node names its columns.
            read = sorted(chosen) if chosen is not None else read
        if read is None:
            named = None not in limits and limits
            yield Finding(what, anchor.member, MISSING if named else NOTE, "the file does not tell them")
            continue
        surplus = sorted(set(read) - {column for limit in limits for column in limit or read}) if limits else []
        if data_set in anchored and anchored[data_set] != digest(read):
            yield Finding(what, anchor.member, DIFFERS, "columns: their digest is not the one that was anchored")
        elif chosen is not None and chosen - set(read):
            told = ", ".join(map(plain, sorted(chosen - set(read))))
            yield Finding(what, anchor.member, DIFFERS, f"columns: the own parameters also name {told}")
        elif surplus:
            told = ", ".join(map(plain, surplus))
            yield Finding(what, anchor.member, DIFFERS, f"columns: no consent allows {told}")
        else:
            yield Finding(what, anchor.member, OK, f"{len(read)} read")


def _allowed(case: Case, anchor: Said) -> tuple[dict[str, list[list[str] | None]], list[Finding]]:
    """Return what the consents name by data set (None: all columns), and where the file says something else."""
    shown = {part.consent: part.columns for part in case.evidence.consents}
    allowed: dict[str, list[list[str] | None]] = {}
    wrong: list[Finding] = []
    for name in map(str, anchor.body.get("consents", [])):
        consent = given(case.records, anchor, name)
        if consent is None:
            continue
        columns, expected = shown.pop(name, None), consent.body.get("columns_hash", "")
        if columns is None or (digest(columns) != expected if expected else columns):
            detail = (
                "consents: its columns are not those of the ledger" if columns is not None else "consents: not shown"
            )
            wrong.append(Finding(f"columns of consent {plain(name)}", anchor.member, DIFFERS, detail))
            columns = []
        for data_set in meant(consent, anchor):
            allowed.setdefault(data_set, []).append(columns if expected else None)
    wrong += [
        Finding(f"columns of consent {plain(name)}", anchor.member, DIFFERS, "consents: the job used no such consent")
        for name in shown
    ]
    return allowed, wrong


def _chosen(evidence: EvidenceFile, data_set: str) -> set[str] | None:
    """Return the columns that the own parameters name; None where a node reads all of them."""
    chosen: set[str] = set()
    for params in evidence.own.values():
        if not isinstance(params, dict) or params.get("data_set") != data_set:
            continue
        columns = params.get("columns")
        if not isinstance(columns, list) or not columns:
            return None
        chosen |= {str(column) for column in columns} | ({str(params["label"])} if params.get("label") else set())
    return chosen
