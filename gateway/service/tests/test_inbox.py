"""What an inbox takes in, over a real database and spool."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.sql import open_database
from gateway.app import MIGRATIONS
from gateway.domain.errors import SpoolFullError
from gateway.domain.grants import Grant, GrantedMessage
from gateway.domain.messages import Announced, MessageKey
from gateway.service.contacts import Contacts
from gateway.service.inbox import Inbox
from gateway.service.tasks import Tasks
from gateway.store.spool import FileSpool
from gateway.store.sql import SqlGrantStore, SqlInboxStore

QUOTA = 100


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    engine = open_database(f"sqlite:///{tmp_path}/g.db", migrations=MIGRATIONS)
    tasks = Tasks("bank", SqlGrantStore(engine), 1 << 20)
    message = GrantedMessage("m", "provider", "promoter", "share", 0)
    roles = {"bank": "promoter", "bureau": "provider"}
    tasks.open(Grant("j", "t", 1, "toy", "1", b"h" * 32, roles, (message,), 0))
    contacts = Contacts(None)  # type: ignore[arg-type]  nobody is probed here
    yield Inbox("bank", tasks, SqlInboxStore(engine), FileSpool(tmp_path / "in"), contacts, QUOTA)
    engine.dispose()


def announced(step: str, size: int) -> Announced:
    content = b"x" * size
    return Announced(MessageKey("j", "t", 1, "m", step, "bureau", "bank"), size, hashlib.sha256(content).digest())


def test_unfinished_messages_count_against_the_quota(inbox: Inbox) -> None:
    first = inbox.begin("bureau", announced("1", 60), 0)
    assert first is not None
    with pytest.raises(SpoolFullError):
        inbox.begin("bureau", announced("2", 60), 0)
    first.leave()
    with pytest.raises(SpoolFullError):  # what came of it is kept, to go on from there
        inbox.begin("bureau", announced("2", 60), 0)
    again = inbox.begin("bureau", announced("1", 60), 0)
    assert again is not None
    again.write(b"x" * 60)
    again.finish()
    second = inbox.begin("bureau", announced("2", 40), 0)
    assert second is not None
    second.leave()
