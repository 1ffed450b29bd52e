"""What a partner has delivered for our alignments, until the protocol takes it."""

import hashlib
import hmac
import re
import threading

from fusion.domain import states
from fusion.domain.errors import Dishonest, MessageDiffers, NotReady, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.service.terms import terms_of
from fusion.store.base import TaskStore, WorkFiles
from kernel.protocol.psi import protocols

_STEP = re.compile(r"[a-z]{1,20}( [a-z]{1,20}){0,3}( [0-9]{1,9})?")
_TAKES = (states.QUEUED, states.WAITING, states.RUNNING)
_FREE_MESSAGES, _MESSAGE_BYTES = 64, 1 << 16  # beyond so many, messages have more bytes than that on average
_MOST_KNOWN = 1000
_LOOK_S = 0.5  # how long nobody notices that the node is being stopped


class Inbox:
    """Takes messages from partners' nodes, whose caller ids the door has verified."""

    def __init__(self, store: TaskStore, files: WorkFiles) -> None:
        self._store, self._files = store, files
        self._changed = threading.Condition()
        self._taken: dict[str, tuple[int, int]] = {}  # task → messages that are kept, and their bytes

    def take(self, partner: str, name: str, step: str, payload: bytes) -> None:
        """Keep a message.

        Raises
        ------
        UnknownTask, WrongState, MessageDiffers, Dishonest
            Not the partner of this alignment; not running; other contents under a known name; more than the protocol
            sends.
        """
        task = self.of(partner, name)
        if task.state not in (*_TAKES, states.READY) or not task.both_sizes:
            raise _wrong(task)
        if not _STEP.fullmatch(step):
            raise Dishonest("a bad name of a message", party=partner, public_detail="a bad name of a message")
        try:
            with self._changed:
                self._keep(task, step, payload)
                self._changed.notify_all()
        except FileNotFoundError:
            if self.of(partner, name).state not in states.ENDED:
                raise
        now = self.of(partner, name)
        if now.state in states.ENDED:  # meanwhile: what has just been written would stay for ever
            self._files.forget(name)
            raise _wrong(now)

    def _keep(self, task: Task, step: str, payload: bytes) -> None:
        known = self._files.read(task.task, _file(step))
        if known is None:
            if task.state == states.READY:  # the last message comes again when its answer was lost; no other does
                raise _wrong(task)
            taken = self._check_room(task, len(payload))
            self._files.write(task.task, _file(step), payload)
            self._taken[task.task] = taken
        elif not hmac.compare_digest(hashlib.sha256(known).digest(), hashlib.sha256(payload).digest()):
            raise MessageDiffers(f"message {step}", public_detail=MessageDiffers.title)
        # Also where it comes again: the first time, perhaps, there was no database to take the number.
        self._store.change(task.task, states.OPEN, bytes_received=self._kept(task.task)[1])

    def _check_room(self, task: Task, more: int) -> tuple[int, int]:
        """Return how many messages, and how many bytes, there are with these.

        More than the protocol has are refused, and bytes in so many messages that the folder would be full.
        """
        most = protocols()[task.runs].n_bytes(terms_of(task))
        messages, size = self._kept(task.task)
        told = ""
        if size + more > most:
            told = f"more than the {most} bytes of this protocol"
        elif messages >= (at_most := _FREE_MESSAGES + most // _MESSAGE_BYTES):
            told = f"more than {at_most} messages"
        if told:
            raise Dishonest(told, party=task.partner, public_detail=told)
        return messages + 1, size + more

    def _kept(self, name: str) -> tuple[int, int]:
        """Count what is kept; the folder is looked through once, and not at each message."""
        if len(self._taken) > _MOST_KNOWN:
            self._taken.clear()  # most of them have ended
        if name not in self._taken:
            sizes = self._files.sizes(name, _file(""))
            self._taken[name] = len(sizes), sum(sizes)
        return self._taken[name]

    def of(self, partner: str, name: str) -> Task:
        """Return an alignment with this partner; a stranger's question is answered as if there were no such task."""
        found = self._store.find(name)
        if found is None or found.partner != partner:
            raise UnknownTask(f"{partner} speaks of alignment {name[:80]!r}, in which it has no part")
        return found

    def wait(self, name: str, step: str) -> bytes:
        """Return a message, or raise NotReady when it has not come within half a second."""
        with self._changed:
            found: list[bytes] = []

            def there() -> bool:
                payload = self._files.read(name, _file(step))
                found.extend([] if payload is None else [payload])
                return bool(found)

            if not self._changed.wait_for(there, _LOOK_S):
                raise NotReady(f"{step!r} has not come yet")
            return found[0]


def _wrong(task: Task) -> WrongState:
    # The reason is what the partner is told of our end in any case: its message may come before that word.
    told = f"the alignment is {task.state}" + (f": {task.reason}" if task.untold and task.reason else "")
    return WrongState(told, public_detail=told)


def _file(step: str) -> str:
    return f"in {step}".replace(" ", "_")
