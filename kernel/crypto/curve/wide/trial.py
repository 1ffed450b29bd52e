"""A trial of the kernels, before points that matter are entrusted to them.

They are compiled on the machine where they run: by its numba, for its processor, from its cache. What fails there shall
fail here.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from kernel.crypto.curve.hashing import FIELD_BYTES, map_one_by_one
from kernel.crypto.curve.points import POINT_BYTES, mask_one_by_one
from kernel.crypto.curve.wide import arithmetic
from kernel.crypto.curve.wide.kinds import Kind

_P = 2**255 - 19
_RANDOM = 250  # with the others more than share an inversion, and no multiple of any number of lanes
VECTORS = [  # RFC 7748 §5.2: scalar, point, product; the second point has bit 255 set
    (
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ),
    (
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ),
]
# Numbers whose limbs are all ones, at an end or just beyond it; the last of them are not reduced.
EDGES = (2, 9, 2**51 - 1, 2**51, 2**204 - 1, 2**254 - 1, 2**254, _P - 9, _P - 2, _P + 2, _P + 9, 2**255 - 1)
SMALL_ORDER = (0, 1, _P - 1, _P, _P + 1)


def passes(kind: Kind) -> bool:
    """Tell whether the kernels give the numbers that OpenSSL and gmpy2 give; raises whatever compiling them raises."""
    points, scalars = _points(), [bytes.fromhex(scalar) for scalar, _, _ in VECTORS]
    for scalar, point, product in VECTORS:
        one = np.frombuffer(bytes.fromhex(point), np.uint8).reshape(1, POINT_BYTES)
        if arithmetic.ladder(one, bytes.fromhex(scalar), kind).tobytes() != bytes.fromhex(product):
            return False
    low, expected = _rows(SMALL_ORDER), [mask_one_by_one(points, scalar) for scalar in scalars]
    mixed = np.concatenate([low, points, low])  # in all lanes, and among others that share an inversion
    agree = (
        np.array_equal(arithmetic.ladder(mixed, scalar, kind), np.concatenate([0 * low, right, 0 * low]))
        for scalar, right in zip(scalars, expected, strict=True)
    )
    uniform = _uniform()
    return all(agree) and np.array_equal(arithmetic.map_to_curve(uniform, kind), map_one_by_one(uniform))


def _rows(numbers: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    joined = b"".join(number.to_bytes(POINT_BYTES, "little") for number in numbers)
    return np.frombuffer(joined, np.uint8).reshape(-1, POINT_BYTES)


def _random(width: int) -> npt.NDArray[np.uint8]:
    drawn = hashlib.shake_256(b"trial of the curve").digest(_RANDOM * width)
    return np.frombuffer(drawn, np.uint8).reshape(-1, width)


def _points() -> npt.NDArray[np.uint8]:
    return np.concatenate([_rows(EDGES), _random(POINT_BYTES)])


def _uniform() -> npt.NDArray[np.uint8]:
    edges = [*EDGES, *SMALL_ORDER, 2**384 - 1, 2**384 - 2**255, 38 * 2**256, 2**256 - 1, _P << 129]
    joined = b"".join(number.to_bytes(FIELD_BYTES, "big") for number in edges)
    return np.concatenate([np.frombuffer(joined, np.uint8).reshape(-1, FIELD_BYTES), _random(FIELD_BYTES)])
