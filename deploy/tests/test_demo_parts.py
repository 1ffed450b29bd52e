"""The demo's data and what it is compared with."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from deploy.demo.baseline import auc_ks, fit_linear_sigmoid, fit_logistic
from deploy.demo.compare import Comparison, ids_in
from deploy.demo.parts import PARTS, write_parts
from deploy.local.errors import DemoFailed


def test_members_share_six_thousand_clients(tmp_path: Path) -> None:
    files = write_parts(tmp_path)
    ids = [ids_in(files[part.member], part) for part in PARTS]
    assert [len(each) for each in ids] == [12_000] * 3
    assert len(ids[0] & ids[1] & ids[2]) == 6_000
    assert [len(a & b) for a, b in ((ids[0], ids[1]), (ids[0], ids[2]), (ids[1], ids[2]))] == [8_000] * 3


def test_rows_are_shuffled_and_id_columns_differ(tmp_path: Path) -> None:
    orders = []
    for part in PARTS:
        with write_parts(tmp_path)[part.member].open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        assert next(iter(rows[0])) == part.id_column
        orders.append([row[part.id_column] for row in rows])
        assert orders[-1] != sorted(orders[-1])
    assert len({part.id_column for part in PARTS}) == 3


def test_two_members_work_too(tmp_path: Path) -> None:
    files = write_parts(tmp_path, PARTS[:2])
    ids = [ids_in(files[part.member], part) for part in PARTS[:2]]
    assert [len(each) for each in ids] == [12_000] * 2
    assert len(ids[0] & ids[1]) == 8_000


def _data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(400, 3)) * [1, 10, 100]
    y = (rng.random(400) < 1 / (1 + np.exp(-(x / [1, 10, 100]) @ [1.0, -2.0, 0.5]))).astype(float)
    return x, y


def test_logistic_regression_is_exact() -> None:
    x, y = _data()
    ours = fit_logistic(x, y, 1e-2)
    theirs = LogisticRegression(C=1 / (1e-2 * len(y)), tol=1e-12, max_iter=10_000)
    theirs.fit((x - x.mean(axis=0)) / x.std(axis=0), y)
    assert ours.weights[:3] == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert ours.weights[3] == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_linear_sigmoid_has_no_gradient_at_its_optimum() -> None:
    x, y = _data()
    fit = fit_linear_sigmoid(x, y, 1e-2)
    design = np.hstack([(x - fit.mean) / fit.std, np.ones((len(x), 1))])
    residual = 0.25 * design @ fit.weights + 0.5 - y
    gradient = design.T @ residual / len(y) + 1e-2 * np.append(fit.weights[:3], 0)
    assert np.abs(gradient).max() < 1e-12


def test_auc_with_ties_is_sklearns() -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 300).astype(float)
    score = np.round(rng.normal(size=300) + y, 1)
    assert auc_ks(score, y)[0] == pytest.approx(roc_auc_score(y, score), abs=1e-12)


@pytest.mark.parametrize(
    ("federated", "words"), [(0.703, "own objective"), (0.64, "joining"), (0.70, "")], ids=["far", "no gain", "good"]
)
def test_the_demo_fails_when_its_result_is_out_of_bounds(federated: float, words: str) -> None:
    best = 0.64 if words == "joining" else 0.70
    auc = {"alone": 0.6, "federated": federated, "pooled_same_objective": best, "pooled": best}
    if not words:
        Comparison(auc, {}).check()
        return
    with pytest.raises(DemoFailed, match=words):
        Comparison(auc, {}).check()
