"""Rules of bodies that the contract does not know."""

import pytest

from union.domain.bodies import parse_body
from union.domain.record import Kind
from union.errors import RecordInvalid
from union.tests.federation import Keys

CONSENT = {"project": "prj-1", "member": "bureau", "decision": "accepted"}


@pytest.mark.parametrize("record_id", ["prj-1.bureau", "con-17"])
def test_own_ids_are_taken(keys: Keys, record_id: str) -> None:
    record = keys.sign("bureau", Kind.CONSENT, record_id, {**CONSENT, "consent": record_id})
    assert parse_body(record).member == "bureau"


def test_nobody_takes_an_id_that_another_member_will_need(keys: Keys) -> None:
    record = keys.sign("bureau", Kind.CONSENT, "prj-1.bank", {**CONSENT, "consent": "prj-1.bank"})
    with pytest.raises(RecordInvalid, match="not for bureau"):
        parse_body(record)
