"""Both sides of the correlation C = B + Δ·A; steps and parameters are those of README.md."""

from dataclasses import dataclass

import numpy as np

from kernel.core.context import Rng
from kernel.core.errors import BadPayload
from kernel.crypto.aes import BLOCK_BYTES, Words
from kernel.crypto.ot.base import COUNT, Bits
from kernel.crypto.ot.extension import ExtendingReceiver, ExtendingSender, combined, keys_of, payload_bytes
from kernel.crypto.vole.code import RATE, Code
from kernel.crypto.vole.trees import Places, Trees, depth_of, sides

NOISE = 400  # t: places with noise, one a tree


@dataclass(frozen=True)
class Shape:
    """Sizes that follow from how many entries are wanted."""

    count: int

    @property
    def length(self) -> int:
        """Leaves of a tree."""
        return -(-RATE * self.count // NOISE)

    @property
    def depth(self) -> int:
        """Levels of a tree."""
        return depth_of(self.length)

    @property
    def n_transfers(self) -> int:
        """Oblivious transfers: a level of each tree, a bit of each noise value."""
        return NOISE * (self.depth + COUNT)

    @property
    def request_bytes(self) -> int:
        """Bytes from the receiver."""
        return payload_bytes(self.n_transfers)

    @property
    def answer_bytes(self) -> int:
        """Bytes from the sender."""
        return NOISE * BLOCK_BYTES * (2 * self.depth + 1)

    def code(self) -> Code:
        """Return the code that compresses the noise."""
        return Code(NOISE * self.length, self.count)


@dataclass(frozen=True)
class Holder:
    """The receiver's noise of one correlation."""

    shape: Shape
    session: bytes
    places: Places  # α, (t,)
    values: Words  # β, (t, 2)
    rows: Words  # t_j of all transfers

    def finish(self, answer: bytes) -> tuple[Words, Words]:
        """Do step 3: return A and C, both (count, 2).

        Raises
        ------
        BadPayload
            The answer is for another size.
        """
        shape, depth = self.shape, self.shape.depth
        if len(answer) != shape.answer_bytes:
            raise BadPayload(f"{len(answer)} bytes where {shape.answer_bytes} of sums are expected")
        said = np.frombuffer(answer, "<u8").reshape(-1, NOISE, 2)
        keys = keys_of(self.session, self.rows[: depth * NOISE]).reshape(depth, NOISE, 2)
        chosen, trees = sides(self.places, shape.length), np.arange(NOISE)
        known = [said[2 * level + chosen[level], trees] ^ keys[level] for level in range(depth)]
        leaves = Trees(self.session, shape.length).regrow(self.places, known)
        masks = combined(self.rows[depth * NOISE :].reshape(NOISE, COUNT, 2))
        leaves[self.places, trees] = said[-1] ^ masks ^ np.bitwise_xor.reduce(leaves, axis=0)
        code = shape.code()
        noise, product = code.room(), code.room()
        code.noise(noise)[self.places * NOISE + trees] = self.values
        code.noise(product)[:] = leaves.reshape(-1, 2)
        del leaves
        a, c = code.compress(noise, product)
        return a, c


class VoleReceiver:
    """Gets A and C; has both keys of each base transfer."""

    def __init__(self, extension: ExtendingReceiver) -> None:
        self._extension = extension

    def start(self, label: str, session: bytes, count: int, rng: Rng) -> tuple[bytes, Holder]:
        """Do step 1: choose the noise, return what to send. A label serves once."""
        shape = Shape(count)
        places: Places = np.array([rng.below(shape.length) for _ in range(NOISE)], np.int64)
        values = np.frombuffer(rng.token(NOISE * BLOCK_BYTES), "<u8").reshape(NOISE, 2)
        bits = np.unpackbits(values.view(np.uint8).reshape(-1), bitorder="little")
        choices: Bits = np.concatenate([sides(places, shape.length).ravel(), bits])
        payload, rows = self._extension.extend(label, choices)
        return payload, Holder(shape, session, places, values, rows)


class VoleSender:
    """Gets Δ and B; has the keys of the base transfers that Δ chose."""

    def __init__(self, extension: ExtendingSender) -> None:
        self._extension = extension
        self.delta = extension.delta

    def answer(self, label: str, session: bytes, count: int, request: bytes, rng: Rng) -> tuple[bytes, Words]:
        """Do step 2: return what to send, and the noise's share for `expand`.

        Raises
        ------
        BadPayload
            The request is for another size.
        """
        shape = Shape(count)
        rows = self._extension.extend(label, shape.n_transfers, request)
        roots = np.frombuffer(rng.token(NOISE * BLOCK_BYTES), "<u8").reshape(NOISE, 2)
        leaves, sums = Trees(session, shape.length).grow(roots)
        levels = rows[: shape.depth * NOISE]
        pads = [keys_of(session, kind).reshape(shape.depth, NOISE, 2) for kind in (levels, levels ^ self.delta)]
        parts = [sums[level][side] ^ pads[side][level] for level in range(shape.depth) for side in range(2)]
        masks = combined(rows[shape.depth * NOISE :].reshape(NOISE, COUNT, 2))
        parts.append(np.bitwise_xor.reduce(leaves, axis=0) ^ masks)
        code = shape.code()
        room = code.room()
        code.noise(room)[:] = leaves.reshape(-1, 2)
        return np.stack(parts).tobytes(), room

    @staticmethod
    def expand(count: int, room: Words) -> Words:
        """Do step 4: return B (count, 2); uses the room up."""
        return Shape(count).code().compress(room)[0]
