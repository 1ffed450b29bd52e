"""The table of decisions about jobs: what is refused, what waits for people, what runs by itself."""

from dataclasses import replace

import pytest

from board.domain.checking import ALLOWED, PENDING, REFUSED_JOB, Proposal, Use, check_foreign, check_own
from board.domain.data_sets import Column, DataSet, Proof
from board.domain.projects import ACCEPTED, ACTIVE, CLOSED, REFUSED, Answer, Consent, Project, Terms

NOW = 1_000_000
TERMS = Terms("p", "P", "", "bank", ("bureau", "retailer"), ("psi==1", "lr==2"), expires_ms=NOW + 10)
PROJECT = Project(TERMS, ACTIVE, 1, "ann", Proof(), (Answer("bureau", ACCEPTED), Answer("retailer", ACCEPTED)))
DATA = DataSet("d", "D", 3, (Column("x", "float"),), "id", "", "v1", 10)
CONSENT = Consent("c", "p", "d", "v1", ("psi==1", "lr==2"), None, 0, ACTIVE, 1, "ann")
BOTH = frozenset({("psi", "1"), ("lr", "2")})
PROPOSAL = Proposal("j", "p", ("bank", "bureau"), BOTH, BOTH, (Use("d", "v1"),))


def foreign(
    proposal: Proposal = PROPOSAL,
    project: Project | None = PROJECT,
    origin: str = "bank",
    data: DataSet | None = DATA,
    consents: tuple[Consent, ...] = (CONSENT,),
    now_ms: int = NOW,
) -> str:
    data_sets = {data.data_set: data} if data else {}
    return check_foreign(proposal, origin, "bureau", project, data_sets, consents, now_ms).decision


def test_a_job_that_fits_a_consent_runs_by_itself() -> None:
    decided = check_foreign(PROPOSAL, "bank", "bureau", PROJECT, {"d": DATA}, [CONSENT], NOW)
    assert (decided.decision, decided.consents) == (ALLOWED, ("c",))


@pytest.mark.parametrize(
    "case",
    [
        {"project": None},
        {"project": replace(PROJECT, status=CLOSED)},
        {"now_ms": NOW + 10},
        {"project": PROJECT.with_answer(Answer("bureau", REFUSED))},
        {"project": PROJECT.with_answer(Answer("bureau"))},
        {"origin": "retailer"},
        {"origin": "mallory"},
        {"proposal": replace(PROPOSAL, parties=("bureau", "bank"))},
        {"proposal": replace(PROPOSAL, parties=())},
        {"proposal": replace(PROPOSAL, parties=("bank", "bureau", "mallory"))},
        {"proposal": replace(PROPOSAL, components=BOTH | {("psi", "2")})},
        {"proposal": replace(PROPOSAL, components=BOTH | {("steal", "1")})},
        {"data": None},
        {"data": replace(DATA, version="v2")},
        {"proposal": replace(PROPOSAL, uses=(Use("d", ""),))},
        {"proposal": replace(PROPOSAL, uses=(Use("d", "v1"), Use("other", "v1")))},
    ],
)
def test_refused(case: dict[str, object]) -> None:
    assert foreign(**case) == REFUSED_JOB  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "consents",
    [
        (),
        (replace(CONSENT, status=CLOSED),),
        (replace(CONSENT, project="other"),),
        (replace(CONSENT, data_set="other"),),
        (replace(CONSENT, version="v0"),),
        (replace(CONSENT, components=("psi==1",)),),
        (replace(CONSENT, expires_ms=NOW),),
        (replace(CONSENT, runs=1, used_by=("another",)),),
        (replace(CONSENT, job="another"),),
    ],
)
def test_waits_for_people(consents: tuple[Consent, ...]) -> None:
    assert foreign(consents=consents) == PENDING


@pytest.mark.parametrize(
    "consents",
    [
        (replace(CONSENT, runs=1),),
        (replace(CONSENT, runs=1, used_by=("j",)),),
        (replace(CONSENT, job="j", runs=1, used_by=("j",)),),
        (replace(CONSENT, expires_ms=NOW + 1),),
        (replace(CONSENT, status=CLOSED), CONSENT),
    ],
)
def test_allowed(consents: tuple[Consent, ...]) -> None:
    assert foreign(consents=consents) == ALLOWED


def test_a_consent_need_not_name_components_in_which_we_take_no_part() -> None:
    ours = replace(PROPOSAL, our_components=frozenset({("psi", "1")}))
    assert foreign(ours, consents=(replace(CONSENT, components=("psi==1",)),)) == ALLOWED


def test_a_job_without_our_data_waits_for_people() -> None:
    assert foreign(replace(PROPOSAL, uses=())) == PENDING


def test_an_arbiter_waits_for_people_whatever_standing_consents_there_are() -> None:
    with_arbiter = replace(PROPOSAL, arbiters=("retailer",))
    decided = check_foreign(with_arbiter, "bank", "bureau", PROJECT, {"d": DATA}, [CONSENT], NOW)
    assert (decided.decision, "retailer is the job's arbiter" in decided.reason) == (PENDING, True)
    approved = replace(CONSENT, consent="c2", job="j", runs=1)
    decided = check_foreign(with_arbiter, "bank", "bureau", PROJECT, {"d": DATA}, [CONSENT, approved], NOW)
    assert (decided.decision, decided.consents) == (ALLOWED, ("c2",))
    assert foreign(with_arbiter, consents=(replace(approved, job="other"),)) == PENDING


def test_a_consent_of_other_terms_waits_for_people() -> None:
    agreed = PROJECT.with_answer(Answer("bureau", ACCEPTED, at_ms=500))
    assert foreign(project=agreed, consents=(replace(CONSENT, created_ms=500),)) == ALLOWED
    decided = check_foreign(PROPOSAL, "bank", "bureau", agreed, {"d": DATA}, [replace(CONSENT, created_ms=499)], NOW)
    assert (decided.decision, "other terms" in decided.reason) == (PENDING, True)


def test_a_consent_that_names_no_columns_is_not_for_the_id() -> None:
    assert foreign(replace(PROPOSAL, uses=(Use("d", "v1", ("x",)),))) == ALLOWED
    assert foreign(replace(PROPOSAL, uses=(Use("d", "v1", ("x",), "id"),))) == PENDING


def test_two_data_sets_need_consents_for_both() -> None:
    two = replace(PROPOSAL, uses=(Use("d", "v1"), Use("e", "v1")))
    data = {"d": DATA, "e": replace(DATA, data_set="e")}
    assert check_foreign(two, "bank", "bureau", PROJECT, data, [CONSENT], NOW).decision == PENDING
    other = replace(CONSENT, consent="c2", data_set="e")
    assert check_foreign(two, "bank", "bureau", PROJECT, data, [CONSENT, other], NOW).consents == ("c", "c2")


@pytest.mark.parametrize(
    ("project", "decision"),
    [
        (PROJECT, ALLOWED),
        (None, REFUSED_JOB),
        (replace(PROJECT, status=CLOSED), REFUSED_JOB),
        (PROJECT.with_answer(Answer("bureau", REFUSED)), REFUSED_JOB),
        (PROJECT.with_answer(Answer("bureau")), PENDING),
        (PROJECT.with_answer(Answer("retailer", REFUSED)), ALLOWED),  # it takes no part in this job
    ],
)
def test_our_own_jobs(project: Project | None, decision: str) -> None:
    assert check_own(PROPOSAL, project, NOW).decision == decision
