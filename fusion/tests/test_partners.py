"""What remains of a partner that is deleted: nothing that would hold for the next one of its name."""

from pathlib import Path

import fusion.store.migrations
from common.sql import open_database
from fusion.domain.models import Partner
from fusion.domain.schedules import Consent, Schedule
from fusion.store.sql import SqlPartnerStore
from fusion.store.sql_egress import SqlLinkStore
from fusion.store.sql_schedules import SqlConsentStore, SqlScheduleStore


def test_consents_and_schedules_do_not_hold_for_the_next_partner_of_the_name(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    partners, consents, schedules = SqlPartnerStore(engine), SqlConsentStore(engine), SqlScheduleStore(engine)
    for number, name in enumerate(("beta", "gamma")):
        partners.put(Partner(name, "h:1", b"s", b"x", b"c"))
        consents.put(Consent(str(number) * 32, name, {}, 1, "d", ("id",), (), 9, 9, 1))
        schedules.add(Schedule(name, "n", name, "0 6 * * *", 9, {}, "d", 1, 5))
        SqlLinkStore(engine).put(name, 1.0, 1.0, 1)
    assert partners.delete("beta")
    assert [consent.partner for consent in consents.all()] == ["gamma"]
    assert {schedule.partner: schedule.enabled for schedule in schedules.all()} == {"beta": False, "gamma": True}
    assert SqlLinkStore(engine).find("beta") is None
    assert SqlLinkStore(engine).find("gamma") is not None
    engine.dispose()
