"""Widths of everything that is encoded, encrypted or masked, in one place.

Weights are shares in the ring 2^64 with 24 fractional bits. Everything computed from them in one iteration is shared
modulo 2^128, wide enough that no product is truncated before the very last step: features have 20 fractional bits,
so scores carry 24 + 20 and gradients 24 + 20 + 20.
"""

from kernel.crypto.paillier.products import Slots

FRAC_WEIGHT = 24
FRAC_FEATURE = 20
FRAC_SCORE = FRAC_WEIGHT + FRAC_FEATURE
FRAC_GRADIENT = FRAC_SCORE + FRAC_FEATURE
FRAC_PRECONDITIONER = 20
FEATURE_BITS = 7  # |feature| < 128: standard deviations, after standardising
PRECONDITIONER_BITS = 40
ROW_BITS = 24  # up to 16 million rows
COLUMN_BITS = 10  # up to 1,024 columns a party
PARTY_BITS = 4  # up to 15 providers
WEIGHT_RING = 64
WIDE_RING = 128

SCORE_VALUE_BITS = WEIGHT_RING - 1 + FRAC_FEATURE + FEATURE_BITS + COLUMN_BITS + 1
GRADIENT_VALUE_BITS = WIDE_RING + FRAC_FEATURE + FEATURE_BITS + ROW_BITS + 1
DIRECTION_VALUE_BITS = WIDE_RING + WEIGHT_RING + COLUMN_BITS + 1


def score_slots(key_bits: int) -> Slots:
    """Rows' masked scores, those of all providers added in place."""
    return Slots.of_rows(key_bits, SCORE_VALUE_BITS, PARTY_BITS)


def gradient_slots(key_bits: int) -> Slots:
    """Shares of residuals, to be multiplied by columns."""
    return Slots.of_convolution(key_bits, GRADIENT_VALUE_BITS)


def direction_slots(key_bits: int) -> Slots:
    """Shares of a gradient, to be multiplied by the preconditioner and by shares of weights."""
    return Slots.of_convolution(key_bits, DIRECTION_VALUE_BITS)
