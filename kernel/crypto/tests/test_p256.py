"""P-256: RFC 9380's vectors, sums against multiples, what is no point."""

import pytest
from gmpy2 import mpz

from kernel.core.errors import BadPayload
from kernel.crypto.p256 import ORDER, POINT_BYTES, P, Point, Secret, _mapped, hash_to_curve
from kernel.crypto.prg import Stream

DOMAIN = b"QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_"
VECTORS = {  # RFC 9380, J.1.1
    b"": (
        "2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4",
        "8a7a74985cc5c776cdfe4b1f19884970453912e9d31528c060be9ab5c43e8415",
    ),
    b"abc": (
        "0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f",
        "5c41b3d0731a27a7b14bc0bf0ccded2d8751f83493404c84a88e71ffd424212e",
    ),
    b"abcdef0123456789": (
        "65038ac8f2b1def042a5df0b33b1f4eca6bff7cb0f9c6c1526811864e544ed80",
        "cad44d40a656e7aff4002a8de287abc8ae0482b5ae825822bb870d6df9b56ca3",
    ),
}


class Fixed:
    """A generator whose next number is known."""

    def __init__(self, scalar):
        self.scalar = scalar

    def below(self, bound):
        assert bound == ORDER - 1
        return self.scalar - 1


def multiple(scalar):
    return Secret(Fixed(scalar)).public


@pytest.mark.parametrize("message", VECTORS, ids=repr)
def test_hashes_are_those_of_the_standard(message):
    point = hash_to_curve(message, DOMAIN)
    assert (f"{int(point.x):064x}", f"{int(point.y):064x}") == VECTORS[message]


@pytest.mark.parametrize("element", [0, 1, 2, int(P) - 1])
def test_every_field_element_maps_to_the_curve(element):
    """Zero is the exception of the map's formula."""
    point = _mapped(mpz(element))
    assert Point.loads(point.dumps()) == point
    assert point.y & 1 == element & 1


def test_sums_are_multiples():
    one, two, three = (multiple(scalar) for scalar in (1, 2, 3))
    assert one + one == two
    assert one + two == three
    assert three + -one == two
    assert -one == multiple(ORDER - 1)
    with pytest.raises(BadPayload, match="cancel"):
        one + -one


def test_both_ends_share():
    rng = Stream(b"p" * 32, "p256")
    mine, theirs = Secret(rng), Secret(rng)
    assert mine.shared(theirs.public) == theirs.shared(mine.public)


def test_points_are_read_as_written():
    for scalar in (1, 2, 77, ORDER - 1):
        assert Point.loads(multiple(scalar).dumps()) == multiple(scalar)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        bytes(POINT_BYTES),
        b"\4" + multiple(5).dumps()[1:],
        multiple(5).dumps()[:-1],
        multiple(5).dumps() + b"\0",
        b"\2" + int(P).to_bytes(32, "big"),
        b"\2" + b"\xff" * 32,
        b"\2" + (1).to_bytes(32, "big"),  # 1 - 3 + b is no square
    ],
    ids=repr,
)
def test_what_is_no_point_is_refused(bad):
    with pytest.raises(BadPayload, match="not a point"):
        Point.loads(bad)
