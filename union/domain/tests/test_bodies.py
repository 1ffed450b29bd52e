"""Rules of bodies that the contract does not know."""

import pytest

from union.domain.bodies import parse_body
from union.domain.record import Kind
from union.errors import RecordInvalid
from union.tests.federation import Keys

CONSENT = {"project": "prj-1", "member": "bureau", "decision": "accepted"}


@pytest.mark.parametrize(("record_id", "taken"), [("prj-1.bureau", True), ("con-17", True), ("prj-1.bank", False)])
def test_nobody_takes_an_id_that_another_member_will_need(keys: Keys, record_id: str, taken: bool) -> None:
    record = keys.sign("bureau", Kind.CONSENT, record_id, {**CONSENT, "consent": record_id})
    if taken:
        assert parse_body(record).member == "bureau"
    else:
        with pytest.raises(RecordInvalid, match="not for bureau"):
            parse_body(record)
