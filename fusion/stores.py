"""What a node keeps and where: its database, and the files of its data folder."""

import sqlalchemy as sa

from common.identity import load_ledger_key
from fusion.settings import FusionSettings
from fusion.store.files import FileWorkFiles
from fusion.store.shelves import FileShelves
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
from fusion.store.sql_egress import SqlEgressStore, SqlLinkStore
from fusion.store.sql_prepared import SqlTableStore
from fusion.store.sql_schedules import SqlConsentStore, SqlScheduleStore
from kernel.crypto.prg import derive


class Stores:
    """All of them."""

    def __init__(self, settings: FusionSettings, engine: sa.Engine) -> None:
        # Of the one key that stays when the others are renewed, so that what is under way can go on.
        lasting = bytes.fromhex(load_ledger_key(settings.home, settings.passphrase()))
        vault_key = derive(lasting, "fusion", "vault")
        self.files = FileWorkFiles(settings.data, vault_key)
        self.shelves = FileShelves(settings.data, vault_key)
        self.tasks = SqlTaskStore(engine)
        self.partners = SqlPartnerStore(engine)
        self.data_sets = SqlDataSetStore(engine)
        self.egress = SqlEgressStore(engine)
        self.links = SqlLinkStore(engine)
        self.tables = SqlTableStore(engine)
        self.schedules = SqlScheduleStore(engine)
        self.consents = SqlConsentStore(engine)
