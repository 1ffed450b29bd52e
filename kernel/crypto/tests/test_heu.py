"""sf-heu and ours on one key: each opens what the other made; and nothing unchecked reaches sf-heu's decoder."""

import pickle
import re
from types import SimpleNamespace

import gmpy2
import numpy as np
import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.core.errors import BadPayload, OutOfRange
from kernel.crypto import ou, paillier
from kernel.crypto.ou.scheme import OwnOkamotoUchiyama
from kernel.crypto.paillier import Block, PrivateKey, PublicKey, heu_form
from kernel.crypto.paillier.reference import Reference
from kernel.crypto.paillier.scheme import OwnPaillier
from kernel.crypto.prg import Stream
from kernel.crypto.tests import toy

pytestmark = toy.NEEDS_HEU
STREAM = Stream(b"h" * 32, "heu")
VALUES = [0, 1, -1, 2**62, -(2**62), 12345]


def _heu(name, key):
    from kernel.crypto.ou.heu import HeuOkamotoUchiyama
    from kernel.crypto.paillier.heu import HeuPaillier

    return {"paillier": HeuPaillier, "ou": HeuOkamotoUchiyama}[name](key.public, int(key._p), int(key._q))


def _agree(ours, theirs):
    """Each opens what the other encrypted and computed on."""
    for one, other in ((ours, theirs), (theirs, ours)):
        block = one.encrypt(VALUES)
        assert other.decrypt(Block.loads(other.key, block.dumps(), len(VALUES))) == VALUES
        assert one.decrypt(other.rerandomise(block)) == VALUES
        assert one.decrypt(other.subtract(other.encrypt(VALUES[::-1]), block)) == [
            b - a for a, b in zip(VALUES, VALUES[::-1], strict=True)
        ]
    block, bins = ours.encrypt(VALUES), np.array([[0], [1], [-1], [1], [0], [2]])
    matrix, factors = np.arange(12, dtype=np.int64).reshape(6, 2) - 5, np.array([3, -3, 0, 1, -1, 2**53])
    for compute in (
        lambda scheme: scheme.add(block, block[::-1]),
        lambda scheme: scheme.multiply(block, factors),
        lambda scheme: scheme.product(matrix, block),
        lambda scheme: scheme.sums(block, bins, 4),
        lambda scheme: scheme.pack(block, 70, 4),
    ):
        assert compute(theirs) == compute(ours)


@pytest.mark.parametrize("path", toy.PATHS)
def test_paillier_at_full_length(path, monkeypatch):
    monkeypatch.setenv("HANSE_MODULAR_PATH", path)
    key = paillier.generate(2048, STREAM)
    theirs = _heu("paillier", key)
    _agree(OwnPaillier(key, STREAM), theirs)
    _agree(Reference(key.public, int(key._p), int(key._q)), theirs)


@pytest.mark.parametrize("path", toy.PATHS)
def test_okamoto_uchiyama_at_full_length(path, monkeypatch):
    monkeypatch.setenv("HANSE_MODULAR_PATH", path)
    key = ou.generate(2048, STREAM)
    _agree(OwnOkamotoUchiyama(key, STREAM), _heu("ou", key))


def test_a_paillier_key_that_sf_heu_made_serves_ours():
    from heu import phe

    kit = phe.setup(phe.SchemaType.ZPaillier, 2048)
    told = f"{kit.public_key()} {kit.secret_key()}"
    n, base, p, q = (mpz(re.search(rf"\b{name}=([0-9A-F]+)", told).group(1), 16) for name in ("n", "h_s", "p", "q"))
    public = PublicKey.loads(PublicKey(n, base).dumps(), bits=2048)
    ours = OwnPaillier(PrivateKey(p, q, public), STREAM)
    _agree(ours, _heu("paillier", PrivateKey(p, q, public)))
    # And the very bytes that stand for it are those which sf-heu writes.
    order = (p - 1) * (q - 1) // 2
    for wrote, fields in (
        (kit.public_key().serialize(), (n, base)),
        (kit.secret_key().serialize(), (order, gmpy2.invert(order, n), p, q)),
    ):
        assert wrote == heu_form.record(int(phe.SchemaType.ZPaillier), *(heu_form.number(int(x)) for x in fields))


