"""Curve25519 for PSI: ids hashed to the curve, and Diffie–Hellman masks of whole arrays of points; see README.md.

Only u-coordinates are kept, 32 bytes little-endian. The cofactor is cleared by the masks, whose scalars are multiples
of 8.
"""

from kernel.crypto.curve.hashing import encode_rows, encode_texts
from kernel.crypto.curve.points import POINT_BYTES, Points, mask, read_points

__all__ = ["POINT_BYTES", "Points", "encode_rows", "encode_texts", "mask", "read_points"]
