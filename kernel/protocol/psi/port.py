"""What every two-party PSI protocol asks of its surroundings, and what it gives back.

A protocol is two straight-line, blocking functions, `send` and `receive`, over 16-byte digests of ids. They know
neither the kernel's context nor fusion's nodes: whoever calls them brings a `Wire` to the other side, a `Vault` for
what must survive a crash, workers for the heavy work. Both callers (the kernel's component and fusion) and all
protocols pass one conformance suite, `kernel/testing/psi`.

After a crash a side is simply run again with the same vault. It must then send under each name what it sent before,
so all its randomness comes from a seed in the vault, and what is dear to compute is kept there batch by batch.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kernel.core.context import Rng
from kernel.core.errors import BadPayload
from kernel.crypto.prg import Stream
from kernel.protocol.psi.effort import Effort, Machine

Digests = npt.NDArray[np.uint8]  # (n, DIGEST_BYTES), all different
Bytes = npt.NDArray[np.uint8]  # (n, width)
Flags = npt.NDArray[np.bool_]  # (n,), one for each of a side's own digests, in their order

DIGEST_BYTES = 16  # two of 2^24 ids collide with probability 2^-81
SEED_BYTES = 32
_SEED = "seed"


class Learns(StrEnum):
    """Who learns what beyond the sizes of both sets."""

    RECEIVER = "receiver"  # the receiver: which of its own are common
    BOTH = "both"  # each side: which of its own are common
    SIZE = "size"  # the receiver: how many are common
    SUM = "sum"  # both: how many are common, and the sum of the sender's values over them


@dataclass(frozen=True, slots=True)
class Terms:
    """What both sides agreed on before the first message.

    Parameters
    ----------
    task
        Unique for this alignment; keys and hashes are bound to it.
    n_sender, n_receiver
        Sizes of the sets, known to both sides.
    table
        Name of what the sender has prepared of its set, once for many alignments; for protocols that can.
    table_kept
        Whether the receiver keeps it from an earlier alignment, so that it need not be sent.
    at_least
        Fewest common ids whose sum is told.
    """

    task: str
    n_sender: int
    n_receiver: int
    learns: Learns = Learns.RECEIVER
    table: str = ""
    table_kept: bool = False
    at_least: int = 0


class Wire(Protocol):
    """The other side. A message has a name; the same name is delivered once, however often a side starts again."""

    def send(self, step: str, payload: bytes) -> None:
        """Send a message."""

    def recv(self, step: str) -> bytes:
        """Wait for a message."""

    def sent(self, step: str) -> bool:
        """Whether a message arrived there before a crash, so that it need not be made again."""


class Vault(Protocol):
    """What this side keeps to go on after a crash. Never leaves; encrypted where it is a file; gone at the end."""

    def get(self, name: str) -> bytes | None:
        """Return what was put, whole, or nothing."""

    def put(self, name: str, data: bytes) -> None:
        """Keep, in the place of what the name had before; all of it or nothing survives a crash."""


class InMemory(dict[str, bytes]):
    """A vault of a process that begins anew after a crash."""

    def put(self, name: str, data: bytes) -> None:
        """See `Vault.put`."""
        self[name] = data


Workers = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]  # as `map`, on all cores, results in order


@dataclass(frozen=True)
class Side:
    """A protocol's surroundings at one side.

    Parameters
    ----------
    workers
        Like `map`: applies an importable function to parts on all cores and yields the results in order, a few ahead.
    progress
        Told how much is done, 0 to 1, and may raise to end the alignment.
    values
        The sender's, one for each of its digests, where their sum is asked for.
    shelf
        A vault that outlives alignments, for tables; needed where the terms name one.
    """

    terms: Terms
    wire: Wire
    vault: Vault
    rng: Rng
    workers: Workers
    progress: Callable[[float], None]
    shelf: Vault | None = None
    values: npt.NDArray[np.int64] | None = None

    def stream(self, *labels: str | int) -> Stream:
        """Open the randomness of a purpose: the same after a crash, since its seed is kept. Open each once a run."""
        seed = self.vault.get(_SEED)
        if seed is None:
            seed = self.rng.token(SEED_BYTES)
            self.vault.put(_SEED, seed)
        return Stream(seed, "psi", self.terms.task, *labels)

    def send(self, step: str, make: Callable[[], bytes]) -> None:
        """Make and send a message, unless the other side has it."""
        if not self.wire.sent(step):
            self.wire.send(step, make())

    def kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return what was kept under a name, or make and keep it."""
        found = self.vault.get(name)
        if found is None:
            found = make()
            self.vault.put(name, found)
        return found


@dataclass(frozen=True)
class Found:
    """A side's outcome: its common ones (None where it does not learn them), and their number where it learns that.

    `total` is the sum of the sender's values over them, where that was asked for.
    """

    common: Flags | None
    size: int | None
    total: int | None = None


class Psi(Protocol):
    """A protocol; `PSI` of a folder of this package is one, or several that differ in a parameter."""

    name: str
    learns: frozenset[Learns]  # what it can be agreed on for
    assumption: str
    automatic: bool  # whether the planner may pick it

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's part."""

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's part."""

    def n_bytes(self, terms: Terms) -> int:
        """Return the payload bytes that both sides send in all, exactly."""

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """Foretell the work, as measured on one machine."""


def digests_of(ids: Iterable[str], salt: bytes) -> Digests:
    """Hash ids (n,) to 16-byte digests under the alignment's salt, which both sides know.

    They must be different; Unicode is taken as it is: whoever reads the ids has normalised them by the agreed rule.
    """
    joined = b"".join(
        hashlib.blake2b(text.encode(), key=salt[:64], digest_size=DIGEST_BYTES, person=b"hanse-psi-id-v1").digest()
        for text in ids
    )
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, DIGEST_BYTES)


def batches(count: int, size: int) -> list[tuple[int, int]]:
    """Cut [0, count) into pieces of `size`, the last one shorter."""
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def tell_sender(side: Side, positions: Sequence[int] | npt.NDArray[np.int64], n_bits: int) -> None:
    """Tell the sender which of what it sent is common: a bit each, in the order in which it sent."""
    flags = np.zeros(n_bits, dtype=np.bool_)
    flags[positions] = True
    side.wire.send("common", np.packbits(flags).tobytes())


def told_by_receiver(side: Side, n_bits: int) -> Flags:
    """Read what `tell_sender` sent.

    Raises
    ------
    BadPayload
        Bits for another number of ids, or more common ones than the receiver has ids.
    """
    payload = side.wire.recv("common")
    bits = np.unpackbits(np.frombuffer(payload, dtype=np.uint8))
    if len(payload) != -(-n_bits // 8) or np.any(bits[n_bits:]) or int(bits.sum()) > side.terms.n_receiver:
        raise BadPayload("common positions that do not fit the sets")
    return bits[:n_bits].astype(np.bool_)


def exactly(payload: bytes, count: int, width: int) -> npt.NDArray[np.uint8]:
    """Read `count` items of `width` bytes as an array (count, width).

    Raises
    ------
    BadPayload
        The other side sent more or fewer.
    """
    if len(payload) != count * width:
        raise BadPayload(f"{len(payload)} bytes where {count} items of {width} are expected")
    return np.frombuffer(payload, dtype=np.uint8).reshape(count, width)


def as_keys(values: Bytes) -> npt.NDArray[np.bytes_]:
    """Rows as single values, which numpy compares and sorts as big-endian numbers."""
    return np.ascontiguousarray(values).view(f"S{values.shape[1]}").ravel()
