"""Taking a mask off again: a scalar that undoes another one, and that X25519 leaves as it is."""

import gmpy2

from kernel.crypto.curve.points import POINT_BYTES

ORDER = 2**252 + 27742317777372353535851937790883648493  # ℓ, of the subgroup
_COFACTOR = 8
_TOP = 254  # the bit that clamping sets


def clamp(secret: bytes) -> int:
    """Return the number that X25519 makes of 32 bytes."""
    return (int.from_bytes(secret, "little") | 1 << _TOP) & (1 << _TOP + 1) - _COFACTOR


def undo(secret: bytes) -> bytes:
    """Return s (32 bytes) with mask(mask(·, r), s) = mask(·, k) of a point k times which was masked by r in between.

    That is s = ±r⁻¹ modulo ℓ, a multiple of 8 in [2^254, 2^255), which clamping does not change; the sign is lost in
    u-coordinates. ±r⁻¹ + mℓ runs through four m for either sign, ±r⁻¹ + mℓ ≡ 0 modulo 8 has one m modulo 8, for one
    sign the negative of the other's: exactly one sign has it among its four, but at the ends, where 2^254 is not 4ℓ.

    Raises
    ------
    ValueError
        There is none: it takes a mask within 2^-124 of the ends.
    """
    inverse = int(gmpy2.invert(clamp(secret), ORDER))
    for residue in (inverse, ORDER - inverse):
        turns = -residue * int(gmpy2.invert(ORDER, _COFACTOR)) % _COFACTOR
        scalar = residue + turns * ORDER
        if 1 << _TOP <= scalar < 1 << _TOP + 1:
            return scalar.to_bytes(POINT_BYTES, "little")
    raise ValueError("a mask that no scalar takes off")
