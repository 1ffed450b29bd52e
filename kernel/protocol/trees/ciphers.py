"""Sums of ciphertexts: the provider's `Adder`, and how its answers are packed and blinded, on its own executors."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.arithmetic import chosen
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.keys import Key
from kernel.crypto.paillier.scheme import Scheme
from kernel.crypto.prg import Stream, derive
from kernel.data.engine import Engine
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.schemes import Schemes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
_LEAST = 32  # packed ciphertexts a task: fewer leave lanes of the wide arithmetic empty
_HERE = 256  # so few are packed sooner here, on all cores, than a stage of their own takes, whatever the arithmetic


class _Blinding:
    """Randomness for blinding factors; a stream of its own begins where one is wanted."""

    def __init__(self, secret: bytes, *labels: str | int) -> None:
        self._from = secret, labels

    @functools.cached_property
    def _stream(self) -> Stream:
        secret, labels = self._from
        return Stream(derive(secret, *labels))

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""
        return self._stream.bits(n_bits)


class _Unblinded:
    """In the place of randomness where sums are only added up, which need none."""

    def bits(self, n_bits: int) -> int:
        """Refuse."""
        raise RuntimeError(f"{n_bits} random bits for what is not blinded")


@functools.lru_cache(maxsize=16)
def _key(read: Callable[[bytes, int], Key], data: bytes, bits: int) -> Key:
    return read(data, bits)


@functools.lru_cache(maxsize=16)
def _adding(schemes: Schemes, data: bytes, bits: int) -> Scheme:
    return schemes.other(_key(schemes.read, data, bits), _Unblinded())


@dataclass(frozen=True)
class Ciphers:
    """Entries of `n_parts` ciphertexts each, under the promoter's key.

    Parameters
    ----------
    schemes
        What stands behind the port.
    secret
        Of the attempt: blinding factors are derived from it.
    """

    key: bytes
    bits: int
    n_parts: int
    schemes: Schemes
    secret: bytes

    @property
    def dear(self) -> bool:
        """See `Adder`."""
        return self.schemes.dear

    def __reduce__(self) -> tuple[type["Ciphers"], tuple[Any, ...]]:
        """Travel without what is found again from the key."""
        return Ciphers, (self.key, self.bits, self.n_parts, self.schemes, self.secret)

    @functools.cached_property
    def width(self) -> int:
        """Bytes of an entry."""
        return self.n_parts * self.public.cipher_bytes

    @functools.cached_property
    def public(self) -> Key:
        """The promoter's key."""
        return _key(self.schemes.read, self.key, self.bits)

    @functools.cached_property
    def adding(self) -> Scheme:
        """The scheme, without blinding factors."""
        return _adding(self.schemes, self.key, self.bits)

    def scheme(self, *labels: str | int) -> Scheme:
        """Return the scheme; its blinding factors are for these labels alone."""
        return self.schemes.other(self.public, _Blinding(self.secret, *labels))

    def read(self, kept: Bytes, rows: Integers) -> Bytes:
        """See `Adder.read`."""
        return kept if len(rows) == len(kept) else kept.take(rows, axis=0)

    def sums(self, entries: Bytes, groups: Integers, n_groups: int) -> Bytes:
        """See `Adder.sums`."""
        size, scheme = self.public.cipher_bytes, self.adding
        parts = [
            scheme.sums(Block(self.public, np.ascontiguousarray(entries[:, start : start + size])), groups.T, n_groups)
            for start in range(0, self.width, size)
        ]
        return np.concatenate([part.data for part in parts], axis=1)

    def add(self, left: Bytes, right: Bytes) -> Bytes:
        """See `Adder.add`."""
        return self.adding.add(self._block(left), self._block(right)).data.reshape(left.shape)

    def subtract(self, left: Bytes, right: Bytes) -> Bytes:
        """See `Adder.subtract`."""
        return self.adding.subtract(self._block(left), self._block(right)).data.reshape(left.shape)

    def running(self, parts: Bytes, ends: Sequence[int]) -> Bytes:
        """See `Adder.running`."""
        each = self.n_parts * math.prod(parts.shape[2:-1])
        return self.adding.running(self._block(parts), [end * each for end in ends]).data.reshape(parts.shape)

    def zeros(self, *shape: int) -> Bytes:
        """See `Adder.zeros`: ciphertexts without blinding, which is to come."""
        one = np.zeros((*shape, self.n_parts, self.public.cipher_bytes), dtype=np.uint8)
        one[..., -1] = 1
        return one.reshape((*shape, self.width))

    def answer(self, engine: Engine, entries: Bytes, fields: Fields, *labels: str | int) -> Block:
        """Pack candidates and blind them as whoever owns the key cannot undo: part after part.

        They are sums over all rows. Wide arithmetic packs them here, on all cores, as soon as they would travel to
        executors; a packed ciphertext of portable arithmetic takes nine times as long, and many are worth a stage.
        """
        size, step = self.public.cipher_bytes, fields.count
        groups = -(-len(entries) // step)
        here = groups <= _HERE or not self.dear or chosen(groups) == "wide"
        per_task = (groups if here else max(_LEAST, -(-groups // engine.n_partitions))) * step
        tasks = [
            _Answer(
                self, entries[first : first + per_task, start : start + size].tobytes(), fields, (*labels, start, first)
            )
            for start in range(0, self.width, size)
            for first in range(0, len(entries), per_task)
        ]
        packed = map(_answer, tasks) if here else engine.run(_answer, tasks)
        return Block.join([Block.raw(self.public, data) for data in packed])

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
