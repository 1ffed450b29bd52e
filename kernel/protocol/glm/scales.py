"""Fixed-point formats of the encrypted gradient X'd, and the limits that keep an owner from reading rows in it."""

from dataclasses import dataclass

from kernel.crypto.paillier.products import Slots

FRAC_FEATURE, FEATURE_BITS = 20, 7  # |feature| < 128
FRAC_RESIDUAL, RESIDUAL_BITS = 24, 20  # |residual · weight| < 2^20
FRAC_WEIGHT, WEIGHT_BITS = 20, 10  # of rows, where encrypted residuals are multiplied by them: weight < 2^10
ROW_BITS = 24
PRODUCT_BITS = FRAC_FEATURE + FEATURE_BITS + FRAC_RESIDUAL + RESIDUAL_BITS + ROW_BITS + 1
WEIGHTED_BITS = PRODUCT_BITS + FRAC_WEIGHT + WEIGHT_BITS
WIRE_RING = 128  # a slot of either width on the wire

FEWEST_ROWS = 100  # of a step
ROWS_PER_COLUMN = 5  # of a step, for each column of the party that has most
SUPPORT = 20  # rows of a step in which a column differs from its commonest value, as expected
MOST_OUTPUTS = 100


@dataclass(frozen=True)
class Layout:
    """How residuals lie in plaintexts.

    Parameters
    ----------
    slots
        One row or several a ciphertext.
    frac_bits
        Fractional bits of a residual.
    """

    slots: Slots
    frac_bits: int

    @classmethod
    def packed(cls, key_bits: int, frac_bits: int = FRAC_RESIDUAL) -> "Layout":
        """As many rows a ciphertext as fit."""
        return cls(Slots.of_convolution(key_bits, PRODUCT_BITS), frac_bits)

    @classmethod
    def single(cls, frac_bits: int) -> "Layout":
        """One row a ciphertext, so that each can be multiplied by a weight of its own."""
        return cls(Slots(WEIGHTED_BITS + 1, 1), frac_bits + FRAC_WEIGHT)

    @property
    def frac_gradient(self) -> int:
        """Fractional bits of X'd."""
        return FRAC_FEATURE + self.frac_bits
