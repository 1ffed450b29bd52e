"""Fixed-point formats of the encrypted gradient X'd, and the limits that keep a provider from reading labels in it."""

from kernel.crypto.paillier.products import Slots

FRAC_FEATURE, FEATURE_BITS = 20, 7  # |feature| < 128
FRAC_RESIDUAL, RESIDUAL_BITS = 24, 20  # |residual · weight| < 2^20
ROW_BITS = 24
PRODUCT_BITS = FRAC_FEATURE + FEATURE_BITS + FRAC_RESIDUAL + RESIDUAL_BITS + ROW_BITS + 1
FRAC_GRADIENT = FRAC_FEATURE + FRAC_RESIDUAL
WIRE_RING = 128  # a slot of PRODUCT_BITS on the wire

FEWEST_ROWS = 100  # of a step
ROWS_PER_COLUMN = 5  # of a step, for each column of the provider that has most
SUPPORT = 20  # rows of a step in which a column differs from its commonest value, as expected


def slots(key_bits: int) -> Slots:
    """How residuals lie in a plaintext."""
    return Slots.of_convolution(key_bits, PRODUCT_BITS)
