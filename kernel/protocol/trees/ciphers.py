"""Sums of ciphertexts: the provider's `Adder`, and how its answers are packed and blinded, on its own executors."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.crypto.paillier import Block, PrivateKey, PublicKey
from kernel.crypto.paillier.keys import Bits
from kernel.crypto.paillier.pool import BlindingPool
from kernel.crypto.paillier.scheme import OwnerScheme, OwnPaillier, Paillier, Scheme
from kernel.crypto.prg import Stream, derive
from kernel.data.engine import Engine
from kernel.protocol.trees.fields import Fields

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
_LEAST = 32  # packed ciphertexts a task: fewer leave lanes of the wide arithmetic empty


@dataclass(frozen=True)
class Schemes:
    """What stands behind the port at the key's owner and at others; measurements put something else there.

    Parameters
    ----------
    owner
        Takes a key, a secret from which blinding factors come, and how many to hold ready.
    """

    owner: Callable[[PrivateKey, bytes, int], AbstractContextManager[OwnerScheme]]
    other: Callable[[PublicKey, Bits], Scheme]


@contextlib.contextmanager
def _with_pool(private: PrivateKey, secret: bytes, capacity: int) -> Iterator[OwnerScheme]:
    pool = BlindingPool(private, Stream(secret, "pool"), capacity)
    try:
        yield OwnPaillier(private, Stream(secret, "encrypt"), pool)
    finally:
        pool.close()


PAILLIER = Schemes(_with_pool, Paillier)


@functools.lru_cache(maxsize=16)
def _key(data: bytes, bits: int) -> PublicKey:
    return PublicKey.loads(data, bits=bits)


@dataclass(frozen=True)
class Ciphers:
    """Entries of `n_parts` ciphertexts each, under the promoter's key.

    Parameters
    ----------
    make
        The scheme behind the port.
    secret
        Of the attempt: blinding factors are derived from it.
    """

    key: bytes
    bits: int
    n_parts: int
    make: Callable[[PublicKey, Bits], Scheme]
    secret: bytes

    @property
    def width(self) -> int:
        """Bytes of an entry."""
        return self.n_parts * self.public.cipher_bytes

    @property
    def public(self) -> PublicKey:
        """The promoter's key."""
        return _key(self.key, self.bits)

    def scheme(self, *labels: str | int) -> Scheme:
        """Return the scheme; its blinding factors are for these labels alone."""
        return self.make(self.public, Stream(derive(self.secret, *labels)))

    def read(self, data: Bytes) -> Bytes:
        """See `Adder.read`."""
        return data

    def sums(self, entries: Bytes, groups: Integers, n_groups: int) -> Bytes:
        """See `Adder.sums`."""
        size, scheme = self.public.cipher_bytes, self.scheme("sums")
        parts = [
            scheme.sums(Block(self.public, np.ascontiguousarray(entries[:, start : start + size])), groups, n_groups)
            for start in range(0, self.width, size)
        ]
        return np.concatenate([part.data for part in parts], axis=1)

    def add(self, left: Bytes, right: Bytes) -> Bytes:
        """See `Adder.add`."""
        return self.scheme("add").add(self._block(left), self._block(right)).data.reshape(left.shape)

    def subtract(self, left: Bytes, right: Bytes) -> Bytes:
        """See `Adder.subtract`."""
        return self.scheme("subtract").subtract(self._block(left), self._block(right)).data.reshape(left.shape)

    def zeros(self, *shape: int) -> Bytes:
        """See `Adder.zeros`: ciphertexts without blinding, which is to come."""
        one = np.zeros((*shape, self.n_parts, self.public.cipher_bytes), dtype=np.uint8)
        one[..., -1] = 1
        return one.reshape((*shape, self.width))

    def answer(self, engine: Engine, entries: Bytes, fields: Fields, *labels: str | int) -> Block:
        """Pack candidates and blind them as whoever owns the key cannot undo: part after part."""
        size, step = self.public.cipher_bytes, fields.count
        groups = -(-len(entries) // step)
        per_task = max(_LEAST, -(-groups // engine.n_partitions)) * step
        tasks = [
            _Answer(
                self, entries[first : first + per_task, start : start + size].tobytes(), fields, (*labels, start, first)
            )
            for start in range(0, self.width, size)
            for first in range(0, len(entries), per_task)
        ]
        return Block.join([Block.raw(self.public, data) for data in engine.run(_answer, tasks)])

    def _block(self, entries: Bytes) -> Block:
        return Block(self.public, np.ascontiguousarray(entries).reshape(-1, self.public.cipher_bytes))


@dataclass(frozen=True)
class _Answer:
    ciphers: Ciphers
    data: bytes
    fields: Fields
    labels: tuple[str | int, ...]


def _answer(task: _Answer) -> bytes:
    scheme = task.ciphers.scheme("answer", *task.labels)
    block = Block.raw(task.ciphers.public, task.data)
    packed = scheme.pack(block, task.fields.fields * task.fields.width, task.fields.count)
    return scheme.rerandomise(packed).tobytes()
