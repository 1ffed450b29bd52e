"""L-BFGS on inner products is L-BFGS."""

import numpy as np
import pytest

from kernel.ml.quasi_newton import QuasiNewton


def _curved(seed, n=12):
    """A convex function, its gradient, and a preconditioner."""
    rng = np.random.default_rng(seed)
    design, weights = rng.normal(size=(200, n)), rng.normal(size=n) / 3
    label = rng.poisson(np.exp(design @ weights))
    metric = np.linalg.inv(design.T @ design / len(design) + 0.1 * np.eye(n))

    def loss(w):
        return np.mean(np.exp(design @ w) - label * (design @ w))

    def gradient(w):
        return design.T @ (np.exp(design @ w) - label) / len(design)

    return loss, gradient, metric


def _two_loops(g, metric, pairs, first):
    """Algorithm 7.4 as it is printed, with vectors."""
    q, kept = g.copy(), []
    for s, y in reversed(pairs):
        kept.append(s @ q / (s @ y))
        q = q - kept[-1] * y
    scale = first
    if pairs:
        s, y = pairs[-1]
        scale = s @ y / (y @ metric @ y)
    r = scale * metric @ q
    for (s, y), a in zip(pairs, reversed(kept), strict=True):
        r = r + s * (a - y @ r / (s @ y))
    return -r


@pytest.mark.parametrize("memory", [1, 2, 3, 6])
@pytest.mark.parametrize("seed", range(3))
def test_moves_are_those_of_the_printed_algorithm(memory, seed):
    loss, gradient, metric = _curved(seed)
    newton, weights = QuasiNewton(0.5), np.zeros(12)
    g, d = gradient(weights), metric @ gradient(weights)
    pairs, changes, taken = [], [], 0.0
    for _ in range(25):
        move = newton.move(g @ d, [g @ s for s, _ in changes], [g @ e for _, e in changes], taken)
        step = move.d * d
        for s, e, (change, of_d) in zip(move.s, move.e, changes, strict=True):
            step = step + s * change + e * of_d
        assert step == pytest.approx(_two_loops(g, metric, pairs, 0.5), rel=1e-6, abs=1e-12)
        assert move.slope == pytest.approx(g @ step, rel=1e-6)
        taken = 1.0
        while loss(weights + taken * step) > loss(weights) + 1e-4 * taken * move.slope:
            taken /= 2
        after = gradient(weights + taken * step)
        pairs = [*pairs, (taken * step, after - g)][-memory:]
        changes = [*changes, (taken * step, metric @ after - d)][-memory:]
        weights, g, d = weights + taken * step, after, metric @ after
        if -move.slope < 1e-12:
            break
    assert np.linalg.norm(g) < 1e-4


def test_where_rounding_has_eaten_the_curvature_it_goes_straight_down():
    newton = QuasiNewton(0.5)
    newton.move(1.0, [], [], 0.0)
    move = newton.move(1.0, [2.0], [0.0], -8.0)  # s·y < 0
    assert move.d == -0.5
    assert not move.s.any()
    assert not move.e.any()
    assert move.slope == -0.5
