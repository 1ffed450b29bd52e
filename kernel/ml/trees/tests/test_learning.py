"""Objectives against numeric derivatives, XGBoost's gain, quantisation, samples, and histograms by brute force."""

import numpy as np
import pytest

from kernel.core.errors import BadLabel, NotConverged
from kernel.crypto.prg import Stream
from kernel.ml.trees import histogram, objective
from kernel.ml.trees.gain import Penalty
from kernel.ml.trees.quantise import FRAC_BITS, quantise
from kernel.ml.trees.sampling import by_gradient, share, some
from kernel.ml.trees.sums import Numbers, exact_sums
from kernel.ml.trees.tree import Tree

_LABELS = {
    "binary": np.array([0.0, 1, 1, 0, 1]),
    "softmax": np.array([0.0, 1, 2, 2, 1]),
    "squared": np.array([0.5, -1, 2, 3, 0]),
    "huber": np.array([0.5, -1, 2, 30, 0]),
    "poisson": np.array([0.0, 1, 2, 5, 0]),
    "tweedie": np.array([0.0, 1.5, 2, 5, 0]),
}


@pytest.mark.parametrize("name", list(_LABELS))
def test_gradients_are_the_derivatives_of_the_loss(name):
    goal = objective.of(name, _LABELS[name], np.ones(5))
    target = goal.target(_LABELS[name])
    scores = np.random.default_rng(1).normal(size=(5, len(goal.base)))
    g, h = goal.gradients(scores, target)
    step = 1e-4
    for output in range(scores.shape[1]):
        move = np.zeros_like(scores)
        move[:, output] = step
        up, middle, down = (goal.loss(scores + sign * move, target) for sign in (1, 0, -1))
        assert g[:, output] == pytest.approx((up - down) / (2 * step), abs=1e-6)
        factor = {"softmax": 2.0, "poisson": np.exp(0.7)}.get(name, 1.0)
        assert h[:, output] == pytest.approx(factor * (up - 2 * middle + down) / step**2, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", ["binary", "softmax", "squared", "poisson", "tweedie"])
def test_the_first_score_balances_the_gradients(name):
    weight = np.array([1.0, 2, 1, 3, 1])
    goal = objective.of(name, _LABELS[name], weight)
    g, _ = goal.gradients(np.tile(goal.base, (5, 1)), goal.target(_LABELS[name]))
    assert (g * weight[:, None]).sum(axis=0) == pytest.approx(0, abs=1e-9)


def test_classes_of_text_keep_their_order_and_unknown_ones_are_refused():
    goal = objective.of("softmax", np.array(["b", "a", "c", "a"], dtype=object), np.ones(4))
    assert goal.classes == ["a", "b", "c"]
    assert goal.target(np.array(["c", "a"], dtype=object)).tolist() == [2, 0]
    with pytest.raises(BadLabel, match="no training row"):
        goal.target(np.array(["d"], dtype=object))
    with pytest.raises(BadLabel, match="text in one table"):
        goal.target(np.array([1.0]))
    assert objective.of("softmax", np.array([5.0, 2.0]), np.ones(2)).classes == [2, 5]


def test_gain_is_xgboosts():
    left = np.array([[[3.0]], [[0.5]]]), np.array([[[2.0]], [[3.0]]])
    whole = np.array([[1.0], [1.0]]), np.array([[6.0], [6.0]])
    gains = Penalty(0.5, 1.0, 1.0, 0.0).gains(left, whole)
    # T(3)²/(2+1) + T(-2)²/(4+1) - T(1)²/(6+1) with T(g) = g ∓ ½
    assert gains[0, 0] == pytest.approx(2.5**2 / 3 + 1.5**2 / 5 - 0.5**2 / 7)
    assert gains[1, 0] == -np.inf  # it gains nothing
    assert Penalty(0.5, 1.0, 2.5, 0.0).gains(left, whole)[0, 0] == -np.inf
    assert Penalty(0.5, 1.0, 1.0, 3.0).gains(left, whole)[0, 0] == -np.inf
    weights = Penalty(0.5, 1.0, 0, 0).weights(np.array([3.0, -0.2]), np.array([2.0, 2.0]))
    assert weights == pytest.approx([-2.5 / 3, 0])
    assert Penalty(0, 0, 0, 0).weights(np.array([3.0]), np.array([0.0])) == pytest.approx([0])


def test_a_candidate_without_rows_is_never_chosen():
    zeros = np.zeros((1, 3, 1))
    assert np.all(Penalty(0, 0, 0, 0).gains((zeros, zeros), (np.ones((1, 1)), np.ones((1, 1)))) == -np.inf)


@pytest.mark.parametrize("size", [1e-12, 0.3, 1.0, 7e9])
def test_quantised_gradients_fill_thirty_bits_and_no_more(size):
    g = np.random.default_rng(0).uniform(-size, size, (100, 2))
    quantised = quantise(g, np.abs(g))
    assert 1 << (FRAC_BITS - 2) < np.abs(quantised.values).max() <= 1 << FRAC_BITS
    gradients, curvatures = quantised.real(quantised.values)
    assert gradients == pytest.approx(g, abs=2 * size * 2.0**-FRAC_BITS)
    assert curvatures == pytest.approx(np.abs(g), abs=2 * size * 2.0**-FRAC_BITS)


def test_gradients_without_a_value_are_refused():
    for g, h in (([np.nan], [1.0]), ([1.0], [np.inf]), ([1.0], [-1.0])):
        with pytest.raises(NotConverged):
            quantise(np.array([g]), np.array([h]))
    assert not quantise(np.zeros((3, 1)), np.zeros((3, 1))).values.any()


def test_samples_have_the_size_that_was_asked():
    permute = Stream(bytes(32), "test").permutation
    assert [share(10, rate) for rate in (0.01, 0.3, 0.31, 1.0)] == [1, 3, 4, 10]
    assert share(0, 0.5) == 0
    rows = some(1000, 0.25, permute)
    assert len(set(rows.tolist())) == 250
    assert np.array_equal(rows, np.sort(rows))


def test_gradient_sampling_keeps_the_sum_of_all_rows_on_average():
    permute = Stream(bytes(32), "test").permutation
    strength = np.abs(np.random.default_rng(0).normal(size=4000))
    totals = []
    for _ in range(30):
        rows, factors = by_gradient(strength, 0.2, 0.1, permute)
        assert len(rows) == 1200
        assert set(np.argsort(-strength)[:800].tolist()) <= set(rows.tolist())
        assert sorted(set(factors.tolist())) == [1.0, 8.0]
        totals.append((strength[rows] * factors).sum())
    assert np.mean(totals) == pytest.approx(strength.sum(), rel=0.01)


def test_sums_are_exact_beyond_what_floats_hold():
    values = np.full((5, 1), (1 << FRAC_BITS) - 1)
    assert exact_sums(values, np.array([0, 1, -1, 1, 1]), 3)[:, 0].tolist() == [values[0, 0], 3 * values[0, 0], 0]


class _Dear(Numbers):
    dear = True


@pytest.mark.parametrize("adder", [Numbers(2), _Dear(2)])
@pytest.mark.parametrize("left_out", [[-1, -1, -1], [2, -1, 0]])
def test_histograms_equal_brute_force(left_out, adder):
    rng = np.random.default_rng(2)
    n_codes, values = np.array([4, 20, 3]), rng.integers(-99, 99, (300, 2))
    codes = np.array([rng.integers(0, size, 300) for size in n_codes], dtype=np.uint8).T
    extra = rng.integers(0, 9, (300, 1)).astype(np.uint8)  # a column that nobody asks for, in the middle
    block = np.hstack([codes[:, :1], extra, codes[:, 1:]])
    nodes = rng.choice([0, 1, histogram.NONE], 300).astype(np.uint16)
    task = histogram.Task(nodes, 2, np.array([0, 2, 3]), n_codes, np.array(left_out), adder)
    part = histogram.histogram((block, values), task)
    offsets = np.concatenate([[0], np.cumsum(n_codes)])
    sums = np.zeros((2 * 27, 2), dtype=np.int64)
    sums[slice(None) if part.index is None else part.index] = part.entries
    assert (part.index is None) != adder.dear
    for node in range(2):
        for column, size in enumerate(n_codes):
            for value in range(size):
                rows = (nodes == node) & (codes[:, column] == value)
                place = node * 27 + offsets[column] + value
                assert part.counts[place] == rows.sum()
                wanted = values[rows].sum(axis=0) if value != left_out[column] else [0, 0]
                assert sums[place].tolist() == list(wanted)
        if max(left_out) >= 0:
            assert part.totals[node].tolist() == values[nodes == node].sum(axis=0).tolist()


def test_a_tree_keeps_parallel_arrays():
    tree = Tree()
    left, right = tree.divide(0, 1, 5, 2.5)
    tree.divide(right, 0, 0, 1.0)
    tree.finish(np.arange(5.0)[:, None])
    assert (left, right) == (1, 2)
    assert tree.content() == {
        "owner": [1, -1, 0, -1, -1],
        "split": [5, -1, 0, -1, -1],
        "left": [1, -1, 3, -1, -1],
        "right": [2, -1, 4, -1, -1],
        "weight": [[0.0], [1.0], [0.0], [3.0], [4.0]],
    }
    assert (tree.n_leaves, tree.depth) == (3, 2)
