"""What the members agreed to: the project's terms, and the consents under which a job ran."""

from collections.abc import Iterator
from typing import Any

from hanse.audit.file import EvidenceFile
from hanse.audit.findings import DIFFERS, MISSING, OK, Finding, plain
from hanse.audit.records import Case, Said, parties
from ledger.evidence import anchor_id, digest
from ledger.record import Kind

_ACCEPT = "accept"


def own(records: list[Said], kind: Kind, record_id: str, member: str, before: int = 2**63) -> list[Said]:
    """Return a member's records of an id below a sequence, in order: another member may use the same id."""
    return [
        one
        for one in records
        if (one.posted.record.kind, one.posted.record.record_id, one.member) == (kind, record_id, member)
        and one.posted.sequence < before
    ]


def anchor_of(records: list[Said], job: str, member: str) -> Said | None:
    """Return a member's newest anchor of a job."""
    found = own(records, Kind.ANCHOR, anchor_id(job, member), member)
    return found[-1] if found else None


def check_terms(case: Case) -> Iterator[Finding]:
    """See that the terms are those whose digest the promoter put on the ledger and each provider accepted."""
    evidence, records = case.evidence, case.records
    terms = evidence.terms
    what, expected = f"terms of project {plain(terms.project)}", digest(terms.model_dump())
    project = _in_force(records, Kind.PROJECT, evidence.job.project, expected, evidence, terms.promoter)
    if project is None:
        yield Finding(what, plain(terms.promoter), MISSING, "the promoter put no such project on the ledger")
        return
    same = project.body.get("terms_hash") == expected and terms.project == evidence.job.project
    yield Finding(
        what, terms.promoter, OK if same else DIFFERS, f"terms: sha256 {expected[:16]}…" if same else _unlike("terms")
    )
    strangers = sorted(set(parties(evidence)) - {terms.promoter, *terms.providers})
    unnamed = sorted({f"{n.component}=={n.version}" for n in evidence.job.nodes} - set(terms.components))
    if strangers or unnamed or parties(evidence)[:1] != [terms.promoter]:
        detail = f"the terms do not allow {plain(', '.join([*strangers, *unnamed]) or 'this promoter')}"
        yield Finding("job against terms", terms.promoter, DIFFERS, detail)
    for member in parties(evidence)[1:]:
        answer = _in_force(records, Kind.CONSENT, f"{terms.project}.{member}", expected, evidence, member)
        if answer is None:
            yield Finding(f"acceptance of {plain(member)}", plain(member), MISSING, "no answer stands on the ledger")
            continue
        accepted = answer.body["decision"] == _ACCEPT and answer.body.get("terms_hash") == expected
        detail = f"record {answer.posted.sequence}: {plain(answer.body['decision'])}"
        yield Finding(
            f"acceptance of {member}",
            member,
            OK if accepted else DIFFERS,
            detail if accepted else f"{detail}, of other terms",
        )


def check_consents(case: Case) -> Iterator[Finding]:
    """See that each data set is its owner's by anchor, and each provider's was used under a consent."""
    evidence, records = case.evidence, case.records
    job = evidence.job
    claimed: set[str] = set()
    for member in parties(evidence):
        anchor = anchor_of(records, job.job, member)
        if anchor is None:
            continue  # which the check of the job tells
        covered: set[str] = set()
        for name in anchor.body.get("consents", []):
            consent, wrong = _consent(records, anchor, str(name), evidence)
            if consent is not None and not wrong:
                covered |= meant(consent, anchor)
            where = (
                f"record {consent.posted.sequence}, data set {plain(consent.body.get('data_set'))}" if consent else ""
            )
            yield Finding(f"consent {plain(name)}", member, DIFFERS if wrong else OK, wrong or where)
        for data_set, version in anchor.body.get("data_sets", {}).items():
            claimed.add(data_set)
            what, detail = f"data set {plain(data_set)}", f"version {plain(version)}"
            if job.data_versions.get(data_set) != version:
                yield Finding(what, member, DIFFERS, f"data_versions: the owner anchored {detail}")
            elif member != parties(evidence)[0] and data_set not in covered:
                yield Finding(what, member, MISSING, "no consent on the ledger covers it")
            else:
                yield Finding(what, member, OK, detail)
    for data_set in sorted(set(job.data_versions) - claimed):
        yield Finding(f"data set {plain(data_set)}", "", MISSING, "no party anchored that it is its own")