def test_its_okamoto_uchiyama_keys_are_none_of_ours():
    """They are longer than said, and blinded to a base of the maker's choice, which `PublicKey.loads` refuses."""
    from heu import phe

    told = str(phe.setup(phe.SchemaType.OU, 2048).public_key())
    n, g, h = (mpz(re.search(rf"\b{name}=([0-9A-F]+)", told).group(1), 16) for name in ("n", "G", "H"))
    assert n.bit_length() > 2048
    assert gmpy2.powmod(g, n, n) != h


def test_what_its_owner_must_not_see_is_kept():
    theirs, n = _heu("ou", toy.OU), toy.OU.public.n
    for bits in (toy.OU.public.plain_bits + 1, toy.OU.public.bits // 3 + 1, toy.OU.public.bits - 2):
        block = Block.of(theirs.key, [gmpy2.powmod(toy.OU.public.g, 3**400 % 2**bits | 1 << (bits - 1), n)])
        with pytest.raises(OutOfRange) as refused:
            theirs.decrypt(block)
        assert not any(character.isdigit() for character in refused.value.detail)


@pytest.mark.parametrize(("name", "key"), [("paillier", toy.private_key()), ("ou", toy.OU)])
def test_its_private_keys_stay(name, key):
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(_heu(name, key))


def test_blocks_of_another_key_are_refused():
    other = PublicKey(toy.N, toy.PUBLIC.base + 1)
    theirs = _heu("paillier", toy.private_key())
    for work in (theirs.decrypt, lambda block: theirs.multiply(block, np.array([2]))):
        with pytest.raises(ValueError, match="another key"):
            work(Block.of(other, [4]))


class Recorder:
    """In the place of sf-heu's decoder: keeps what it is given, and reads it."""

    def __init__(self, real):
        self.given, self._real = [], real

    def load_from(self, data):
        self.given.append(data)
        return self._real.load_from(data)


_GOOD = Block.of(toy.PUBLIC, [pow(3, index + 1, int(toy.PUBLIC.modulus)) for index in range(3)]).dumps()
_MUTATED = st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)).map(
    lambda change: _GOOD[: change[0]] + bytes([change[1]]) + _GOOD[change[0] + 1 :]
)


@pytest.fixture(scope="module")
def watched():
    from kernel.crypto.paillier import heu

    theirs, real = _heu("paillier", toy.private_key()), heu.arrays
    recorder = Recorder(real.CiphertextArray)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heu, "arrays", SimpleNamespace(CiphertextArray=recorder, HeKit=real.HeKit))
        yield theirs, recorder


@given(_MUTATED | st.binary(max_size=500) | st.binary(max_size=400).map(lambda tail: _GOOD[:16] + tail))
@settings(max_examples=300, deadline=None)
def test_what_a_peer_sends_reaches_its_decoder_only_as_checked_numbers(watched, data):
    theirs, recorder = watched
    recorder.given.clear()
    try:
        block = Block.loads(toy.PUBLIC, data)
    except BadPayload:
        return
    theirs.decrypt(theirs.add(block, block))
    n, n2 = int(toy.N), int(toy.PUBLIC.modulus)
    for given_bytes in recorder.given:
        numbers = heu_form.numbers(given_bytes)
        assert len(numbers) == len(block)
        assert all(0 < number < n2 and gmpy2.gcd(number, n) == 1 for number in numbers)
        assert given_bytes == heu_form.vector(theirs._schema, numbers)
    assert len(recorder.given) == (3 if len(block) else 0)


@given(st.lists(st.integers(0, 2**4096), max_size=20) | st.lists(st.integers(0, 300), min_size=60, max_size=70))
@settings(max_examples=60)
def test_the_form_is_read_as_it_is_written(numbers):
    assert heu_form.numbers(heu_form.vector(4, numbers)) == numbers


@pytest.mark.parametrize("count", [1, 15, 16, 127, 128, 255, 256, 300])
def test_what_it_writes_is_read_whatever_its_lengths(count):
    from heu import numpy as arrays

    for numbers in ([index + 1 for index in range(count)], [2 ** (index % 1100) for index in range(count)]):
        data = heu_form.vector(4, numbers)
        assert heu_form.numbers(arrays.CiphertextArray.load_from(data).serialize()) == numbers
