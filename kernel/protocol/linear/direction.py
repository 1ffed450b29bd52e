"""The owner's side of the preconditioned step: its secret P and shares times the holder's encrypted share of T."""

from collections.abc import Sequence

import numpy as np

from kernel.crypto.fixed_point import lift
from kernel.crypto.paillier import Block, add, encrypt, product, products
from kernel.crypto.paillier.exponents import digits
from kernel.crypto.prg import Stream
from kernel.protocol.linear import scales

_DIGIT = 44  # our 128-bit share of T is multiplied in digits that fit machine integers
_LOW = 32  # a 64-bit share is multiplied in two halves that fit machine integers
_OFFSET = 1 << (scales.WIDE_RING - 1)  # the holder adds it so that what it packs is not negative


def preconditioned(
    preconditioner: Sequence[Sequence[int]],
    encrypted: Block,
    weights_ct: Block,
    own_total: Sequence[int],
    own_weights: Sequence[int],
    stream: Stream,
) -> tuple[Block, list[int], int]:
    """Compute P·T, and the cross terms of wᵀT, from our shares (T, u) and the holder's encrypted ones ([[T_h]], [[v]]).

    Returns
    -------
    Masked ciphertexts for the holder (a row of P each, then the inner product), our share of P·T, our summand of wᵀT.
    """
    key = encrypted.key
    slots = scales.direction_slots(key.bits)
    low = [weight & ((1 << _LOW) - 1) for weight in own_weights]
    high = [weight >> _LOW for weight in own_weights]
    matrix = np.array([*preconditioner, high, low], dtype=np.int64).T
    found = products.columns(matrix, encrypted, slots, 0)
    values = products.assemble(key, [(shift, block[:-2]) for shift, block in found], len(preconditioner))
    inner = [(shift + _LOW, block[-2:-1]) for shift, block in found] + [(shift, block[-1:]) for shift, block in found]
    middle = slots.width * (slots.count - 1)
    for place, digit in enumerate(digits(np.array(own_total, dtype=object), _DIGIT)):
        inner.append((middle + _DIGIT * place, product(digit.astype(np.int64)[:, None], weights_ct)))
    values = Block.join([values, products.assemble(key, inner, 1)])
    masks = [slots.wide_mask(stream) for _ in range(len(values))]
    masked = add(values, encrypt(key, masks, stream))
    share = [
        sum(p * (t - _OFFSET) for p, t in zip(row, own_total, strict=True)) - slots.middle(mask)
        for row, mask in zip(preconditioner, masks[:-1], strict=True)
    ]
    part = sum(u * (t - _OFFSET) for u, t in zip(own_weights, own_total, strict=True)) - slots.middle(masks[-1])
    return masked, lift(share, slots.width), part
