"""Wide arithmetic equals portable arithmetic, bit by bit; and which of them serves."""

import secrets
import sys

import numpy as np
import pytest
from structlog.testing import capture_logs

from kernel.crypto.modular import arithmetic, threads
from kernel.crypto.modular.arithmetic import to_bytes

needs_wide = pytest.mark.skipif(not arithmetic.processor_suits(), reason="this processor has no AVX512-IFMA")
BITS = (64, 512, 1024, 2048, 4096, 6144)


_MODULUS = (1 << 1024) - 105


def _numbers(modulus, bits):
    edges = [0, 1, 2, modulus - 1, modulus - 2, modulus, 2**bits - 1, 1 << (bits - 1), 2**52 - 1, 2**52]
    return to_bytes(edges + [secrets.randbits(bits) for _ in range(30)], bits // 8)


@pytest.fixture(params=BITS)
def both(request):
    """The two implementations under an odd random modulus, and numbers that are not all below it."""
    modulus = secrets.randbits(request.param) | 1 | 1 << (request.param - 1)
    return (
        arithmetic.make(modulus, "portable"),
        arithmetic.make(modulus, "wide"),
        _numbers(modulus, request.param),
    )


def _same(both, compute):
    portable, wide, data = both
    width = data.shape[1]
    one, other = (numbers.store(compute(numbers, numbers.load(data)), width) for numbers in (portable, wide))
    assert np.array_equal(one, other)
    return one


@needs_wide
def test_numbers_of_any_width_are_reduced_alike(both):
    portable, wide, data = both
    for form in (data, data[:, -3:], np.concatenate([data, data[::-1]], axis=1), data[:0], data[:1]):
        want = portable.store(portable.load(form), data.shape[1])
        assert np.array_equal(wide.store(wide.load(form), data.shape[1]), want)
        ints = [int.from_bytes(row.tobytes(), "big") % portable.modulus for row in form]
        assert [int.from_bytes(row.tobytes(), "big") for row in want] == ints


@needs_wide
def test_products_and_sums(both):
    _same(both, lambda numbers, x: numbers.multiply(x, x[::-1]))
    _same(both, lambda numbers, x: numbers.multiply(x, x[3:4]))
    _same(both, lambda numbers, x: numbers.multiply(x[4:5], x))
    _same(both, lambda numbers, x: numbers.add(x, x[::-1]))
    _same(both, lambda numbers, x: numbers.add(x[4:5], x))
    _same(both, lambda numbers, x: numbers.add(x[:0], x[4:5]))


@needs_wide
def test_products_of_stored_numbers(both):
    portable, wide, data = both
    width, modulus = data.shape[1], portable.modulus
    edges = [0, 1, modulus - 1, modulus - 2, 2**50, modulus // 2, modulus // 2 + 1]
    pairs = [(a, b) for a in edges for b in edges]
    left, right = (to_bytes([pair[side] for pair in pairs], width) for side in (0, 1))
    want = to_bytes([a * b % modulus for a, b in pairs], width)
    assert np.array_equal(portable.combine(left, right), want)
    assert np.array_equal(wide.combine(left, right), want)
    assert wide.combine(left[:0], right[:0]).shape == (0, width)


@needs_wide
def test_the_fullest_limbs_do_not_overflow():
    modulus = (1 << (104 * 64 - 2)) - 1  # as many limbs as there may be, all of them full
    numbers = arithmetic.make(modulus, "wide")
    data = to_bytes([modulus - 1, modulus - 2, modulus] * 3)
    square = numbers.store(numbers.power(numbers.load(data), 2), data.shape[1])
    assert [int.from_bytes(row.tobytes(), "big") for row in square] == [1, 4, 0] * 3
    product = numbers.store(numbers.multiply(numbers.load(data), numbers.load(data)), data.shape[1])
    assert np.array_equal(square, product)


@needs_wide
@pytest.mark.parametrize("exponent", [0, 1, 2, 31, 32, 33, 2**90, 2**90 - 1, 0xF00000000000F])
def test_one_power_of_all(both, exponent):
    got = _same(both, lambda numbers, x: numbers.power(x, exponent))
    base = [int.from_bytes(row.tobytes(), "big") for row in both[2]]
    assert [int.from_bytes(row.tobytes(), "big") for row in got] == [pow(b, exponent, both[0].modulus) for b in base]


@needs_wide
def test_to_each_its_own_power(both):
    exponents = np.array([0, 1, 2**64 - 1, 2**63] + [secrets.randbits(53) for _ in range(36)], np.uint64)
    _same(both, lambda numbers, x: numbers.powers(x, exponents))
    _same(both, lambda numbers, x: numbers.powers(x, exponents * np.uint64(0)))


@needs_wide
@pytest.mark.parametrize("count", [0, 1, 2, 7, 30])
def test_inverses(both, count):
    prime = 2**521 - 1
    numbers = [arithmetic.make(prime, path) for path in arithmetic.PATHS]
    data = to_bytes([1, prime - 1] + [secrets.randbelow(prime - 1) + 1 for _ in range(28)], 66)[:count]
    found = [each.store(each.invert(each.load(data)), 66) for each in numbers]
    assert np.array_equal(*found)
    product = numbers[0].multiply(numbers[0].load(found[0]), numbers[0].load(data))
    assert product.tolist() == [1] * count


@needs_wide
@pytest.mark.parametrize("path", arithmetic.PATHS)
def test_what_has_no_inverse_is_an_error(path):
    numbers = arithmetic.make(15, path)
    with pytest.raises(ZeroDivisionError):
        numbers.invert(numbers.load(to_bytes([2, 5, 7, 1])))


@needs_wide
def test_products_of_segments(both):
    index = np.random.default_rng(1).integers(0, 40, 1500)
    start = np.array([0, 0, 5, 5, 700, 300, 1499, 0])
    stop = np.array([1500, 0, 6, 75, 999, 700, 1500, 257])
    _same(both, lambda numbers, x: numbers.segments(x, index, start, stop))
    _same(both, lambda numbers, x: numbers.segments(x, index, start[:0], stop[:0]))


@needs_wide
@pytest.mark.parametrize(
    ("index", "start", "stop"),
    [([0, 40], [0], [2]), ([0, -1], [0], [2]), ([0, 1], [-1], [2]), ([0, 1], [0], [3]), ([0, 1], [0, 0], [2, 1 << 40])],
)
def test_no_segment_reaches_beyond_the_numbers(index, start, stop):
    numbers = arithmetic.make(2**521 - 1, "wide")
    values = numbers.load(to_bytes(range(1, 41)))
    with pytest.raises(IndexError, match="outside 0"):
        numbers.segments(values, np.array(index), np.array(start), np.array(stop))


@needs_wide
def test_weighted_products(both):
    _same(both, lambda numbers, x: numbers.weighted(x.reshape((5, 8, *x.shape[1:]))))
    _same(both, lambda numbers, x: numbers.weighted(x.reshape((40, 1, *x.shape[1:]))))


@pytest.mark.parametrize("path", ["portable", pytest.param("wide", marks=needs_wide)])
def test_threads_change_nothing(path, monkeypatch):
    numbers, data = arithmetic.make(_MODULUS, path), np.tile(_numbers(_MODULUS, 1024), (7, 1))
    results = []
    for count in ("1", "5"):
        monkeypatch.setenv(threads.VARIABLE, count)
        threads._pool.cache_clear()
        results.append(numbers.store(numbers.power(numbers.load(data), 12345), data.shape[1]))
    threads._pool.cache_clear()
    assert np.array_equal(*results)


@pytest.mark.parametrize("said", ["0", "-1", "all", "²"])
def test_threads_are_a_number(monkeypatch, said):
    monkeypatch.setenv(threads.VARIABLE, said)
    with pytest.raises(RuntimeError, match="1 or more"):
        threads.threads()


@needs_wide
def test_a_modulus_beyond_the_accumulators_is_refused():
    with pytest.raises(ValueError, match="too long"):
        arithmetic.make((1 << 6700) | 1, "wide")


def test_a_path_can_be_forced(monkeypatch):
    monkeypatch.setenv(arithmetic.VARIABLE, "portable")
    assert arithmetic.chosen(1000) == "portable"
    monkeypatch.setenv(arithmetic.VARIABLE, "fast")
    with pytest.raises(RuntimeError, match="portable or wide"):
        arithmetic.chosen(1000)
    monkeypatch.setenv(arithmetic.VARIABLE, "")  # as a compose file leaves it
    assert arithmetic.chosen(1) == "portable"


@pytest.fixture
def fresh_choice(monkeypatch):
    """Nothing is forced, and what this machine can run is asked anew."""
    monkeypatch.delenv(arithmetic.VARIABLE, raising=False)
    arithmetic.wide_runs.cache_clear()
    yield
    arithmetic.wide_runs.cache_clear()


def _portable_serves(monkeypatch):
    with capture_logs() as lines:
        assert arithmetic.chosen(1000) == "portable"
        assert arithmetic.chosen(1000) == "portable"
    monkeypatch.setenv(arithmetic.VARIABLE, "wide")
    with pytest.raises(RuntimeError, match="AVX512-IFMA"):
        arithmetic.chosen(1000)
    (line,) = lines
    assert line["event"] == "without_wide_arithmetic"
    return line["reason"]


@pytest.mark.usefixtures("fresh_choice")
def test_without_numba_the_portable_path_serves(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    assert "llvmlite" in _portable_serves(monkeypatch)


@pytest.mark.usefixtures("fresh_choice")
def test_without_the_processor_too(monkeypatch):
    monkeypatch.setattr("llvmlite.binding.get_host_cpu_features", dict)
    assert "processor" in _portable_serves(monkeypatch)


@needs_wide
@pytest.mark.usefixtures("fresh_choice")
def test_on_a_processor_that_suits_the_kernels_pass_their_trial():
    with capture_logs() as lines:
        assert arithmetic.wide_runs()
    assert not lines


@needs_wide
@pytest.mark.usefixtures("fresh_choice")
def test_kernels_that_do_not_compile_or_load_do_not_end_a_job(monkeypatch):
    def fail(*_):
        raise OSError("no space left for the cache")

    monkeypatch.setattr("kernel.crypto.modular.wide.kernels.segments", fail)
    assert "no space left" in _portable_serves(monkeypatch)


@needs_wide
@pytest.mark.usefixtures("fresh_choice")
def test_nor_are_kernels_used_that_compute_something_else(monkeypatch):
    monkeypatch.setattr("kernel.crypto.modular.wide.kernels.reduce", lambda *_: None)
    assert "wrong" in _portable_serves(monkeypatch)


@needs_wide
def test_few_numbers_take_the_portable_path(monkeypatch):
    monkeypatch.delenv(arithmetic.VARIABLE, raising=False)
    assert [arithmetic.chosen(count) for count in (1, 1000)] == ["portable", "wide"]
