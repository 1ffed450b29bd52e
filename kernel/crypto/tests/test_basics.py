"""Streams, fixed point and the curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.core.errors import BadPayload, OutOfRange
from kernel.crypto import curve, fixed_point
from kernel.crypto.prg import Stream, SystemRng

DST = b"QUUX-V01-CS02-with-curve25519_XMD:SHA-512_ELL2_NU_"
VECTORS = [  # RFC 9380 J.4.2: message, u, Q.x, P.x
    (
        b"",
        "608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cd",
        "51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65b",
        "1bb913f0c9daefa0b3375378ffa534bda5526c97391952a7789eb976edfe4d08",
    ),
    (
        b"abc",
        "46f5b22494bfeaa7f232cc8d054be68561af50230234d7d1d63d1d9abeca8da5",
        "7d56d1e08cb0ccb92baf069c18c49bb5a0dcd927eff8dcf75ca921ef7f3e6eeb",
        "7c22950b7d900fa866334262fcaea47a441a578df43b894b4625c9b450f9a026",
    ),
    (
        b"abcdef0123456789",
        "235fe40c443766ce7e18111c33862d66c3b33267efa50d50f9e8e5d252a40aaa",
        "3fbe66b9c9883d79e8407150e7c2a1c8680bee496c62fabe4619a72b3cabe90f",
        "31ad08a8b0deeb2a4d8b0206ca25f567ab4e042746f792f4b7973f3ae2096c52",
    ),
]


def _double(u: int) -> int:
    p = int(curve.P)
    return (u * u - 1) ** 2 * pow(4 * u * (u * u + 486662 * u + 1), -1, p) % p


@pytest.mark.parametrize(("message", "element", "mapped", "cleared"), VECTORS)
def test_rfc_9380_vectors(message, element, mapped, cleared):
    assert int.from_bytes(curve.expand_message(message, DST, 48), "big") % curve.P == int(element, 16)
    point = int.from_bytes(curve.encode_to_curve(message, DST), "little")
    assert point == int(mapped, 16)
    for _ in range(3):
        point = _double(point)
    assert point == int(cleared, 16)


def test_masks_commute_and_small_orders_are_refused():
    points = curve.encode_many(["a", "b"], b"test")
    x, y = b"x" * 32, b"y" * 32
    assert curve.mask_many(curve.mask_many(points, x), y) == curve.mask_many(curve.mask_many(points, y), x)
    assert points != curve.encode_many(["a", "b"], b"other")
    for low in (bytes(32), (1).to_bytes(32, "little")):
        with pytest.raises(BadPayload):
            curve.mask_many([low], x)


def test_streams_differ_by_every_label():
    def draw(*labels):
        return Stream(b"k" * 32, *labels).token(64)

    assert draw("a", 1) == draw("a", 1)
    assert len({draw("a", 1), draw("a", 2), draw("a1"), draw("a", "", 1), draw()}) == 5
    stream = Stream(b"k" * 32)
    assert stream.token(5000) + stream.token(3) == Stream(b"k" * 32).token(5003)
    assert sorted(stream.permutation(50)) == list(range(50))
    assert all(0 <= stream.below(7) < 7 for _ in range(100))
    assert len(SystemRng().token(5)) == 5
    assert SystemRng().below(1) == 0


@given(st.lists(st.floats(-1000, 1000), min_size=1))
def test_fixed_point_round_trip(values):
    array = np.array(values)
    decoded = fixed_point.decode(fixed_point.encode(array, 24, 40), 24)
    assert np.max(np.abs(decoded - array)) <= 2.0**-25


@pytest.mark.parametrize("bad", [np.nan, np.inf, 2.0**16, -(2.0**16)])
def test_fixed_point_refuses_what_does_not_fit(bad):
    with pytest.raises(OutOfRange):
        fixed_point.encode(np.array([bad]), 24, 40)


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**64 - 1))
def test_truncation_of_lifted_shares_is_off_by_one_at_most(value, share):
    u, v = fixed_point.lift([share, value - share])
    if u + v == value:  # fails with probability 2^-23 for values this large
        assert abs((u >> 16) + (v >> 16) - (value >> 16)) <= 1
    assert fixed_point.reconstruct([u], [v]) == [value]


def test_ring_elements_travel():
    values = [0, 1, 2**128 - 1, 77]
    assert fixed_point.load_ring(fixed_point.dump_ring(values, 128), 128) == values
