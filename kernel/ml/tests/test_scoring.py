"""Pipelines and scorers, and the masks of the joint round."""

import numpy as np
import pyarrow as pa
import pytest

from kernel.core.errors import BadPayload, MissingValues, OutOfRange, UnknownColumn
from kernel.ml.scoring import columns_of_rows, prune, raw_columns, score_part, transform
from kernel.ml.scoring.arrow import columns_of
from kernel.protocol.scoring import MaskKey, combine, error_bound, share

STEPS = [
    {"kind": "fill_missing", "values": {"age": 40.0, "city": "none"}},
    {"kind": "one_hot", "column": "city", "categories": ["bonn", "kiel"]},
    {"kind": "one_hot", "column": "rank", "categories": ["2", "3"]},
    {"kind": "standardise", "columns": ["age", "city=kiel"], "mean": [30.0, 0.5], "std": [10.0, 0.5]},
]
ROWS = [
    {"age": 50, "city": "kiel", "rank": 2.0},
    {"city": None, "rank": 3},
    {"age": float("nan"), "city": "x", "rank": 9},
]


def _content(**changes):
    content = {
        "columns": ["age", "city=kiel", "rank=2"],
        "weights": [1.0, -0.5, 0.25],
        "pipeline": STEPS,
        "intercept": 2.0,
    }
    return content | changes


def test_raw_rows_are_transformed():
    columns = transform(columns_of_rows(ROWS, ["age", "city", "rank"]), STEPS)
    assert columns["age"].tolist() == [2.0, 1.0, 1.0]
    assert columns["city=kiel"].tolist() == [1.0, -1.0, -1.0]
    assert columns["city=bonn"].tolist() == [0.0, 0.0, 0.0]
    assert columns["rank=2"].tolist() == [1.0, 0.0, 0.0]
    assert list(columns) == ["age", "city=bonn", "city=kiel", "rank=2", "rank=3"]


def test_scores_are_fixed_point_sums():
    score = score_part("vert_lr", _content(), columns_of_rows(ROWS, ["age", "city", "rank"])) * 2.0**-24
    assert score.tolist() == [2 + 2 - 0.5 + 0.25, 2 + 1 + 0.5, 2 + 1 + 0.5]


def test_pruning_keeps_only_what_leads_to_the_columns():
    steps, raw = prune(STEPS, ["rank=2", "age"])
    assert raw == ["rank", "age"]
    assert [step["kind"] for step in steps] == ["fill_missing", "one_hot", "standardise"]
    assert steps[0]["values"] == {"age": 40.0}
    assert raw_columns(_content()) == ["age", "city", "rank"]
    assert prune(STEPS, ["other"]) == ([], ["other"])


def test_failures_have_names():
    rows = columns_of_rows(ROWS, ["age", "city", "rank"])
    with pytest.raises(UnknownColumn, match="age"):
        score_part("vert_lr", _content(), {"city": rows["city"], "rank": rows["rank"]})
    with pytest.raises(MissingValues, match="age"):
        score_part("vert_lr", _content(pipeline=[], columns=["age"], weights=[1.0]), rows)
    with pytest.raises(OutOfRange):
        score_part("vert_lr", _content(weights=[1e6, 0, 0]), rows)
    with pytest.raises(BadPayload, match="kind"):
        score_part("other", _content(), rows)


@pytest.mark.parametrize("n_providers", [1, 2, 4])
def test_masks_cancel_in_the_sum_only(n_providers):
    rng = np.random.default_rng(n_providers)
    names = [f"p{i}" for i in range(n_providers)]
    keys = {name: MaskKey(bytes([i + 1]) * 32) for i, name in enumerate(names)}
    public = {name: key.public for name, key in keys.items()}
    real = rng.normal(size=(n_providers + 1, 5))
    parts = np.rint(real * 2**24).astype(np.int64)
    shares = [
        share(parts[i + 1], keys[n].masks(n, {m: k for m, k in public.items() if m != n}, "request", 5))
        for i, n in enumerate(names)
    ]
    assert np.max(np.abs(combine(parts[0], shares) - real.sum(axis=0))) <= error_bound(n_providers + 1)
    if n_providers > 1:
        assert all(np.all(s.astype(np.int64) != p) for s, p in zip(shares, parts[1:], strict=True))
        other = keys["p0"].masks("p0", public, "another request", 5)
        assert np.all(other != keys["p0"].masks("p0", public, "request", 5))


def test_bad_keys_and_shares_are_refused():
    with pytest.raises(BadPayload):
        MaskKey(b"k" * 32).masks("a", {"b": bytes(32)}, "r", 1)
    with pytest.raises(BadPayload):
        combine(np.zeros(2, np.int64), [np.zeros(3, np.uint64)])


def test_integers_that_no_float_holds_are_scored_as_they_are_trained():
    columns = columns_of(pa.table({"n": [2**60 + 1, 3]}), ["n"])
    assert columns["n"].tolist() == [2.0**60, 3.0]
