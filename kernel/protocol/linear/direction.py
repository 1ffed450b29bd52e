"""The owner's side of the preconditioned step: its secret P and shares times the holder's encrypted share of T."""

from collections.abc import Sequence

import gmpy2
import numpy as np
from gmpy2 import mpz

from kernel.crypto.fixed_point import lift
from kernel.crypto.paillier import PublicKey, products
from kernel.crypto.prg import Stream
from kernel.protocol.linear import scales

_LOW = 32  # a 64-bit share is multiplied in two halves that fit machine integers
_OFFSET = 1 << (scales.WIDE_RING - 1)  # the holder adds it so that what it packs is not negative


def preconditioned(
    key: PublicKey,
    preconditioner: Sequence[Sequence[int]],
    encrypted: Sequence[mpz],
    weights_ct: Sequence[mpz],
    own_total: Sequence[int],
    own_weights: Sequence[int],
    stream: Stream,
) -> tuple[list[mpz], list[int], int]:
    """Compute P·T, and the cross terms of wᵀT, from our shares (T, u) and the holder's encrypted ones ([[T_h]], [[v]]).

    Returns
    -------
    Masked ciphertexts for the holder (a row of P each, then the inner product), our share of P·T, our summand of wᵀT.
    """
    slots = scales.direction_slots(key.bits)
    low = [weight & ((1 << _LOW) - 1) for weight in own_weights]
    high = [weight >> _LOW for weight in own_weights]
    matrix = np.array([*preconditioner, high, low], dtype=np.int64).T
    found = products.columns(key, matrix, encrypted, slots, 0)
    values = [products.assemble(key, column) for column in found]
    inner = gmpy2.powmod(values[-2], mpz(1) << _LOW, key.n2) * values[-1] % key.n2
    cross = mpz(1)
    for ciphertext, total in zip(weights_ct, own_total, strict=True):
        cross = cross * products.power(key, ciphertext, total) % key.n2
    inner = inner * gmpy2.powmod(cross, mpz(1) << (slots.width * (slots.count - 1)), key.n2) % key.n2
    values = [*values[:-2], inner]
    masks = [slots.wide_mask(stream) for _ in values]
    masked = [value * key.encrypt(mask, stream) % key.n2 for value, mask in zip(values, masks, strict=True)]
    share = [
        sum(p * (t - _OFFSET) for p, t in zip(row, own_total, strict=True)) - slots.middle(mask)
        for row, mask in zip(preconditioner, masks[:-1], strict=True)
    ]
    part = sum(u * (t - _OFFSET) for u, t in zip(own_weights, own_total, strict=True)) - slots.middle(masks[-1])
    return masked, lift(share, slots.width), part
