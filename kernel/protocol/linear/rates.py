"""Exponentials of shared scores, as powers of two: after Kelkar, Le, Raykova, Seth (USENIX Security 2022), section 4.

2^(a + b) is 2^a·2^b. In the integers modulo 2^256 + 1 two has order 512, so it may be had of shares a and b modulo 512,
and no share tells anything. What follows the point in a share becomes a factor 2^fraction, rounded to `frac_rate` bits
for each party; apart from that the product is exact.

1. Each party makes v = ±m·2^j of its own share of the scores. The first party's is what is shared so far.
2. For each further party in the job's order: whoever has a share a of the product so far sends [[a]] under its own
   key, and gets [[a·v + mask]], three rows a ciphertext. The party's own share is minus the masks.

Every party's share of the rates is uniform modulo 2^256 + 1. The original works in a prime field, with exponents shared
modulo its order, and for two parties; with 2^256 + 1, prime or not, the exponents' modulus is a power of two.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.party import Party
from kernel.crypto.paillier import Block, PublicKey, add, encrypt, multiply, pack
from kernel.crypto.paillier.operations import block_of, numbers_of
from kernel.crypto.prg import Stream, derive
from kernel.crypto.ring import ORDER
from kernel.protocol.linear import scales
from kernel.protocol.linear.features import Words
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup

Integers = npt.NDArray[np.int64]
ROWS = 15 << 10  # of one message; whole ciphertexts of the answer for both lengths of keys
_RING = scales.RATES
_HALF = ORDER // 2  # 2^256 is -1


class Rates:
    """One party's part; `of` may be called any number of times, each with its own step.

    Parameters
    ----------
    offset
        Added to the exponents of all rows, by one party.
    """

    def __init__(self, ctx: Context, setup: Setup, secret: bytes, offset: float) -> None:
        self._ctx, self._setup, self._secret, self._offset = ctx, setup, secret, offset
        self._place = ctx.parties.index(ctx.me)

    def of(self, exponents: Words, step: str) -> list[int]:
        """Our share of 2^exponent by row, of exponents shared modulo 2^64 with FRAC_EXPONENT fractional bits."""
        out: list[int] = []
        for number, first in enumerate(range(0, len(exponents), ROWS)):
            out += self._part(exponents[first : first + ROWS], f"{step} {number}")
        return out

    def _part(self, exponents: Words, step: str) -> list[int]:
        mantissa, shift = factors(exponents, self._offset, scales.frac_rate(len(self._ctx.parties)))
        share = [m << j for m, j in zip(mantissa.tolist(), shift.tolist(), strict=True)]
        for place, party in list(enumerate(self._ctx.parties))[1:]:
            if self._place < place:
                share = self._multiplied([value % _RING.modulus for value in share], party, f"{step} {place}")
            elif self._place == place:
                share = self._answer(mantissa, shift, f"{step} {place}")
        return [value % _RING.modulus for value in share]

    def _multiplied(self, share: Sequence[int], party: Party, step: str) -> list[int]:
        """Send our share to be multiplied; returns our new one."""
        own = self._setup.key
        send(self._ctx, MESSAGES.rate_ct, own.encrypt(share, self._stream(step, party)).dumps(), party, step)
        slots = scales.rate_slots(own.public.bits)
        data = recv(self._ctx, MESSAGES.rates_ct, party, step)
        return slots.unpack(own.decrypt(Block.loads(own.public, data, slots.n_ciphertexts(len(share)))), len(share))

    def _answer(self, mantissa: Integers, shift: Integers, step: str) -> list[int]:
        """Multiply what those before us have; our share is minus our masks."""
        total = [0] * len(mantissa)
        for party in self._ctx.parties[: self._place]:
            key = self._setup.partners[party.member].key
            block = Block.loads(key, recv(self._ctx, MESSAGES.rate_ct, party, step), len(mantissa))
            each = scales.rate_slots(key.bits).count
            size = each * -(-len(mantissa) // (each * self._ctx.engine.n_partitions))  # whole ciphertexts of the answer
            arguments = [
                (
                    key.dumps(),
                    key.bits,
                    block[start : start + size].tobytes(),
                    mantissa[start : start + size],
                    shift[start : start + size],
                    derive(self._secret, *self._labels(step, party), index),
                )
                for index, start in enumerate(range(0, len(mantissa), size))
            ]
            found = self._ctx.engine.run(_powers, arguments)
            masks = _RING.load(b"".join(mask for _, mask in found), len(total))
            total = [a - b for a, b in zip(total, masks, strict=True)]
            answer = Block.raw(key, b"".join(data for data, _ in found))
            send(self._ctx, MESSAGES.rates_ct, answer.dumps(), party, step)
        return total

    def _stream(self, step: str, party: Party) -> Stream:
        return Stream(derive(self._secret, *self._labels(step, party)))

    def _labels(self, step: str, party: Party) -> tuple[str | int, ...]:
        ctx = self._ctx
        return (ctx.job, ctx.task, ctx.attempt, "rate", step, party.member)


def factors(exponents: Words, offset: float, frac: int) -> tuple[Integers, Integers]:
    """Mantissa m, with its sign and `frac` fractional bits, and j in [0, 256) with m·2^j = 2^(exponent + offset)."""
    ring = (ORDER << scales.FRAC_EXPONENT) - 1
    real = (exponents & np.uint64(ring)).astype(np.float64) * 2.0**-scales.FRAC_EXPONENT + offset
    whole = np.floor(real)
    mantissa = np.rint(np.exp2(real - whole + frac)).astype(np.int64)
    power = whole.astype(np.int64) % ORDER
    return np.where(power < _HALF, mantissa, -mantissa), power % _HALF


def _powers(argument: tuple[bytes, int, bytes, Integers, Integers, bytes]) -> tuple[bytes, bytes]:
    public, bits, data, mantissa, shift, secret = argument
    key, stream = PublicKey.loads(public, bits=bits), Stream(secret)
    slots, numbers = scales.rate_slots(bits), numbers_of(key, len(mantissa))
    values = numbers.load(multiply(Block.raw(key, data), mantissa).data)
    # Every row is squared as often, whatever its exponent: time tells nothing of it.
    for level in range(_HALF.bit_length() - 1):
        moved = numbers.power(values, 1 << (1 << level))
        chosen = ((shift >> level) & 1).astype(bool)
        values[chosen] = moved[chosen]
    packed = pack(block_of(key, numbers, values), slots.width, slots.count)
    masks = [slots.row_mask(stream, scales.RATE_VALUE_BITS) for _ in range(len(mantissa))]
    out = add(packed, encrypt(key, slots.pack(masks), stream))
    return out.tobytes(), _RING.dump(masks)
