"""The curve: RFC vectors, and the same bytes on every path."""

import hashlib
import sys

import gmpy2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kernel.core.errors import BadPayload
from kernel.crypto import curve
from kernel.crypto.curve import blinds, hashing, paths, points

P = int(points.P)
DST = b"QUUX-V01-CS02-with-curve25519_XMD:SHA-512_ELL2_NU_"
HASHED = [  # RFC 9380 J.4.2: message, u, Q.x, P.x
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
# What runs on this processor, and what LLVM can write in its terms for a test: instructions written out, long vectors.
KINDS = ["WrittenOut"]
if all(paths.processor().get(name) for name in paths.NEEDS["fused"]):
    KINDS += ["Fused", "LongFused"]
if all(paths.processor().get(name) for name in paths.NEEDS["halves"]):
    KINDS += ["Halves"]


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    pytest.importorskip("numba")
    from kernel.crypto.curve.wide import kinds

    return getattr(kinds, request.param)()


@pytest.fixture(params=["portable", "fused"])
def path(request, monkeypatch):
    if request.param != "portable" and "Fused" not in KINDS:
        pytest.skip("the processor has no AVX2 and FMA")
    monkeypatch.setenv(paths.VARIABLE, request.param)
    return request.param


def _double(u):
    return (u * u - 1) ** 2 * pow(4 * u * (u * u + 486662 * u + 1), -1, P) % P


def _rows(numbers, width=32, order="little"):
    return np.frombuffer(b"".join(n.to_bytes(width, order) for n in numbers), np.uint8).reshape(-1, width)


def test_rfc_9380_vectors(path):
    messages = [message for message, *_ in HASHED]
    for row, (_, element, _, _) in zip(hashing.expand_message(messages, DST), HASHED, strict=True):
        assert int.from_bytes(row.tobytes(), "big") % P == int(element, 16)
    for row, (_, _, mapped, cleared) in zip(hashing._encode(messages, DST), HASHED, strict=True):
        point = int.from_bytes(row.tobytes(), "little")
        assert point == int(mapped, 16)
        for _ in range(3):
            point = _double(point)
        assert point == int(cleared, 16)


def test_texts_and_rows_are_hashed_alike(path):
    rows = np.arange(60, dtype=np.uint8).reshape(20, 3)
    from_rows = curve.encode_rows(rows, DST)
    assert np.array_equal(from_rows, curve.encode_texts([row.tobytes().decode() for row in rows], DST))
    assert not np.array_equal(from_rows, curve.encode_rows(rows, b"other"))
    assert curve.encode_rows(rows[:0], DST).shape == curve.encode_texts([], DST).shape == (0, 32)


def test_a_tag_has_255_bytes_at_most():
    with pytest.raises(ValueError, match="255"):
        curve.encode_texts(["a"], bytes(256))


def test_masks_commute_and_small_orders_are_refused(path):
    given_points = curve.encode_texts([f"id {n}" for n in range(21)], b"test")
    x, y = b"x" * 32, b"y" * 32
    assert np.array_equal(curve.mask(curve.mask(given_points, x), y), curve.mask(curve.mask(given_points, y), x))
    assert curve.mask(given_points[:0], x).shape == (0, 32)
    for low in (0, 1, P - 1, P, P + 1, 2**255):  # the last one is zero: bit 255 does not count
        bad = given_points.copy()
        bad[13] = _rows([low])
        with pytest.raises(BadPayload, match="small order"):
            curve.mask(bad, x)
        with pytest.raises(BadPayload, match="small order"):
            curve.mask(_rows([low]), x)
    with pytest.raises(ValueError):
        curve.mask(given_points, b"short")


def test_points_are_read_whole():
    with pytest.raises(BadPayload, match="multiple of 32"):
        curve.read_points(bytes(33))
    assert curve.read_points(bytes(64)).shape == (2, 32)


def test_the_ladder_a_thousand_times_on_its_own_result(kind):
    """RFC 7748 §5.2, the second test."""
    from kernel.crypto.curve.wide import arithmetic

    scalar = point = (9).to_bytes(32, "little")
    for turn in range(1000):
        scalar, point = arithmetic.ladder(np.frombuffer(point, np.uint8).reshape(1, 32), scalar, kind).tobytes(), scalar
        if turn == 0:
            assert scalar.hex() == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    assert scalar.hex() == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"


def test_the_trial_passes(kind):
    from kernel.crypto.curve.wide import trial

    assert trial.passes(kind)


near_edges = st.sampled_from([0, 2**51, 2**102, 2**153, 2**204, 2**254, 2**255, P, 2 * P]).flatmap(
    lambda edge: st.integers(-40, 40).map(lambda by: (edge + by) % 2**256)
)
limbs = st.lists(st.sampled_from([0, 1, 2**50 - 1, 2**50, 2**50 + 1, 2**51 - 1]), min_size=5, max_size=5).map(
    lambda values: sum(value << 51 * place for place, value in enumerate(values))
)
numbers = st.one_of(st.integers(0, 2**256 - 1), near_edges, limbs)


@settings(max_examples=30)
@given(st.lists(numbers, min_size=1, max_size=19), st.binary(min_size=32, max_size=32))
def test_masks_are_those_of_openssl(kind, values, secret):
    from kernel.crypto.curve.wide import arithmetic

    masked = arithmetic.ladder(_rows(values), secret, kind)
    for row, value in zip(masked, values, strict=True):
        try:
            expected = points.mask_one_by_one(_rows([value]), secret).tobytes()
        except BadPayload:
            expected = bytes(32)
        assert row.tobytes() == expected


@settings(max_examples=60)
@given(st.lists(st.one_of(st.integers(0, 2**384 - 1), numbers), min_size=1, max_size=19))
def test_maps_are_those_of_gmpy2(kind, values):
    from kernel.crypto.curve.wide import arithmetic

    uniform = _rows(values, 48, "big")
    assert np.array_equal(arithmetic.map_to_curve(uniform, kind), hashing.map_one_by_one(uniform))


def test_the_map_is_what_the_rfc_says():
    """RFC 9380 §6.7.1, in its order and letters, without the v-coordinate."""
    for seed in range(200):
        u = int.from_bytes(hashlib.sha512(bytes([seed])).digest(), "big") % P
        x1 = -486662 * pow(1 + 2 * u * u, -1, P) % P
        gx1 = (x1**3 + 486662 * x1**2 + x1) % P
        x2 = (-x1 - 486662) % P
        assert hashing.map_to_curve(u) == (x1 if pow(gx1, (P - 1) // 2, P) == 1 else x2)


def test_neither_denominator_nor_discriminant_vanishes():
    """What the kernels take for granted: -1/2 and J² - 4 are no squares, so 1 + 2e² and x² + Jx + 1 have no root."""
    assert gmpy2.legendre(pow(-2, -1, P), P) == -1
    assert gmpy2.legendre(486662**2 - 4, P) == -1


scalars = st.one_of(st.binary(min_size=32, max_size=32), numbers.map(lambda value: value.to_bytes(32, "little")))


@given(scalars)
def test_every_mask_comes_off(secret):
    undone = blinds.undo(secret)
    assert blinds.clamp(undone) == int.from_bytes(undone, "little")
    assert blinds.clamp(secret) * blinds.clamp(undone) % blinds.ORDER in (1, blinds.ORDER - 1)
    key = hashlib.sha512(secret).digest()[:32]
    hashed = curve.encode_texts(["a", "b", "客户"], DST)
    blinded = points.mask_one_by_one(points.mask_one_by_one(hashed, secret), key)
    assert np.array_equal(points.mask_one_by_one(blinded, undone), points.mask_one_by_one(hashed, key))


def test_a_mask_that_no_scalar_takes_off_is_named():
    """4ℓ is about 2^126 more than 2^254, so some residues at the very ends have no representative of the right kind."""
    assert blinds.clamp(b"\xff" * 32) == 2**255 - 8
    assert 0 < 4 * blinds.ORDER - 2**254 < 2**128
    hopeless = []
    for residue in range(1, 200):
        representatives = [blinds.ORDER * turns + sign * residue for turns in range(9) for sign in (1, -1)]
        if not any(value % 8 == 0 and 2**254 <= value < 2**255 for value in representatives):
            hopeless.append(pow(residue, -1, blinds.ORDER))
    masks = [r + m * blinds.ORDER for r in hopeless for m in range(9)]
    masks = [mask for mask in masks if mask % 8 == 0 and 2**254 <= mask < 2**255]
    for mask in masks:
        with pytest.raises(ValueError, match="no scalar"):
            blinds.undo(mask.to_bytes(32, "little"))
    assert masks


@pytest.fixture
def fresh(monkeypatch):
    """Nothing is forced, and what this machine can run is asked anew."""
    monkeypatch.delenv(paths.VARIABLE, raising=False)
    monkeypatch.setattr(paths, "_computed", [paths.WORTH])
    asked = (paths.best, paths.tried)  # a test may put something else in their places
    for one in asked:
        one.cache_clear()
    yield
    for one in asked:
        one.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_without_numba_one_point_at_a_time(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    assert paths.chosen(1000) is None
    monkeypatch.setenv(paths.VARIABLE, "fused")
    with pytest.raises(RuntimeError, match="avx2 and fma"):
        paths.chosen(1000)


@pytest.mark.usefixtures("fresh")
def test_the_best_that_the_processor_has_and_that_passes_serves(monkeypatch):
    from kernel.crypto.curve.wide import trial
    from kernel.crypto.curve.wide.kinds import KINDS

    monkeypatch.setattr(paths, "processor", lambda: dict.fromkeys(("avx512f", "avx512ifma", "avx2", "fma"), True))
    monkeypatch.setattr(trial, "passes", lambda kind: kind is not KINDS["halves"])
    with capture_logs() as lines:
        assert paths.chosen(1000) is KINDS["long-fused"]
        assert paths.chosen(1000) is KINDS["long-fused"]
    (line,) = lines
    assert (line["event"], line["path"]) == ("curve_without_wide_arithmetic", "halves")
    assert "wrong" in line["reason"]
    assert paths.chosen(1) is None


@pytest.mark.usefixtures("fresh")
def test_a_process_that_computes_few_points_waits_for_no_kernels(monkeypatch):
    monkeypatch.setattr(paths, "_computed", [0])
    monkeypatch.setattr(paths, "best", lambda: "kernels")
    assert [paths.chosen(count) for count in (1000, paths.WORTH, 1000, 1)] == [None, "kernels", "kernels", None]


@pytest.mark.usefixtures("fresh")
def test_kernels_that_do_not_compile_do_not_end_a_job(monkeypatch):
    from kernel.crypto.curve.wide import kernels

    def fail(*_):
        raise OSError("no space left for the cache")

    monkeypatch.setattr(kernels, "ladder", fail)
    monkeypatch.setattr(paths, "processor", lambda: {"avx2": True, "fma": True})
    with capture_logs() as lines:
        assert paths.chosen(1000) is None
    assert "no space left" in lines[0]["reason"]


@pytest.mark.skipif("Fused" not in KINDS, reason="the processor has no AVX2 and FMA")
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("broken", ["ladder", "map_to_curve"])
def test_nor_are_kernels_used_that_compute_something_else(monkeypatch, broken):
    from kernel.crypto.curve.wide import kernels

    right = getattr(kernels, broken)

    def wrong(out, *given_arguments):
        right(out, *given_arguments)
        out[-1, 0] ^= np.uint64(1)

    monkeypatch.setattr(kernels, broken, wrong)
    with capture_logs() as lines:
        assert paths.tried("fused") is None
    assert "wrong" in lines[0]["reason"]


def test_a_path_can_be_forced(monkeypatch):
    monkeypatch.setenv(paths.VARIABLE, "portable")
    assert paths.chosen(1000) is None
    monkeypatch.setenv(paths.VARIABLE, "fast")
    with pytest.raises(RuntimeError, match="portable"):
        paths.chosen(1000)
    monkeypatch.setenv(paths.VARIABLE, "")  # as a compose file leaves it
    assert paths.chosen(1) is None
