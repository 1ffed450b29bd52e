"""Rules of bodies, those that the contract knows too and others."""

import pytest

from ledger.bodies import ClosingBody, parse_body, search_text, speaker
from ledger.errors import RecordInvalid
from ledger.record import Kind
from ledger.tests.federation import Keys, closing

CONSENT = {"project": "prj-1", "member": "bureau", "decision": "accepted"}


@pytest.mark.parametrize("record_id", ["prj-1.bureau", "con-17", "prj-1.bank"])
def test_ids_are_each_members_own(keys: Keys, record_id: str) -> None:
    record = keys.sign("bureau", Kind.CONSENT, record_id, {**CONSENT, "consent": record_id})
    assert parse_body(record).member == "bureau"


@pytest.mark.parametrize(
    "change", [{"generation": 2}, {"generation": "1"}, {"action": "open"}, {"successor": "0x12"}, {"url": "http://x"}]
)
def test_a_closing_record_says_what_it_has_to_and_no_more(keys: Keys, change: dict[str, object]) -> None:
    good = keys.sign("governor-0", Kind.CLOSING, "1", closing(1))
    body = parse_body(good)
    assert isinstance(body, ClosingBody)
    assert (body.generation, speaker(body)) == (1, "")
    with pytest.raises(RecordInvalid):
        parse_body(keys.sign("governor-0", Kind.CLOSING, "1", {**closing(1), **change}))


def test_a_name_with_a_zero_byte_ends_no_index(keys: Keys) -> None:
    # JSON may hold one, and PostgreSQL's texts may not.
    body = parse_body(keys.data("bank", name="Cli\0ents", tags=["a\0b"]))
    assert search_text(body) == "cli ents\na b"
