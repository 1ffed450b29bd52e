"""The receiver: checks the sender's key, has its blinded ids signed, and compares tags.

Security against a dishonest sender: the key is checked before anything is sent, each signature against its hash, the
tags' order and number against what was declared. The blinding factors come from a secret of this alignment, so that an
interrupted batch is sent again with the same content; the secret goes when the alignment ends.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from common import canonical, log
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import Dishonest, NotReady, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.service.ids import Ids, read_ids, write_rows
from fusion.service.ports import PartnerNode
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore, WorkFiles
from kernel.crypto.prg import Stream
from kernel.protocol.psi import rsa

_LOG = log.get(__name__)
_SEED, _KEY, _MINE, _THEIRS, _FOUND = "blinding", "key", "mine", "theirs", "found"
_SALT_BYTES = 32
_SEED_BYTES = 32
_IN_FLIGHT = 4


class StillWaiting(Exception):
    """The partner has to do something first."""


class Receiver:
    """What the driver runs; every phase leaves files from which the next run goes on."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        files: WorkFiles,
        pool: ThreadPoolExecutor,
        batch: int,
        max_rows: int,
        over: threading.Event,
    ) -> None:
        self._store, self._tasks, self._files, self._pool = store, tasks, files, pool
        self._batch, self._max_rows, self._over = batch, max_rows, over

    def run(self, task: Task, node: PartnerNode) -> None:
        """Go on with an alignment.

        Raises
        ------
        StillWaiting
            Come back later.
        Dishonest, HanseError
            It cannot succeed.
        """
        if task.state != states.READY:
            key = self._checked_key(task, node)
            self._advance(task, "signing", 0.05)
            ids = read_ids(self._files.table(task.data_set), task.columns, task.key_rule)
            if len(ids.ids) != task.receiver_rows:
                raise InvalidInput("the data set has changed since the proposal")
            modulus, salt = int(key["modulus"], 16), bytes.fromhex(key["salt"])
            self._sign(task, node, ids, modulus, salt, int(key["batch"]))
            self._advance(task, "tags", 0.8)
            self._fetch_tags(task, node, int(key["sender_rows"]))
            self._advance(task, "matching", 0.95)
            self._match(task, ids)
        self._tell(task, node)

    def _advance(self, task: Task, phase: str, progress: float) -> None:
        if self._over.is_set():
            raise StillWaiting("the node is being stopped")
        values = {"state": states.RUNNING, "phase": phase, "progress": progress, "waiting_for": ""}
        if not self._store.change(task.task, [s for s in states.ACTIVE if s != states.READY], **values):
            raise StillWaiting("the alignment has ended here")

    def _checked_key(self, task: Task, node: PartnerNode) -> dict[str, str]:
        kept = self._files.read(task.task, _KEY)
        if kept is not None:
            known: dict[str, str] = canonical.loads(kept)
            return known
        answer = node.get_key(task.task, task.receiver_rows)
        if answer.state in states.UNHAPPY:
            self._tasks.ended_there(task.partner, task.task, answer.state, answer.reason)
            raise StillWaiting(answer.state)
        if not answer.modulus:
            waiting = answer.state in (states.PENDING, states.CREATED)
            self._store.change(
                task.task,
                [states.CREATED, states.QUEUED, states.WAITING, states.RUNNING],
                state=states.WAITING,
                phase="approval" if waiting else "key",
                waiting_for=task.partner,
            )
            raise StillWaiting(answer.state)
        modulus = int.from_bytes(answer.modulus, "big")
        rsa.check_key(modulus, answer.exponent, task.task, list(answer.roots), task.key_bits)
        if len(answer.salt) != _SALT_BYTES:
            raise Dishonest(f"a salt of {len(answer.salt)} bytes")
        if not 0 < answer.sender_rows <= self._max_rows:
            raise Dishonest(f"{answer.sender_rows} ids at the sender; this node takes {self._max_rows}")
        made = {
            "modulus": f"{modulus:x}",
            "salt": answer.salt.hex(),
            "sender_rows": str(answer.sender_rows),
            # Kept, as a batch number stands for the same ids after a restart with other settings too.
            "batch": str(self._batch),
        }
        self._files.write(task.task, _SEED, secrets.token_bytes(_SEED_BYTES))
        self._files.write(task.task, _KEY, canonical.dumps(made))
        self._store.change(task.task, states.OPEN, sender_rows=answer.sender_rows)
        return made

    def _sign(self, task: Task, node: PartnerNode, ids: Ids, modulus: int, salt: bytes, size: int) -> None:
        """Have all ids signed, a few batches at a time; tags are kept in order: their number tells where to go on."""
        seed = self._files.read(task.task, _SEED)
        if seed is None:
            raise InvalidInput("the blinding secret is gone", hint="Propose the alignment again.")
        # A batch that was cut off while it was written is made again.
        width = size * rsa.TAG_BYTES
        done = len(self._files.read(task.task, _MINE) or b"")
        if done < len(ids.ids) * rsa.TAG_BYTES and done % width:
            kept = (self._files.read(task.task, _MINE) or b"")[: done - done % width]
            self._files.write(task.task, _MINE, kept)
            done = len(kept)
        first, n_batches = -(-done // width), -(-len(ids.ids) // size)

        def one(batch: int) -> list[bytes]:
            chosen = ids.ids[batch * size : (batch + 1) * size]
            hashes = rsa.hash_to_units(modulus, salt, chosen)
            blinding = rsa.Blinding(modulus, hashes, Stream(seed, "blinding", task.task, batch))
            signed = node.sign(task.task, batch, rsa.dump_numbers(modulus, blinding.blinded()))
            return rsa.tags(modulus, salt, blinding.unblind(rsa.load_units(modulus, signed)))

        for batch, tags in enumerate(_ahead(self._pool, one, range(first, n_batches)), first):
            self._files.append(task.task, _MINE, b"".join(tags))
            self._advance(task, "signing", 0.05 + 0.75 * (batch + 1) / n_batches)

    def _fetch_tags(self, task: Task, node: PartnerNode, sender_rows: int) -> None:
        had = self._files.read(task.task, _THEIRS) or b""
        if len(had) % rsa.TAG_BYTES:
            had = had[: len(had) - len(had) % rsa.TAG_BYTES]
            self._files.write(task.task, _THEIRS, had)
        n_tags, last = len(had) // rsa.TAG_BYTES, had[-rsa.TAG_BYTES :]
        if n_tags == sender_rows:
            return
        try:
            for chunk in node.tags(task.task, n_tags):
                tags = _split(chunk)
                ordered = all(a < b for a, b in zip([last, *tags], tags, strict=False))
                n_tags += len(tags)
                if not tags or len(chunk) % rsa.TAG_BYTES or not ordered or n_tags > sender_rows:
                    raise Dishonest("tags that are not in order, or more than declared")
                self._files.append(task.task, _THEIRS, chunk)
                last = tags[-1]
        except NotReady as error:
            self._store.change(task.task, [states.RUNNING], waiting_for=task.partner)
            raise StillWaiting(error.detail) from error
        if n_tags != sender_rows:
            raise Dishonest(f"{n_tags} tags where {sender_rows} were declared")

    def _match(self, task: Task, ids: Ids) -> None:
        mine = _split(self._files.read(task.task, _MINE) or b"")
        theirs = set(_split(self._files.read(task.task, _THEIRS) or b""))
        if len(mine) != len(ids.ids):
            raise InvalidInput("the alignment's files are damaged", hint="Propose the alignment again.")
        common = {place for place, tag in enumerate(mine) if tag in theirs}
        write_rows(self._files.table(task.data_set), ids, common, self._files.result(task.task))
        self._files.write(task.task, _FOUND, b"".join(sorted(mine[place] for place in common)))
        done = self._store.change(
            task.task, [states.RUNNING], state=states.READY, phase="telling", intersection=len(common), has_result=True
        )
        if not done:
            self._files.result(task.task).unlink(missing_ok=True)
            raise StillWaiting("the alignment has ended here")

    def _tell(self, task: Task, node: PartnerNode) -> None:
        found = self._files.read(task.task, _FOUND)
        if found is None:
            raise InvalidInput("the alignment's files are damaged", hint="Propose the alignment again.")
        try:
            node.finish(task.task, len(found) // rsa.TAG_BYTES, found if task.share_result else b"")
        except (UnknownTask, WrongState) as error:
            # They stopped after all had been said: our result is right none the less.
            _LOG.info("finish_untold", task=task.task, code=error.code)
        values = {"state": states.SUCCEEDED, "phase": "done", "progress": 1.0, "waiting_for": "", "ended_ms": now_ms()}
        self._store.change(task.task, [states.READY], **values)
        self._files.forget(task.task)
        _LOG.info("task_ended", task=task.task, state=states.SUCCEEDED)


def _ahead(pool: ThreadPoolExecutor, one: Callable[[int], list[bytes]], batches: range) -> Iterator[list[bytes]]:
    """Yield results in order, with a few batches under way."""
    waiting: list[Future[list[bytes]]] = []
    try:
        for batch in batches:
            waiting.append(pool.submit(one, batch))
            if len(waiting) >= _IN_FLIGHT:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        for future in waiting:
            future.cancel()


def _split(tags: bytes) -> list[bytes]:
    return [tags[start : start + rsa.TAG_BYTES] for start in range(0, len(tags), rsa.TAG_BYTES)]
