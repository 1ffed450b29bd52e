"""The sigmoid of shared scores, by sines: σ(z) - ½ ≈ Σ c_k sin(πkz/16) for k = 1, 3, 5, 7.

A sine of a sum is a sum of products of sines and cosines of the summands, and these each party knows of its own share.
Scores are shared in a ring whose size is the period 32, so that nothing of a wrapped share shows. After Lu et al.
(USENIX Security 2023, "Squirrel"), here for up to four parties.

1. Turns: the first party has (cos kθ, sin kθ) of its share. Each further one but the last turns what is shared so far
   by its own angle: whoever has a share sends it encrypted, [[C + 2^w·S]], and gets [[(C + 2^w·S)·(2^w·cos - sin)]]
   under a mask over all three slots.
2. The last one: whoever has a share sends it packed, and gets its product with (c_k·sin, c_k·cos), summed over k, under
   a mask over the whole plaintext.

Every party's share of the result is uniform modulo 2^TURN_RING.
"""

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.party import Party
from kernel.crypto.fixed_point import dump_ring, load_ring, signed
from kernel.crypto.paillier import Block, PublicKey, add, encrypt, multiply, pack
from kernel.crypto.paillier.exponents import horner
from kernel.crypto.paillier.keys import Key
from kernel.crypto.paillier.operations import block_of, numbers_of
from kernel.crypto.prg import Stream, derive
from kernel.ml.linear import HARMONICS
from kernel.protocol.linear import scales
from kernel.protocol.linear.features import Words
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup

Integers = npt.NDArray[np.int64]
ROWS = 1 << 14  # of one message
_RING = scales.TURN_RING
_N = len(HARMONICS)


