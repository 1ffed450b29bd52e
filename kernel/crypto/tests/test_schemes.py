"""The port's conformance suite, run by every implementation; and known answers, the same for phe, sf-heu and ours."""

import hashlib

import numpy as np
import pytest

from kernel.core.errors import OutOfRange
from kernel.crypto.paillier import Block, PublicKey
from kernel.crypto.paillier.encoding import Scale, unpack
from kernel.crypto.paillier.exponents import Entries
from kernel.crypto.prg import Stream
from kernel.crypto.tests import toy

EXTREMES = [0, 1, -1, 2**62, -(2**62), int(toy.N) // 2, -(int(toy.N) // 2)]
VALUES = np.random.default_rng(5).integers(-(2**60), 2**60, 21)
LIST = VALUES.tolist()


@pytest.fixture(params=["phe", "plain", toy.HEU, *toy.PATHS, toy.OU_HEU, *toy.OU_PATHS])
def scheme(request, monkeypatch):
    return toy.scheme(request.param, monkeypatch)


def test_what_is_encrypted_comes_back(scheme):
    most = 2**scheme.key.plain_bits - 1
    for values in ([0, 1, -1, 2**62, -(2**62), most, -most], VALUES, LIST[:1], []):
        assert scheme.decrypt(scheme.encrypt(values)) == list(values)


@pytest.mark.parametrize("name", ["phe", "plain", toy.HEU, *toy.PATHS])
def test_paillier_takes_all_below_half_its_modulus(name, monkeypatch):
    scheme = toy.scheme(name, monkeypatch)
    assert scheme.decrypt(scheme.encrypt(EXTREMES)) == EXTREMES


def test_int64s_own_extremes_come_back(scheme):
    values = np.array([-(2**63), 2**63 - 1, -1], dtype=np.int64)
    assert scheme.decrypt(scheme.encrypt(values)) == values.tolist()


@pytest.mark.parametrize("value", [int(toy.N) // 2 + 1, -int(toy.N) // 2, 2**600])
def test_plaintexts_that_do_not_fit_are_refused(scheme, value):
    with pytest.raises(OutOfRange):
        scheme.encrypt([1, value])


def test_sums_and_differences(scheme):
    other = LIST[::-1]
    left, right = scheme.encrypt(VALUES), scheme.encrypt(other)
    assert scheme.decrypt(scheme.add(left, right)) == [a + b for a, b in zip(LIST, other, strict=True)]
    assert scheme.decrypt(scheme.subtract(left, right)) == [a - b for a, b in zip(LIST, other, strict=True)]


def test_running_sums_of_parts_of_which_fewer_go_on(scheme):
    want = [LIST[part : part + 7] for part in (0, 7, 14)]
    want[1][:4] = [a + b for a, b in zip(want[0][:4], want[1][:4], strict=True)]
    want[2][:2] = [a + b for a, b in zip(want[1][:2], want[2][:2], strict=True)]
    block = scheme.encrypt(VALUES)
    assert scheme.decrypt(scheme.running(block, [7, 4, 2])) == [value for part in want for value in part]
    assert scheme.decrypt(block) == LIST
    assert scheme.decrypt(scheme.running(block, [21])) == LIST


def test_multiples(scheme):
    factors = np.random.default_rng(6).integers(-(2**53), 2**53, 21)
    factors[:5] = [0, 1, -1, 2**63 - 1, -(2**63)]
    got = scheme.decrypt(scheme.multiply(scheme.encrypt(VALUES), factors))
    assert got == [a * b for a, b in zip(LIST, factors.tolist(), strict=True)]


def _matrix():
    matrix = np.random.default_rng(7).integers(-(2**40), 2**40, (21, 5))
    matrix[:, 1] = 0
    matrix[:, 2] = [0, -(2**20), 2**20] * 7  # few different entries
    matrix[:, 3] = [5] * 21
    matrix[0, 4] = -(2**62) + 1
    return matrix


def test_products_with_a_matrix(scheme):
    want = (_matrix().T.astype(object) @ VALUES.astype(object)).tolist()
    assert scheme.decrypt(scheme.product(_matrix(), scheme.encrypt(VALUES))) == want


def test_products_with_a_sparse_matrix(scheme):
    source, column = np.nonzero(_matrix())
    entries = Entries(source, column, _matrix()[source, column])
    want = (_matrix().T.astype(object) @ VALUES.astype(object)).tolist()
    assert scheme.decrypt(scheme.product(entries, scheme.encrypt(VALUES), 5)) == want


@pytest.mark.parametrize("shape", [(0, 3), (21, 0), (0, 0)])
def test_matrices_of_nothing(scheme, shape):
    block, nothing = scheme.encrypt(VALUES[: shape[0]]), np.zeros(shape, dtype=np.int64)
    assert scheme.decrypt(scheme.product(nothing, block)) == [0] * shape[1]
    assert scheme.decrypt(scheme.sums(block, nothing, 2)) == [0] * (2 * shape[1])


@pytest.mark.parametrize("name", [toy.HEU, *toy.PATHS])
@pytest.mark.parametrize("entry", [2**62, -(2**62), -(2**63)])
def test_entries_too_large_for_signed_digits_are_refused(name, entry, monkeypatch):
    scheme = toy.scheme(name, monkeypatch)
    matrix = np.array([[entry], [5]], dtype=np.int64)
    with pytest.raises(OutOfRange, match="62 bits"):
        scheme.product(matrix, scheme.encrypt([1, 2]))
    with pytest.raises(OutOfRange, match="bin"):
        scheme.sums(scheme.encrypt([1, 2]), np.array([[0], [4]]), 4)
    with pytest.raises(OutOfRange, match="slots"):
        scheme.pack(scheme.encrypt([1, 2]), 64, 8)


@pytest.mark.parametrize("name", ["portable", toy.HEU])
def test_blocks_that_do_not_belong_together_are_refused(name, monkeypatch):
    scheme = toy.scheme(name, monkeypatch)
    other = Block(PublicKey(toy.N, toy.PUBLIC.base + 1), GIVEN.data)
    for left, right in ((GIVEN, GIVEN[1:]), (GIVEN, other)):
        for operation in (scheme.add, scheme.subtract):
            with pytest.raises(ValueError, match="different"):
                operation(left, right)
    for compute in (
        lambda: scheme.multiply(GIVEN, VALUES[1:]),
        lambda: scheme.product(_matrix()[1:], GIVEN),
        lambda: scheme.sums(GIVEN, np.zeros((3, 1), dtype=np.int64), 2),
    ):
        with pytest.raises(ValueError, match="21 ciphertexts"):
            compute()
    with pytest.raises(ValueError, match="number of columns"):
        scheme.product(Entries.dense(_matrix()), GIVEN)


def test_histograms(scheme):
    bins = np.random.default_rng(8).integers(-1, 4, (21, 3))
    bins[:, 2] = 1
    want = [sum(v for v, b in zip(LIST, bins[:, f], strict=True) if b == k) for f in range(3) for k in range(4)]
    assert scheme.decrypt(scheme.sums(scheme.encrypt(VALUES), bins, 4)) == want


def test_packed_numbers_come_apart(scheme):
    packed = scheme.pack(scheme.encrypt(VALUES), 64, 7)
    assert len(packed) == 3
    assert unpack(scheme.decrypt(packed), 64, 7, 21).tolist() == LIST
    assert unpack(scheme.decrypt(scheme.pack(scheme.encrypt(VALUES[:9]), 64, 4)), 64, 4, 9).tolist() == LIST[:9]


def test_blocks_travel(scheme):
    block = scheme.encrypt(VALUES)
    assert Block.loads(scheme.key, block.dumps(), 21) == block


def test_rerandomised_ciphertexts_hold_the_same(scheme):
    block = scheme.encrypt(VALUES)
    assert scheme.decrypt(scheme.rerandomise(block)) == LIST


@pytest.mark.parametrize("name", ["phe", toy.HEU, *toy.PATHS, toy.OU_HEU, *toy.OU_PATHS])
def test_ciphertexts_never_repeat(name, monkeypatch):
    scheme = toy.scheme(name, monkeypatch)
    one = scheme.encrypt([7] * 20)
    blocks = [one, scheme.encrypt([7] * 20), scheme.rerandomise(one)]
    assert len({row.tobytes() for block in blocks for row in block.data}) == 60


# What each computation makes of given ciphertexts is determined, so it is the same for phe, for sf-heu and for ours.
GIVEN = Block.of(toy.PUBLIC, [pow(3, index + 1, int(toy.PUBLIC.modulus)) for index in range(21)])
ANSWERS = {
    "add": "d5548df7a3ffc123",
    "multiply": "0cd18da83815f5d9",
    "pack": "2456f452e5c1cdce",
    "product": "5830aaef37fbc69f",
    "subtract": "9fc55c86ae241089",
    "sums": "6eeab78289c3302c",
}


def _answers(scheme):
    bins = np.arange(42).reshape(21, 2) % 4 - 1
    return {
        "add": scheme.add(GIVEN, GIVEN[::-1]),
        "subtract": scheme.subtract(GIVEN, GIVEN[::-1]),
        "multiply": scheme.multiply(GIVEN, VALUES),
        "product": scheme.product(_matrix(), GIVEN),
        "sums": scheme.sums(GIVEN, bins, 3),
        "pack": scheme.pack(GIVEN, 70, 7),
    }


@pytest.mark.parametrize("name", ["phe", toy.HEU, *toy.PATHS])
def test_known_answers(name, monkeypatch):
    found = _answers(toy.scheme(name, monkeypatch))
    assert {key: hashlib.sha256(block.tobytes()).hexdigest()[:16] for key, block in found.items()} == ANSWERS


@pytest.mark.parametrize("name", toy.PATHS)
def test_known_ciphertexts(name, monkeypatch):
    block = toy.scheme(name, monkeypatch).encrypt(EXTREMES)
    n, n2, stream = int(toy.N), int(toy.PUBLIC.modulus), Stream(b"s" * 32, "scheme")
    blindings = [pow(int(toy.PUBLIC.base), stream.bits(toy.PUBLIC.bits // 2), n2) for _ in EXTREMES]
    assert block.ints() == [(1 + n * (m % n)) * r % n2 for m, r in zip(EXTREMES, blindings, strict=True)]
    assert hashlib.sha256(block.dumps()).hexdigest()[:16] == "728026f022971665"


def test_a_scale_refuses_what_does_not_fit():
    scale = Scale(20, 30)
    assert scale.encode(np.array([0.5, -1.25])).tolist() == [1 << 19, -5 << 18]
    assert scale.decode([1 << 19, -5 << 18]).tolist() == [0.5, -1.25]
    for bad in (1024.0, -1024.0, np.nan, np.inf):
        with pytest.raises(OutOfRange):
            scale.encode(np.array([bad]))
    for bad in (1 << 30, -(1 << 30)):
        with pytest.raises(OutOfRange):
            scale.decode([bad])
    assert scale.times(Scale(10, 12), 1000) == Scale(30, 52)


def test_unpacking_notices_overflow():
    with pytest.raises(OutOfRange):
        unpack([1 << 64], 8, 2, 2)
