"""Messages that arrive just as an alignment ends."""

from pathlib import Path

import pytest

import fusion.store.migrations
from common.sql import open_database
from fusion.domain import states
from fusion.domain.errors import Dishonest, WrongState
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service.inbox import Inbox
from fusion.service.tasks import Tasks
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlTaskStore

TASK = Task(
    task="0" * 32,
    name="",
    partner="beta",
    role=states.SENDER,
    proposed_here=False,
    state=states.RUNNING,
    protocol="curve25519",
    learns="receiver",
    key_rule=KeyRule(),
    created_ms=0,
    expires_ms=1 << 50,  # long after the last test
    salt=bytes(32),
    ids=3,
    partner_rows=3,
)


@pytest.fixture
def store(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    made = SqlTaskStore(engine)
    made.add(TASK)
    yield made
    engine.dispose()


@pytest.mark.parametrize("folder_goes", [False, True], ids=["before it is written", "while it is written"])
def test_what_comes_as_the_alignment_ends_is_not_kept(tmp_path, store, folder_goes):
    class Ending(FileWorkFiles):
        """The alignment ends, and its secrets go, between the look at its state and the file."""

        def write(self, task, name, content):
            store.change(task, [states.RUNNING], state=states.STOPPED)
            self.forget(task)
            if folder_goes:
                raise FileNotFoundError(name)
            super().write(task, name, content)

    files = Ending(tmp_path / "data", b"k" * 32)
    with pytest.raises(WrongState, match="stopped"):
        Inbox(store, files).take("beta", TASK.task, "masked 0", b"x")
    assert files.kept() == []


def test_little_is_kept_of_a_long_reason_to_end(tmp_path, store):
    files = FileWorkFiles(tmp_path / "data", b"k" * 32)
    Tasks(store, files, lambda: None).ended_there("beta", TASK.task, states.STOPPED, "no " * 5_000_000)
    ended = store.find(TASK.task)
    assert ended.state == states.STOPPED
    assert ended.reason.startswith("beta: no no")
    assert len(ended.reason) <= 500
    assert len(ended.failure.detail) <= 600


def test_messages_have_a_limit_that_a_restart_does_not_lift(tmp_path, store):
    class Counting(FileWorkFiles):
        looks = 0

        def sizes(self, task, start):
            self.looks += 1
            return super().sizes(task, start)

    files = Counting(tmp_path / "data", b"k" * 32)
    for start in (0, 40):
        inbox = Inbox(store, files)
        for number in range(start, start + 40 if not start else 64):
            inbox.take("beta", TASK.task, f"masked {number}", b"")
    with pytest.raises(Dishonest, match="more than 64 messages"):
        inbox.take("beta", TASK.task, "masked 64", b"")
    inbox.take("beta", TASK.task, "masked 3", b"")  # the same again
    assert files.looks == 2, "once for each start of the node"


def test_many_ids_do_not_let_a_partner_fill_the_disk_with_files(tmp_path, store):
    store.change(TASK.task, states.OPEN, ids=10_000_000, partner_rows=10_000_000)
    files = FileWorkFiles(tmp_path / "data", b"k" * 32)
    files.sizes = lambda *_: [0] * 20_000
    with pytest.raises(Dishonest, match="messages"):
        Inbox(store, files).take("beta", TASK.task, "masked 0", b"")
