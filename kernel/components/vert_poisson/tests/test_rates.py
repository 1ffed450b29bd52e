"""Powers of two of shares: exact but for rounding, wherever the shares wrap."""

import numpy as np
import pytest

from kernel.crypto.ring import ORDER, POWERS_OF_TWO
from kernel.protocol.linear import scales
from kernel.protocol.linear.rates import factors

FRAC, SIZE = scales.FRAC_EXPONENT, ORDER << scales.FRAC_EXPONENT


def _product(exponents, n_parties, offset, rng):
    """What the factors of uniform shares multiply to, and its fractional bits."""
    frac = scales.frac_rate(n_parties)
    whole = np.array([round(x * 2**FRAC) % SIZE for x in exponents], dtype=object)
    shares = [np.array([int(v) for v in rng.integers(0, SIZE, len(whole))], dtype=object) for _ in range(n_parties - 1)]
    shares = [(whole - sum(shares)) % SIZE, *shares]
    total = [1] * len(whole)
    for place, share in enumerate(shares):
        mantissa, shift = factors(share.astype(np.uint64), offset if not place else 0.0, frac)
        assert np.all((shift >= 0) & (shift < ORDER // 2))
        total = [a * int(m) << int(j) for a, m, j in zip(total, mantissa, shift, strict=True)]
    return POWERS_OF_TWO.lift(total), n_parties * frac


@pytest.mark.parametrize("n_parties", [2, 3, 4])
def test_products_of_the_factors_are_powers_of_the_sums(n_parties):
    rng = np.random.default_rng(n_parties)
    exponents = np.concatenate([np.linspace(-95, 30, 400), rng.normal(size=100), [0.0]])
    found, frac = _product(exponents, n_parties, scales.LEAST_EXPONENT - 1.5, rng)
    wanted = np.exp2(exponents - 1.5)
    ratio = np.array([value / 2 ** (frac + scales.LEAST_EXPONENT) for value in found]) / wanted
    assert np.max(np.abs(ratio - 1)) < 2 * n_parties * 2.0 ** -scales.frac_rate(n_parties)


def test_a_rate_beyond_the_range_is_seen():
    """It comes out negative or enormous: no step to it lowers an objective."""
    found, frac = _product([-110.3, -150.5], 2, float(scales.LEAST_EXPONENT), np.random.default_rng(1))
    assert all(abs(value) / 2 ** (frac + scales.LEAST_EXPONENT) > 2.0**24 for value in found)


def test_masks_are_forty_bits_wider_than_all_that_is_opened_of_steps_that_are_taken():
    """Sums of rates times columns; a mask of each of four parties fits the ring."""
    frac = scales.LEAST_EXPONENT + 2 * scales.frac_rate(2)
    value = scales.OBJECTIVE_BITS + scales.ROW_BITS + scales.FEATURE_VALUE_BITS + frac
    assert value + 40 <= scales.RATE_MASK_BITS
    assert scales.RATES.modulus // 2 >= scales.MOST_FACTORS << scales.RATE_MASK_BITS
