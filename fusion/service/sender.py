"""The sender: holds the key of the alignment, signs what the receiver blinded, shows the tags of its own ids.

Security against a dishonest receiver: numbers must be units, no more signatures are made than declared, a batch number
cannot be used for two contents. One-more-RSA in the random-oracle model (De Cristofaro and Tsudik 2010, section 4.2).
"""

import hashlib
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from common import log
from common.errors import HanseError
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import BatchDiffers, Dishonest, NotReady, SignaturesUsedUp, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.service.ids import read_ids, write_rows
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore, WorkFiles
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import rsa

_LOG = log.get(__name__)
_TAGS = "tags"
_ORDER = "order"
_MOST_IN_BATCH = 4096
_CHUNK_TAGS = 32_768
_OWN_BATCH = 256
_PLACE = struct.Struct(">Q")


class Sender:
    """Both what the driver runs and what the partner's receiver calls; `partner` is the verified caller."""

    def __init__(
        self, store: TaskStore, tasks: Tasks, files: WorkFiles, pool: ThreadPoolExecutor, over: threading.Event
    ) -> None:
        self._store, self._tasks, self._files, self._pool, self._over = store, tasks, files, pool, over
        self._keys: dict[str, rsa.SenderKey] = {}
        self._counting = threading.Lock()

    def prepare(self, task: Task) -> None:
        """Make the key, then the tags of our own ids; what is there already stays."""
        name = task.task
        if not self._store.change(name, states.ACTIVE, state=states.RUNNING, phase="key", waiting_for=""):
            return
        if self._files.read_key(name) is None:
            self._files.write_key(name, rsa.SenderKey.generate(task.key_bits, SystemRng()).primes)
        if self._files.read(name, _TAGS) is None:
            key = self._key(name)
            ids = read_ids(self._files.table(task.data_set), task.columns, task.key_rule).ids
            batches = [ids[start : start + _OWN_BATCH] for start in range(0, len(ids), _OWN_BATCH)]
            tags: list[bytes] = []
            for done, made in enumerate(self._pool.map(lambda batch: _own_tags(key, task.salt, batch), batches), 1):
                tags += made
                progress = 0.5 * done / len(batches)
                running = self._store.change(name, [states.RUNNING], phase="own_tags", progress=progress)
                if not running or self._over.is_set():
                    return
            order = sorted(range(len(tags)), key=tags.__getitem__)
            self._files.write(name, _ORDER, b"".join(_PLACE.pack(place) for place in order))
            self._files.write(name, _TAGS, b"".join(tags[place] for place in order))
        self._store.change(name, [states.RUNNING], phase="signing", progress=0.5, waiting_for=task.partner)

    def _key(self, task: str) -> rsa.SenderKey:
        key = self._keys.get(task)
        if key is None:
            primes = self._files.read_key(task)
            if primes is None:
                raise NotReady("the key is not made yet")
            key = self._keys[task] = rsa.SenderKey(*primes)
        return key

    def _of(self, partner: str, task: str, role: str = states.SENDER) -> Task:
        found = self._tasks.get(task)
        # A stranger's question is answered as if there were no such task.
        if found.partner != partner or role not in ("", found.role):
            raise UnknownTask(f"{partner} asks for alignment {task}, in which it has no such part")
        return found

    def _running(self, partner: str, task: str) -> Task:
        found = self._of(partner, task)
        if found.state != states.RUNNING:
            raise WrongState(f"the alignment is {found.state}", public_detail=f"the alignment is {found.state}")
        return found

    def key(self, partner: str, task: str, receiver_rows: int) -> tuple[Task, int, list[bytes]]:
        """Give the modulus (0: not there yet) and the proof that it is well formed."""
        found = self._of(partner, task)
        if found.state == states.WAITING and found.proposed_here:
            # The receiver's people have accepted: from now on we have to do with it.
            if not 0 < receiver_rows <= found.receiver_rows:
                told = f"{receiver_rows} ids; at most {found.receiver_rows} were offered"
                raise SignaturesUsedUp(told, public_detail=told)
            self._store.change(
                task, [states.WAITING], state=states.QUEUED, phase="key", waiting_for="", receiver_rows=receiver_rows
            )
        elif found.state == states.RUNNING and receiver_rows != found.receiver_rows:
            told = f"{found.receiver_rows} ids were declared, not {receiver_rows}"
            raise SignaturesUsedUp(told, public_detail=told)
        if found.state != states.RUNNING:
            return found, 0, []
        try:
            key = self._key(task)
        except NotReady:
            return found, 0, []
        return found, key.modulus, key.proof(task)

    def sign(self, partner: str, task: str, batch: int, blinded: bytes) -> bytes:
        """Sign blinded numbers.

        Raises
        ------
        SignaturesUsedUp, BatchDiffers, Dishonest, WrongState, NotReady
            Why not.
        """
        found = self._running(partner, task)
        key = self._key(task)
        try:
            numbers = rsa.load_units(key.modulus, blinded)
        except HanseError as error:
            raise Dishonest(error.detail, party=partner, public_detail=error.detail) from error
        if not 0 < len(numbers) <= _MOST_IN_BATCH:
            raise Dishonest(f"{len(numbers)} numbers in a batch", party=partner, public_detail="a bad batch")
        with self._counting:
            digest = hashlib.sha256(blinded).digest()
            counted = self._store.batch(task, batch, digest, len(numbers), found.receiver_rows)
        if counted == "limit":
            raise SignaturesUsedUp(f"{found.receiver_rows} were declared", public_detail=SignaturesUsedUp.title)
        if counted == "differs":
            raise BatchDiffers(f"batch {batch}", public_detail=BatchDiffers.title)
        return rsa.dump_numbers(key.modulus, key.sign(numbers))

    def tags(self, partner: str, task: str, start: int) -> Iterator[bytes]:
        """Yield our tags, in sorted order, from a position."""
        self._running(partner, task)
        tags = self._files.read(task, _TAGS)
        if tags is None:
            raise NotReady("the tags are not made yet", public_detail=NotReady.title)
        step = _CHUNK_TAGS * rsa.TAG_BYTES
        for position in range(start * rsa.TAG_BYTES, len(tags), step):
            yield tags[position : position + step]

    def finish(self, partner: str, task: str, intersection: int, common_tags: bytes) -> None:
        """Take the end of the alignment in; again when the answer was lost."""
        if self._of(partner, task).state == states.SUCCEEDED:
            return
        found = self._running(partner, task)
        if intersection > min(found.ids, found.receiver_rows):
            raise Dishonest(f"{intersection} common ids", party=partner, public_detail="an impossible number of ids")
        if found.share_result:
            self._write_result(found, intersection, common_tags)
        self._store.change(
            task,
            [states.RUNNING],
            state=states.SUCCEEDED,
            phase="done",
            progress=1.0,
            waiting_for="",
            intersection=intersection,
            has_result=found.share_result,
            ended_ms=now_ms(),
        )
        self._keys.pop(task, None)
        self._files.forget(task)
        _LOG.info("task_ended", task=task, state=states.SUCCEEDED)

    def _write_result(self, task: Task, intersection: int, common_tags: bytes) -> None:
        tags, order = self._files.read(task.task, _TAGS), self._files.read(task.task, _ORDER)
        if tags is None or order is None:
            raise NotReady("the tags are not made yet", public_detail=NotReady.title)
        shown = set(_split(common_tags))
        common = {
            _PLACE.unpack_from(order, _PLACE.size * rank)[0] for rank, tag in enumerate(_split(tags)) if tag in shown
        }
        if (
            len(common_tags) != rsa.TAG_BYTES * intersection
            or len(shown) != intersection
            or len(common) != intersection
        ):
            raise Dishonest("common tags that are not ours", party=task.partner, public_detail="common tags do not fit")
        path = self._files.table(task.data_set)
        write_rows(path, read_ids(path, task.columns, task.key_rule), common, self._files.result(task.task))

    def ended_by(self, partner: str, task: str, state: str, reason: str) -> None:
        """Take in that the partner, of either role, has ended without a result."""
        self._of(partner, task, role="")
        self._tasks.ended_there(partner, task, state, reason)
        self._keys.pop(task, None)


def _own_tags(key: rsa.SenderKey, salt: bytes, ids: tuple[str, ...]) -> list[bytes]:
    return rsa.tags(key.modulus, salt, key.sign(rsa.hash_to_units(key.modulus, salt, ids)))


def _split(tags: bytes) -> list[bytes]:
    return [tags[start : start + rsa.TAG_BYTES] for start in range(0, len(tags), rsa.TAG_BYTES)]
