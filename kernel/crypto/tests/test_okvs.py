"""The key-value store: every key has its value, linearly; keys that peeling leaves are solved for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.crypto.kernels import loaded
from kernel.crypto.okvs import Layout, TableFailure, encode
from kernel.crypto.okvs import table as module
from kernel.crypto.okvs.core import solve
from kernel.crypto.prg import Stream

SEED = b"0123456789abcdef"


def drawn(count, label="keys"):
    return Stream(b"k" * 32, label).uint64(2 * count).reshape(count, 2)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 1500), st.binary(min_size=16, max_size=16))
def test_every_key_has_its_value(count, seed):
    layout, keys, values = Layout(count, seed), drawn(count), drawn(count, "values")
    table = encode(layout, keys, values)
    assert table.shape == (layout.size, 2)
    assert np.array_equal(layout.decoder(table).of(keys), values)
    assert not np.any(np.all(layout.decoder(table).of(drawn(count, "others")) == drawn(count, "more"), axis=1))


def test_sizes_are_those_of_the_paper():
    assert Layout(1 << 20, SEED).n_sparse / (1 << 20) == pytest.approx(1.2274, abs=1e-4)
    assert Layout(1 << 16, SEED).n_sparse / (1 << 16) == pytest.approx(1.2437, abs=1e-4)
    assert Layout(1, SEED).n_sparse == Layout(1 << 10, SEED).n_sparse
    # The paper's dense entries, ⌊40 / log2(e·n)⌋ + 40, are fewer than ours from the smallest table on.
    assert 40 // np.log2(Layout(1 << 10, SEED).n_sparse) + 40 < module.DENSE


def test_decoding_is_linear_over_the_field():
    layout, factor = Layout(500, SEED), np.array([9, 1 << 60], np.uint64)
    first, second, keys = drawn(layout.size, "one"), drawn(layout.size, "two"), drawn(500)
    mixed, expected = first.copy(), layout.decoder(first).of(keys)
    loaded().field.add_multiples(mixed, second, factor)
    loaded().field.add_multiples(expected, layout.decoder(second).of(keys), factor)
    assert np.array_equal(layout.decoder(mixed).of(keys), expected)


def test_a_key_has_three_different_places():
    rows, _ = Layout(2000, SEED).rows(drawn(2000))
    assert np.all(rows < Layout(2000, SEED).n_sparse)
    assert all(len(set(row)) == 3 for row in rows.tolist())


@pytest.mark.parametrize(("n_sparse", "needs_dense"), [(1180, False), (1060, True)])
def test_what_peeling_leaves_is_solved_for(monkeypatch, n_sparse, needs_dense):
    """In a table that is too small for peeling alone, elimination finds the rest, by dense entries where it must."""
    keys, values = drawn(1000), drawn(1000, "values")
    monkeypatch.setattr(Layout, "n_sparse", n_sparse)
    layout = Layout(1000, SEED)
    rows, _ = layout.rows(keys)
    order, pivot = np.empty(1000, np.uint32), np.empty(1000, np.uint32)
    assert loaded().table.peel(rows, n_sparse, order, pivot) < 1000  # something is left
    table = encode(layout, keys, values)
    assert np.any(table[n_sparse:]) == needs_dense
    assert np.array_equal(layout.decoder(table).of(keys), values)


def test_a_table_without_room_is_named(monkeypatch):
    monkeypatch.setattr(Layout, "n_sparse", 900)
    with pytest.raises(TableFailure):
        encode(Layout(1000, SEED), drawn(1000), drawn(1000, "values"))
    monkeypatch.setattr(module, "_MOST_LEFT", 10)
    with pytest.raises(TableFailure):
        encode(Layout(1000, SEED), drawn(1000), drawn(1000, "values"))


def test_equations_that_contradict_each_other_have_no_solution():
    table, rows, masks = np.zeros((80, 2), np.uint64), np.array([[1, 2, 3]] * 2, np.uint32), np.zeros(2, np.uint64)
    assert solve(table, rows, masks, np.array([[5, 6], [5, 6]], np.uint64), 16)
    assert not solve(table, rows, masks, np.array([[5, 6], [5, 7]], np.uint64), 16)
