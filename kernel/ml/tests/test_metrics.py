"""Metrics and regression against sklearn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    confusion_matrix,
    f1_score,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    precision_recall_fscore_support,
    r2_score,
    roc_auc_score,
    roc_curve,
)

from kernel.core.errors import BadLabel
from kernel.data.local import LocalEngine
from kernel.ml import logistic, metrics
from kernel.ml.linear import chebyshev, objective, ridge, solve, stages
from kernel.ml.multiclass import multiclass
from kernel.ml.regression import regression
from kernel.ml.summary import summarise

RNG = np.random.default_rng(11)


@given(st.lists(st.tuples(st.booleans(), st.integers(-4, 4)), min_size=2, max_size=60))
def test_auc_and_ks_equal_sklearn(pairs):
    label = np.array([float(a) for a, _ in pairs])
    score = np.array([b / 3 for _, b in pairs])
    if len(set(label)) == 1:
        with pytest.raises(BadLabel):
            metrics.roc(label, score)
        return
    curve = metrics.roc(label, score)
    fpr, tpr, _ = roc_curve(label, score)
    assert curve.auc == pytest.approx(roc_auc_score(label, score), abs=1e-9)
    assert curve.ks == pytest.approx(np.max(tpr - fpr), abs=1e-9)


def test_counts_equal_sklearns_confusion_matrices():
    label = (RNG.random(200) < 0.4).astype(float)
    probability = np.append(RNG.random(199).round(2), 1.0)
    counts = metrics.classify(label, probability, 10, kept=(0.3,))
    assert 0.3 in counts.thresholds
    assert counts.thresholds == sorted(counts.thresholds, reverse=True)
    for threshold, hits, false in zip(counts.thresholds, counts.true_positives, counts.false_positives, strict=True):
        matrix = confusion_matrix(label, probability >= threshold)
        assert (hits, false) == (matrix[1, 1], matrix[0, 1])
    rates = np.array(counts.true_positives) / label.sum() - np.array(counts.false_positives) / (1 - label).sum()
    assert rates.max() == pytest.approx(metrics.roc(label, probability).ks)
    assert sum(counts.positive_bins) == counts.n_positive == label.sum()
    assert sum(counts.negative_bins) == counts.n_negative


def test_calibration_counts_every_row():
    label = (RNG.random(200) < 0.4).astype(float)
    bins = metrics.calibration(label, np.append(RNG.random(199), 1.0))
    assert sum(n for _, _, n in bins) == 200
    assert sum(share * n for _, share, n in bins) == pytest.approx(label.sum())


def test_covariance_of_areas_is_delongs_by_definition():
    label = (RNG.random(80) < 0.4).astype(float)
    scores = [label + RNG.normal(size=80).round(1), label / 2 + RNG.normal(size=80).round(1)]
    areas, covariance = metrics.auc_covariance(label, *scores)
    wins = []
    for score in scores:
        difference = score[label == 1][:, None] - score[label == 0][None, :]
        wins.append((difference > 0) + 0.5 * (difference == 0))
    assert areas.tolist() == pytest.approx([roc_auc_score(label, score) for score in scores])
    wanted = np.cov([w.mean(axis=1) for w in wins]) / wins[0].shape[0]
    wanted += np.cov([w.mean(axis=0) for w in wins]) / wins[0].shape[1]
    assert covariance == pytest.approx(wanted)


@pytest.mark.parametrize(("n_points", "limit"), [(1, 10), (7, 10), (1000, 200)])
def test_thinned_curves_keep_their_ends(n_points, limit):
    kept = metrics.thin(n_points, limit)
    assert len(kept) <= limit
    assert (kept[0], kept[-1]) == (0, n_points - 1)


def _data(n=300, p=4):
    features = RNG.normal(size=(n, p))
    label = (features @ RNG.normal(size=p) + RNG.logistic(size=n) > 0.5).astype(float)
    return features, label


def test_newton_finds_sklearns_optimum():
    features, label = _data()
    l2 = 0.01
    weights, intercept = logistic.fit(features, label, l2)
    model = LogisticRegression(C=1 / (l2 * len(label)), tol=1e-10, max_iter=1000).fit(features, label)
    assert weights == pytest.approx(model.coef_[0], abs=1e-5)
    assert intercept == pytest.approx(model.intercept_[0], abs=1e-5)


def test_the_quadratic_objective_has_its_minimum_where_solve_says():
    features, label = _data()
    weights, intercept = solve(features, label, 0.1)
    best = objective(features, label, weights, intercept, 0.1)
    for _ in range(50):
        assert objective(features, label, weights + 1e-3 * RNG.normal(size=4), intercept + 1e-3, 0.1) > best
    assert objective(features, label, np.zeros(4), 0.0, 0.1) == pytest.approx(np.log(2))


def test_chebyshev_steps_solve_a_system_within_their_spectrum():
    eigenvalues = np.linspace(0.3, 3.0, 7)
    solution = RNG.normal(size=7)
    x, step = np.zeros(7), np.zeros(7)
    for momentum, rate in chebyshev(20, 0.3, 3.0):
        step = momentum * step - rate * (eigenvalues * x - eigenvalues * solution)
        x = x + step
    assert np.max(np.abs(x - solution)) < 1e-5


def test_stages_reach_eigenvalues_far_below_the_first_guess_and_never_go_astray():
    eigenvalues = np.array([0.002, 0.01, 0.2, 1.0, 2.9])
    error, before = np.ones(5), np.inf
    for stage in stages(1000, 3.0):
        step = np.zeros(5)
        for momentum, rate in stage:
            step = momentum * step - rate * eigenvalues * error
            error = error + step
        value = error @ (eigenvalues * error) / 2
        assert value <= before
        before = value
    assert np.max(np.abs(error)) < 1e-6
    assert [len(stage) for stage in stages(30, 3.0)] == [13, 17]


@pytest.mark.parametrize("intercept", [True, False])
def test_ridge_equals_sklearn(intercept):
    features = RNG.normal(size=(50, 3)) + 2
    label = features @ [1.0, -2.0, 0.5] + RNG.normal(size=50)
    exact = Ridge(alpha=0.1 * 50, fit_intercept=intercept).fit(features, label)
    weights, offset = ridge(features, label, 0.1, intercept=intercept)
    assert weights == pytest.approx(exact.coef_)
    assert offset == pytest.approx(float(exact.intercept_))


@pytest.mark.parametrize("n_partitions", [1, 3, 9])
def test_summaries_do_not_depend_on_partitions(n_partitions):
    matrix = RNG.normal(size=(7, 3)) * [1, 1e6, 1e-3] + [0, 1e9, 5]
    matrix[2, 1] = np.nan
    engine = LocalEngine(n_partitions, n_threads=1)
    summary = summarise(engine.blocks(matrix))
    assert summary.mean == pytest.approx(np.nanmean(matrix, axis=0), rel=1e-12)
    assert summary.std == pytest.approx(np.nanstd(matrix, axis=0), rel=1e-6)
    assert summary.n_missing.tolist() == [0, 1, 0]
    assert summary.low == pytest.approx(np.nanmin(matrix, axis=0))
    engine.close()


def test_several_classes_equal_sklearn():
    label = RNG.integers(0, 4, 300)
    label[label == 3] = 2  # a class without rows, which may be predicted
    probability = RNG.dirichlet([1, 1, 1, 0.5], 300)
    predicted = probability.argmax(axis=1)
    found = multiclass(label, probability)
    precision, recall, f1, _ = precision_recall_fscore_support(label, predicted, labels=range(4), zero_division=0)
    assert np.array_equal(found.confusion, confusion_matrix(label, predicted, labels=range(4)))
    assert found.accuracy == pytest.approx(np.mean(label == predicted))
    for ours, theirs in ((found.precision, precision), (found.recall, recall), (found.f1, f1)):
        assert ours == pytest.approx(theirs)
    assert found.macro_f1 == pytest.approx(f1_score(label, predicted, average="macro"))
    assert found.log_loss == pytest.approx(log_loss(label, probability, labels=range(4)))
    certain = multiclass(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert certain.log_loss == pytest.approx(log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]))


def test_the_error_of_a_prediction_beyond_all_measure_is_still_a_number():
    found = regression(np.array([1.0, 2.0]), np.array([1.0, 1e200]))
    assert found.rmse == pytest.approx(1e200 / np.sqrt(2))
    assert found.r2 == -np.inf
    assert regression(np.array([1.0, 2.0]), np.array([1.0, 2.0])).rmse == 0


def test_regressions_equal_sklearn():
    label, prediction = RNG.normal(size=50), RNG.normal(size=50)
    found = regression(label, prediction)
    assert found.rmse == pytest.approx(np.sqrt(mean_squared_error(label, prediction)))
    assert found.mae == pytest.approx(mean_absolute_error(label, prediction))
    assert found.r2 == pytest.approx(r2_score(label, prediction))
    assert np.isnan(regression(np.ones(3), prediction[:3]).r2)
