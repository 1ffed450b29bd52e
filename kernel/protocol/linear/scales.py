"""Widths of everything that is encoded, encrypted, shared or masked, in one place.

Columns are encoded in a basis of their owner's in which they are orthonormal, so no sum of products exceeds one by
Cauchy and Schwarz: entries get 20 fractional bits more than the root of the number of rows, and a product of columns
twice as many. Cross products C are then kept with 36 fractional bits, weights with 32, step sizes with 20, and shares
of a step with all 88 of them, so that nothing is truncated before the step is opened under its masks.
"""

from kernel.crypto.paillier.products import MASK_BITS, Slots
from kernel.crypto.ring import POWERS_OF_TWO, Ring

ROW_BITS = 24  # up to 16 million rows
COLUMN_BITS = 10  # up to 1,023 columns a party
PARTY_BITS = 4  # up to 15 providers
TARGET_BITS = 7  # up to 127 targets
FEATURE_BITS = 20  # |feature| < 2^20
FRAC_COLUMN = 20  # beyond the root of the number of rows
PRODUCT_WIDTH = 2 * (FRAC_COLUMN + ROW_BITS // 2) + 2 * 2 + MASK_BITS + 4  # a sub-slot, whole bytes
FRAC_CROSS = 36
FRAC_WEIGHT = 32
FRAC_RATE = 20
WEIGHT_BITS = 12  # |weight in the owner's basis| < 2^12
RING = 160

FRAC_PRODUCT = FRAC_CROSS + FRAC_WEIGHT
FRAC_STEP = FRAC_PRODUCT + FRAC_RATE
FRAC_OBJECTIVE = FRAC_WEIGHT + FRAC_PRODUCT
DROPPED = FRAC_STEP - FRAC_WEIGHT  # bits of a step that fall away when it is opened
STEP_MASK_BITS = FRAC_STEP + WEIGHT_BITS + MASK_BITS
OBJECTIVE_NOISE_BITS = 50  # hides what rounding left in the last of an opened objective's 100 fractional bits

CROSS_SHARE_BITS = FRAC_CROSS + 2 + MASK_BITS + 1
_MASK_VALUE_BITS = STEP_MASK_BITS - DROPPED
_TOTAL_COLUMN_BITS = COLUMN_BITS + PARTY_BITS
MASKED_PRODUCT_BITS = CROSS_SHARE_BITS + _MASK_VALUE_BITS + _TOTAL_COLUMN_BITS
INNER_BITS = RING + _MASK_VALUE_BITS + PARTY_BITS + 1 + _TOTAL_COLUMN_BITS + TARGET_BITS

# What follows is for objectives that are not quadratic, see `slopes`.
FRAC_FEATURE = 11  # of columns in their owner's basis, of standard deviation about 2
FRAC_REFINED = 24  # of weights that scores are computed from
FRAC_SCORE = FRAC_FEATURE + FRAC_REFINED
REFINED_MASK_BITS = FRAC_WEIGHT + WEIGHT_BITS + MASK_BITS
REFINED_RING = 96
FEATURE_VALUE_BITS = FRAC_FEATURE + ROW_BITS // 2 + 2
SCORE_VALUE_BITS = REFINED_MASK_BITS - FRAC_WEIGHT + FRAC_REFINED + FEATURE_VALUE_BITS + COLUMN_BITS
PENALTY_VALUE_BITS = REFINED_MASK_BITS - FRAC_WEIGHT + FRAC_REFINED + FRAC_CROSS + COLUMN_BITS + 1

# The sigmoid, see `turns`.
MOST_TURNS = 4  # parties whose sines and cosines are multiplied
TURN_BITS = 12  # of sines and cosines at most
_ALL_TURNS_BITS = 32  # of their products
SCORE_RING = FRAC_SCORE + 5  # the period of the sigmoid, 32, is the ring
TURN_RING = 112  # residuals and gradients: 32 + 11 + 26 bits and a mask 40 bits wider
TURNS = Ring(1 << TURN_RING)
TURN_VALUE_BITS = TURN_RING + TURN_BITS + 1 + 4
TURN_WIDTH = TURN_VALUE_BITS + 1
FIRST_TURN_WIDTH = 2 * TURN_BITS + 2 + MASK_BITS + 2  # two parties' shares of small numbers are lifted to any ring

# Rates, powers of two, see `rates`. With no objective above 2^16, a sum over all rows has 16 + ROW_BITS + 100 + 48
# bits, a gradient FEATURE_VALUE_BITS more, and their masks 40.
OBJECTIVE_BITS = 16  # of the first weights' objective; those of later ones are lower
MOST_FACTORS = 4  # parties whose powers of two are multiplied
RATES = POWERS_OF_TWO
FRAC_EXPONENT = FRAC_SCORE
LEAST_EXPONENT = 100  # a rate of 2^-100 is the smallest
_ALL_FACTORS_BITS = 48  # of the product of the parties' factors
RATE_VALUE_BITS = 2 * RATES.bits + _ALL_FACTORS_BITS // 2 + 1
RATE_MASK_BITS = RATES.bits - PARTY_BITS


def frac_column(n_rows: int) -> int:
    """Fractional bits of columns of norm one: the root of the number of rows, rounded up, and FRAC_COLUMN."""
    return FRAC_COLUMN + ((n_rows - 1).bit_length() + 1) // 2


def columns_a_ciphertext(key_bits: int, n_columns: int) -> int:
    """Columns whose entries of one row travel together: as equal groups as the plaintext's room allows."""
    room = (key_bits - MASK_BITS - 4) // PRODUCT_WIDTH
    return -(-n_columns // -(-n_columns // room))


def column_slots(key_bits: int, n_columns: int) -> Slots:
    """Rows of one group of columns, to be multiplied by somebody's columns."""
    return Slots.of_convolution(key_bits, columns_a_ciphertext(key_bits, n_columns) * PRODUCT_WIDTH - 1)


def batch_slots(key_bits: int) -> Slots:
    """Masks of one weight in several iterations, to be multiplied by cross products."""
    return Slots.of_rows(key_bits, MASKED_PRODUCT_BITS)


def frac_turn(n_parties: int) -> int:
    """Fractional bits of a party's sines and cosines.

    Few are enough: shares of scores are uniform, so their rounding errors are independent and cancel over the rows.
    """
    return min(TURN_BITS, _ALL_TURNS_BITS // n_parties)


def frac_rate(n_parties: int) -> int:
    """Fractional bits of a party's factor of a rate; rounding errors of rows are independent, as those of turns."""
    return _ALL_FACTORS_BITS // n_parties


def score_slots(key_bits: int) -> Slots:
    """Rows' masked scores."""
    return Slots.of_rows(key_bits, SCORE_VALUE_BITS)


def turn_slots(key_bits: int) -> Slots:
    """Sines and cosines of one row, to be multiplied by somebody else's."""
    return Slots.of_convolution(key_bits, TURN_VALUE_BITS)


def turned_slots(key_bits: int, width: int) -> Slots:
    """Masked products of one sine and cosine with another party's; a power of two of them, so that parts add up."""
    slots = Slots.of_rows(key_bits, 3 * width)
    return Slots(slots.width, 1 << (slots.count.bit_length() - 1))


def rate_slots(key_bits: int) -> Slots:
    """Masked products of one party's share of a rate with another's power of two."""
    return Slots.of_rows(key_bits, RATE_VALUE_BITS)


def residual_value_bits(ring: Ring) -> int:
    """Length of a product of all rows' residuals with a column."""
    return ring.bits + FEATURE_VALUE_BITS + ROW_BITS + 1


def residual_slots(key_bits: int, ring: Ring) -> Slots:
    """Rows' residuals, to be multiplied by columns."""
    return Slots.of_masked_convolution(key_bits, residual_value_bits(ring))