def given(records: list[Said], anchor: Said, name: str) -> Said | None:
    """Return the newest acceptance of a consent that stood before its owner anchored the job."""
    before = own(records, Kind.CONSENT, name, anchor.member, anchor.posted.sequence)
    return next((one for one in reversed(before) if one.body["decision"] == _ACCEPT), None)


def _consent(records: list[Said], anchor: Said, name: str, evidence: EvidenceFile) -> tuple[Said | None, str]:
    """Return the consent as it stood when the job ran, and what is wrong with it."""
    found = given(records, anchor, name)
    if found is None:
        return None, "it stands not on the ledger"
    # What was withdrawn while the job ran had allowed it; what was withdrawn before it began had not.
    for later in own(records, Kind.CONSENT, name, anchor.member, anchor.posted.sequence):
        if found.posted.sequence < later.posted.sequence and later.time_ms < evidence.job.created_ms:
            return found, f"it was withdrawn in record {later.posted.sequence}"
    return found, _breach(found, anchor, evidence)


def meant(consent: Said, anchor: Said) -> set[str]:
    """Return the anchored data sets that a consent is for.

    That is the one that it names, in the version that it names; where it says so, the owner's newer versions of it.
    """
    used, newer = anchor.body.get("data_sets", {}), anchor.body.get("newer_than")
    named = str(consent.body.get("data_set"))
    found = {named} if named in used and used[named] == consent.body.get("version") else set[str]()
    if consent.body.get("newer_versions") is True and isinstance(newer, dict):
        found |= {name for name, older in newer.items() if name in used and isinstance(older, list) and named in older}
    return found


def _breach(consent: Said, anchor: Said, evidence: EvidenceFile) -> str:
    # The ledger bounds few of a consent's fields; whoever wrote the others must not be able to end the audit.
    body, job, member = consent.body, evidence.job, anchor.member
    named, expires = body.get("components"), body.get("expires_ms", 0)
    nodes = [node for node in job.nodes if not node.parties or member in [party.member for party in node.parties]]
    ours = {f"{node.component}=={node.version}" for node in nodes}
    arbiter = any(party.role == "arbiter" for node in nodes for party in node.parties or job.parties)
    rules: list[tuple[bool, Any]] = [
        (body["project"] != job.project, "project: another one"),
        (body.get("terms_hash") != digest(evidence.terms.model_dump()), "terms_hash: of other terms"),
        (not meant(consent, anchor) & set(job.data_versions), "version: another one than the job's"),
        (
            not isinstance(named, list) or any(one not in named for one in ours),
            "components: it does not name the job's",
        ),
        (body.get("job", job.job) != job.job, "job: it is for another one"),
        (arbiter and "job" not in body, "job: it is a standing one, and who holds the key is agreed on job by job"),
        (not isinstance(expires, int) or 0 < expires < job.created_ms, "expires_ms: it had expired"),
    ]
    return next((plain(words) for broken, words in rules if broken), "")


def _in_force(
    records: list[Said], kind: Kind, record_id: str, terms_hash: str, evidence: EvidenceFile, member: str
) -> Said | None:
    """Return the record that held when the job ran: of these terms, unless replaced before the job began.

    Terms that were changed while the job ran, or after it, do not change what it ran under.
    """
    said = own(records, kind, record_id, member, _until(records, evidence, member))
    for one in reversed(said):
        if one.body.get("terms_hash") == terms_hash and one.body.get("decision", _ACCEPT) == _ACCEPT:
            return one
        if one.time_ms < evidence.job.created_ms:
            break
    return said[-1] if said else None


def _until(records: list[Said], evidence: EvidenceFile, member: str) -> int:
    """Return the sequence of a member's anchor: what it said later does not change what it had agreed to."""
    anchor = anchor_of(records, evidence.job.job, member)
    return anchor.posted.sequence if anchor else 2**63


def _unlike(what: str) -> str:
    return f"{what}: their digest is not the one on the ledger"
