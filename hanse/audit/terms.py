"""What the members agreed to: the project's terms, and the consents under which a job ran."""

from collections.abc import Iterator
from typing import Any

from board.domain.evidence import anchor_id
from board.service.specs import digest
from hanse.audit.file import EvidenceFile
from hanse.audit.findings import DIFFERS, MISSING, OK, Finding, plain
from hanse.audit.records import Said, parties, said
from hanse.audit.register import Register
from union.domain.record import Kind

_ACCEPT = "accept"


def newest(records: list[Said], kind: Kind, record_id: str, before: int = 2**63) -> Said | None:
    """Return the newest record of an id below a sequence."""
    found = [
        one
        for one in records
        if (one.posted.record.kind, one.posted.record.record_id) == (kind, record_id) and one.posted.sequence < before
    ]
    return found[-1] if found else None


def anchor_of(records: list[Said], job: str, member: str) -> Said | None:
    """Return a member's newest anchor of a job."""
    found = newest(records, Kind.ANCHOR, anchor_id(job, member))
    return found if found is not None and found.member == member else None


def check_terms(evidence: EvidenceFile, register: Register) -> Iterator[Finding]:
    """The project's terms are those whose digest the promoter put on the ledger and each provider accepted."""
    terms, records = evidence.terms, said(evidence, register)
    what, expected = f"terms of project {plain(terms.project)}", digest(terms.model_dump())
    project = newest(records, Kind.PROJECT, evidence.job.project)
    if project is None or project.member != terms.promoter:
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
        answer = newest(records, Kind.CONSENT, f"{terms.project}.{member}", _until(records, evidence, member))
        if answer is None or answer.member != member:
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


def check_consents(evidence: EvidenceFile, register: Register) -> Iterator[Finding]:
    """Each provider's data was used under a consent that names its version and all components that met it."""
    records, job = said(evidence, register), evidence.job
    covered: set[str] = set()
    for member in parties(evidence)[1:]:
        anchor = anchor_of(records, job.job, member)
        for name in anchor.body.get("consents", []) if anchor else []:
            consent = newest(records, Kind.CONSENT, str(name), _until(records, evidence, member))
            wrong = "it stands not on the ledger" if consent is None else _breach(consent, member, evidence)
            if consent is None or wrong:
                yield Finding(f"consent {plain(name)}", member, DIFFERS, wrong)
                continue
            covered.add(consent.body["data_set"])
            detail = f"data set {plain(consent.body['data_set'])} version {plain(consent.body['version'])[:16]}…"
            yield Finding(f"consent {plain(name)}", member, OK, f"record {consent.posted.sequence}: {detail}")
    promoter = parties(evidence)[0]
    own = {part.get("data_set") for part in evidence.own.values() if isinstance(part, dict)}
    for data_set, version in job.data_versions.items():
        # The promoter needs no consent of its own, and its own part shows what is its own.
        whose = promoter if data_set in own and evidence.member == promoter else ""
        if data_set in covered or whose:
            yield Finding(f"data set {plain(data_set)}", whose or "its owner", OK, f"version {plain(version)}")
    rest = sorted(set(job.data_versions) - covered - own)
    # Of several parties only one is the promoter: what no provider consented to can be its data alone.
    if rest and (evidence.member == promoter or len(rest) > 1):
        yield Finding(f"data set {plain(', '.join(rest))}", "", MISSING, "no consent on the ledger covers it")
    elif rest:
        yield Finding(f"data set {plain(rest[0])}", promoter, OK, f"version {plain(job.data_versions[rest[0]])}")


def _breach(consent: Said, member: str, evidence: EvidenceFile) -> str:
    body, job = consent.body, evidence.job
    ours = {
        f"{node.component}=={node.version}"
        for node in job.nodes
        if not node.parties or member in [party.member for party in node.parties]
    }
    rules: list[tuple[bool, Any]] = [
        (consent.member != member, "another member gave it"),
        (body["decision"] != _ACCEPT, f"decision: {body['decision']}"),
        (body["project"] != job.project, "project: another one"),
        (body.get("terms_hash") != digest(evidence.terms.model_dump()), "terms_hash: of other terms"),
        (
            job.data_versions.get(str(body.get("data_set"))) != body.get("version"),
            "version: another one than the job's",
        ),
        (not ours <= set(body.get("components", [])), "components: it does not name all of the job's"),
        (body.get("job", job.job) != job.job, "job: it is for another one"),
        (0 < body.get("expires_ms", 0) < job.created_ms, "expires_ms: it had expired"),
    ]
    return next((plain(words) for broken, words in rules if broken), "")


def _until(records: list[Said], evidence: EvidenceFile, member: str) -> int:
    """Return the sequence of a member's anchor: what it said later does not change what it had agreed to."""
    anchor = anchor_of(records, evidence.job.job, member)
    return anchor.posted.sequence if anchor else 2**63


def _unlike(what: str) -> str:
    return f"{what}: their digest is not the one on the ledger"
