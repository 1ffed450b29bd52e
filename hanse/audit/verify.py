"""Compares an evidence file with a ledger, check by check; nothing in the file is believed."""

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from common import canonical
from common.errors import HanseError
from hanse.audit.file import EvidenceFile
from hanse.audit.findings import DIFFERS, Finding, first_byte
from hanse.audit.job import check_job
from hanse.audit.limits import check_columns, check_runs
from hanse.audit.member import check_audit_lines, check_models, check_own, check_seal
from hanse.audit.records import Case, check_members, check_records, said
from hanse.audit.register import Register
from hanse.audit.terms import check_consents, check_terms

_CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    check_records,
    check_members,
    check_terms,
    check_job,
    check_consents,
    check_runs,
    check_columns,
    check_own,
    check_models,
    check_audit_lines,
    # Last: it covers every byte and names none, the others say which.
    check_seal,
)


def verify(data: bytes, register: Register) -> list[Finding]:
    """Return what was found; the evidence holds when every finding does.

    Parameters
    ----------
    data : bytes
        The file as it was exported.
    register : Register
        Everything that the federation's contract holds.
    """
    try:
        content = canonical.loads(data)
        written = canonical.dumps(content)
        if written != data:
            return [Finding("the file's form", "", DIFFERS, f"{first_byte(data, written)} is not canonical JSON")]
        evidence = EvidenceFile.model_validate(content)
    except ValidationError as problem:
        error = problem.errors()[0]
        return [Finding("the file's form", "", DIFFERS, f"{'.'.join(map(str, error['loc']))}: {error['msg']}")]
    except HanseError as problem:
        return [Finding("the file's form", "", DIFFERS, problem.detail)]
    found, case = list[Finding](), Case(evidence, register, said(evidence, register))
    for check in _CHECKS:
        try:
            found += list(check(case))
        except HanseError as problem:
            found.append(Finding(check.__name__.removeprefix("check_"), "", DIFFERS, problem.detail))
    return found