class Sigmoid:
    """One party's part; `of` may be called any number of times, each with its own step."""

    def __init__(self, ctx: Context, setup: Setup, secret: bytes) -> None:
        self._ctx, self._setup, self._secret = ctx, setup, secret
        self._place = ctx.parties.index(ctx.me)

    def of(self, scores: Words, step: str) -> list[int]:
        """Our share of σ(z) - ½ by row, with `frac_turn` fractional bits for each party."""
        out: list[int] = []
        for number, first in enumerate(range(0, len(scores), ROWS)):
            out += self._part(scores[first : first + ROWS], f"{step} {number}")
        return out

    def _part(self, scores: Words, step: str) -> list[int]:
        frac = scales.frac_turn(len(self._ctx.parties))
        cosine, sine = turned(scores, frac)
        share = list(zip(cosine.ravel().tolist(), sine.ravel().tolist(), strict=True))
        *_, last = places = range(len(self._ctx.parties))
        for place in places[1:-1]:
            if self._place < place:
                share = self._turn(share, self._ctx.parties[place], f"{step} {place}")
            elif self._place == place:
                share = self._answer_turns(cosine, sine, f"{step} {place}")
        if self._place < last:
            return self._close(share, len(scores), f"{step} {last}")
        return self._answer_closing(*turned(scores, frac, coefficients=True), f"{step} {last}")

    def _turn(self, share: Sequence[tuple[int, int]], party: Party, step: str) -> list[tuple[int, int]]:
        """Send our share to be turned; returns our new one."""
        own = self._setup.key
        width = _width(self._ctx.parties.index(party))
        plain = [cosine + (sine << width) for cosine, sine in share]
        send(self._ctx, MESSAGES.turn_ct, own.encrypt(plain, self._stream(step, party)).dumps(), party, step)
        slots = scales.turned_slots(own.public.bits, width)
        block = Block.loads(
            own.public, recv(self._ctx, MESSAGES.turned_ct, party, step), slots.n_ciphertexts(len(share))
        )
        return [_slots(value, width) for value in slots.unpack(own.decrypt(block), len(share))]

    def _answer_turns(self, cosine: Integers, sine: Integers, step: str) -> list[tuple[int, int]]:
        """Turn what those before us have; our share is minus our masks."""
        total = [(0, 0)] * cosine.size
        for party in self._ctx.parties[: self._place]:
            block = self._received(party, cosine.size, step)
            arguments = self._arguments(block, np.stack([cosine.ravel(), sine.ravel()], axis=1), party, step)
            found = self._ctx.engine.run(_turned, arguments)
            masks = load_ring(b"".join(mask for _, mask in found), _RING, 2 * cosine.size)
            total = [(c - a, s - b) for (c, s), a, b in zip(total, masks[::2], masks[1::2], strict=True)]
            self._send_back(block.key, [data for data, _ in found], party, step)
        return [(c % (1 << _RING), s % (1 << _RING)) for c, s in total]

    def _close(self, share: Sequence[tuple[int, int]], n_rows: int, step: str) -> list[int]:
        """Send our share to the last party; returns our share of the result."""
        own, party = self._setup.key, self._ctx.parties[-1]
        slots = scales.turn_slots(own.public.bits)
        rows = [share[start : start + _N] for start in range(0, len(share), _N)]
        groups = slots.n_ciphertexts(2 * _N)
        empty = [0] * (groups * slots.count - 2 * _N)
        plain = slots.pack([v for row in rows for v in [*(c for c, _ in row), *(s for _, s in row), *empty]])
        send(self._ctx, MESSAGES.turn_ct, own.encrypt(plain, self._stream(step, party)).dumps(), party, step)
        block = Block.loads(own.public, recv(self._ctx, MESSAGES.turned_ct, party, step), n_rows)
        return [slots.middle(value) % (1 << _RING) for value in own.decrypt(block)]

    def _answer_closing(self, cosine: Integers, sine: Integers, step: str) -> list[int]:
        n_rows, bits = len(cosine), self._setup.key.public.bits
        slots = scales.turn_slots(bits)
        groups = slots.n_ciphertexts(2 * _N)
        factors = np.zeros((n_rows, groups * slots.count), dtype=np.int64)
        # The last angle is used once, with the coefficients: they are rounded together.
        factors[:, :_N], factors[:, _N : 2 * _N] = sine, cosine
        total = [0] * n_rows
        for party in self._ctx.parties[:-1]:
            block = self._received(party, n_rows * groups, step)
            arguments = self._arguments(block, factors, party, step)
            found = self._ctx.engine.run(_closed, arguments)
            masks = load_ring(b"".join(mask for _, mask in found), _RING, n_rows)
            total = [a - b for a, b in zip(total, masks, strict=True)]
            self._send_back(block.key, [data for data, _ in found], party, step)
        return [value % (1 << _RING) for value in total]

    def _received(self, party: Party, count: int, step: str) -> Block:
        key = self._setup.partners[party.member].key
        return Block.loads(key, recv(self._ctx, MESSAGES.turn_ct, party, step), count)

    def _send_back(self, key: Key, parts: Sequence[bytes], party: Party, step: str) -> None:
        send(self._ctx, MESSAGES.turned_ct, Block.raw(key, b"".join(parts)).dumps(), party, step)

    def _arguments(self, block: Block, factors: Integers, party: Party, step: str) -> list[tuple[object, ...]]:
        """Cut into pieces for the executors, each of whole ciphertexts of the answer."""
        key, width = block.key, _width(self._place)
        each = scales.turned_slots(key.bits, width).count
        size = each * -(-len(factors) // (each * self._ctx.engine.n_partitions))
        per_row = len(block) // len(factors)
        return [
            (
                key.dumps(),
                key.bits,
                block[start * per_row : (start + size) * per_row].tobytes(),
                factors[start : start + size],
                width,
                derive(self._secret, *self._labels(step, party), index),
            )
            for index, start in enumerate(range(0, len(factors), size))
        ]

    def _stream(self, step: str, party: Party) -> Stream:
        return Stream(derive(self._secret, *self._labels(step, party)))

    def _labels(self, step: str, party: Party) -> tuple[str | int, ...]:
        ctx = self._ctx
        return (ctx.job, ctx.task, ctx.attempt, "turn", step, party.member)


def turned(scores: Words, frac: int, *, coefficients: bool = False) -> tuple[Integers, Integers]:
    """Cosines and sines of the multiples of shares' angles: rows × harmonics, with `frac` bits."""
    ring = (1 << scales.SCORE_RING) - 1
    angle = (scores & np.uint64(ring)).astype(np.float64) * (2 * np.pi / (ring + 1))
    angles = angle[:, None] * np.array(list(HARMONICS))
    size = 2.0**frac * (np.array(list(HARMONICS.values())) if coefficients else 1.0)
    return np.rint(np.cos(angles) * size).astype(np.int64), np.rint(np.sin(angles) * size).astype(np.int64)


def _width(place: int) -> int:
    """Bits of a slot where the party at a place turns: before the second one there are no shares yet."""
    return scales.FIRST_TURN_WIDTH if place == 1 else scales.TURN_WIDTH


def _slots(value: int, width: int) -> tuple[int, int]:
    """Shares of cosine and sine, modulo 2^TURN_RING, out of the three masked slots of a product."""
    pair = value >> width, (value >> (2 * width)) - value
    if width < _RING:
        pair = signed(pair[0], width), signed(pair[1], width)
    return pair[0] % (1 << _RING), pair[1] % (1 << _RING)


def _turned(argument: tuple[bytes, int, bytes, Integers, int, bytes]) -> tuple[bytes, bytes]:
    public, bits, data, factors, width, secret = argument
    key, stream = PublicKey.loads(public, bits=bits), Stream(secret)
    block, slots = Block.raw(key, data), scales.turned_slots(bits, width)
    numbers = numbers_of(key, len(block))
    parts = [numbers.load(multiply(block, factor).data) for factor in (-factors[:, 1], factors[:, 0])]
    product = block_of(key, numbers, horner(numbers, width, parts, len(block)))
    packed = pack(product, slots.width, slots.count)
    masks = [slots.row_mask(stream, 3 * width) for _ in range(len(block))]
    out = add(packed, encrypt(key, slots.pack(masks), stream))
    return out.tobytes(), dump_ring([value for mask in masks for value in _slots(mask, width)], _RING)


def _closed(argument: tuple[bytes, int, bytes, Integers, int, bytes]) -> tuple[bytes, bytes]:
    public, bits, data, factors, _, secret = argument
    key, stream = PublicKey.loads(public, bits=bits), Stream(secret)
    block, slots = Block.raw(key, data), scales.turn_slots(bits)
    numbers, n_rows = numbers_of(key, len(factors)), len(factors)
    groups = len(block) // n_rows
    parts = []
    for place in range(slots.count):
        powers = [
            numbers.load(multiply(block[group::groups], factors[:, (group + 1) * slots.count - 1 - place]).data)
            for group in range(groups)
        ]
        parts.append(functools.reduce(numbers.multiply, powers))
    masks = [slots.wide_mask(stream) for _ in range(n_rows)]
    product = block_of(key, numbers, horner(numbers, slots.width, parts, n_rows))
    out = add(product, encrypt(key, masks, stream))
    return out.tobytes(), dump_ring([slots.middle(mask) for mask in masks], _RING)
