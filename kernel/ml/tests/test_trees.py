"""Decisions by hand, walks by hand, and contents that are none."""

import copy
import math
import sys
import tracemalloc

import numpy as np
import pytest

from common import canonical
from kernel.core.errors import BadPayload, UnknownColumn
from kernel.ml.scoring import Forest, Objective, Splits, decide, leaves, walk

SPLITS = [
    {"column": "age", "kind": "number", "threshold": 30.0, "missing_left": True},
    {"column": "city", "kind": "category", "categories": ["bonn", "2"], "missing_left": False},
    {"column": "age", "kind": "number", "threshold": 50.0, "missing_left": False},
    {"column": "city", "kind": "category", "categories": [], "missing_left": True},
]
#     0: age <= 30 (bank)          0: leaf
#    /            \
#   1 (leaf 1)     2: split 1 of bureau
#                 /        \
#              3 (leaf 10)  4 (leaf 100)
TREES = [
    {
        "owner": [0, -1, 1, -1, -1],
        "split": [0, 0, 1, 0, 0],
        "left": [1, -1, 3, -1, -1],
        "right": [2, -1, 4, -1, -1],
        "weight": [[0.0], [1.0], [0.0], [10.0], [100.0]],
    },
    {"owner": [-1], "split": [0], "left": [-1], "right": [-1], "weight": [[0.5]]},
]
PROMOTER = {
    "role": "promoter",
    "members": ["bank", "bureau"],
    "pipeline": [],
    "columns": ["age", "city"],
    "splits": SPLITS,
    "label": "y",
    "objective": "binary",
    "classes": [0, 1],
    "base_score": [-2.0],
    "trees": TREES,
}


def changed(place, value):
    """The promoter's content with another value at a place, written as "trees 0 owner 1"."""
    content = copy.deepcopy(PROMOTER)
    *way, last = [int(key) if key.isdigit() else key for key in place.split()]
    inside = content
    for key in way:
        inside = inside[key]
    inside[last] = value
    return content


def test_decisions_by_hand():
    columns = {
        "age": np.array([30, 30.5, None, math.nan, 50.0], dtype=object),
        "city": np.array(["bonn", "kiel", None, 2.0, 2], dtype=object),
    }
    decided = decide(Splits.of(PROMOTER), columns, 5)
    assert decided.tolist() == [
        [True, True, True, False],
        [False, False, True, False],
        [True, False, False, True],
        [True, True, False, False],
        [False, True, True, False],
    ]


def test_texts_and_numbers_decide_alike_however_they_are_kept():
    splits = Splits.of(PROMOTER)
    numbers = np.array([1.0, 2.0, math.nan])
    for city in (numbers, numbers.astype(object), np.array(["1", "2", None], dtype=object)):
        decided = decide(splits, {"age": numbers, "city": city}, 3)
        assert decided[:, 1].tolist() == [False, True, False]
        assert decided[:, 3].tolist() == [False, False, True]
    assert splits.text_columns == {"city"}


def test_what_is_there_may_be_split_from_what_is_missing():
    """After the last bin comes nothing but missing values: training then stores the greatest float."""
    split = {"column": "age", "kind": "number", "threshold": sys.float_info.max, "missing_left": False}
    content = canonical.loads(canonical.dumps({"columns": ["age"], "splits": [split]}))
    decided = decide(Splits.of(content), {"age": np.array([-1e300, 1e300, None, math.nan], dtype=object)}, 4)
    assert decided[:, 0].tolist() == [True, True, False, False]


def test_absent_columns_are_named_and_no_splits_need_none():
    with pytest.raises(UnknownColumn, match="city"):
        decide(Splits.of(PROMOTER), {"age": np.zeros(1)}, 1)
    assert decide(Splits.of({"columns": [], "splits": []}), {}, 3).shape == (3, 0)


def test_walks_by_hand():
    forest = Forest.of(PROMOTER)
    assert (forest.needed, forest.depth) == ((1, 2), 2)
    own = np.array([[True], [False], [False]])
    theirs = np.array([[True, True], [False, True], [True, False]])
    assert walk(forest, [own, theirs]).tolist() == [[-0.5], [8.5], [98.5]]
    assert leaves(forest, [own, theirs]).tolist() == [[0, 0], [1, 0], [2, 0]]
    more = np.hstack([theirs, [[True], [False], [True]]])
    assert walk(forest, [own, more]).tolist() == [[-0.5], [8.5], [98.5]]


def test_too_few_decisions_name_the_member():
    with pytest.raises(BadPayload) as caught:
        walk(Forest.of(PROMOTER), [np.ones((1, 4), bool), np.ones((1, 1), bool)])
    assert caught.value.party == "bureau"
    with pytest.raises(BadPayload) as caught:
        Forest.of(changed("trees 0 split 0", 4))
    assert caught.value.party == "bank"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("trees 0 owner 0", 2),
        ("trees 0 owner 0", -2),
        ("trees 0 owner 0", 0.5),
        ("trees 0 split 0", -1),
        ("trees 0 left 0", 5),
        ("trees 0 left 0", -1),
        ("trees 0 left 0", 2),  # the same child twice
        ("trees 0 left 2", 0),  # a circle
        ("trees 0 left", [1, -1, 3, -1]),
        ("trees 0 weight 1", [1.0, 2.0]),
        ("trees 0 weight 1", [math.inf]),
        ("trees 0 owner", []),
        ("trees 1", {"owner": [-1]}),
    ],
)
def test_what_is_no_tree_is_refused(place, value):
    with pytest.raises(BadPayload):
        Forest.of(changed(place, value))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("splits 0 kind", "magic"),
        ("splits 0 threshold", math.nan),
        ("splits 0 column", "other"),
        ("splits 1 categories", [2]),
    ],
)
def test_what_is_no_split_is_refused(place, value):
    with pytest.raises(BadPayload):
        Splits.of(changed(place, value))


def test_no_trees_give_the_base():
    forest = Forest.of(changed("trees", []))
    assert walk(forest, [np.ones((2, 4), bool), np.ones((2, 0), bool)]).tolist() == [[-2.0], [-2.0]]
    assert leaves(forest, [np.ones((2, 4), bool), np.ones((2, 0), bool)]).shape == (2, 0)


def test_objectives():
    scores = np.array([[0.0], [1.0]])
    binary = Objective("binary", ("no", "yes")).outcome(scores)
    assert binary.task == "binary"
    assert binary.probabilities[:, 1] == pytest.approx([0.5, 1 / (1 + math.exp(-1))])
    assert binary.predicted().tolist() == [0, 1]
    several = Objective("softmax", ("a", "b", "c")).outcome(np.array([[1000.0, 0, 0], [0, math.log(2), 0]]))
    assert several.probabilities == pytest.approx(np.array([[1, 0, 0], [0.25, 0.5, 0.25]]))
    assert several.task == "multiclass"
    assert Objective("softmax", (0.0, 1, True, "x")).outcome(np.zeros((1, 4))).labels == ["0", "1", "1", "x"]
    assert Objective("squared").outcome(scores).values.tolist() == [0.0, 1.0]
    assert Objective("poisson").outcome(scores).values == pytest.approx([1.0, math.e])
    assert np.all(np.isfinite(Objective("poisson").outcome(np.array([[1e9]])).values))


@pytest.mark.parametrize(
    ("place", "value"),
    [("objective", "magic"), ("classes", [0]), ("classes", [1, 1]), ("base_score", [0, 0]), ("objective", "squared")],
)
def test_objectives_that_do_not_fit_are_refused(place, value):
    with pytest.raises(BadPayload):
        Objective.of(changed(place, value))


def test_many_trees_of_many_classes_take_little_room():
    n_rows, n_trees, n_classes = 4096, 60, 100
    rng = np.random.default_rng(3)
    tree = {"owner": [0, -1, -1], "split": [0, 0, 0], "left": [1, -1, -1], "right": [2, -1, -1]}
    trees = [tree | {"weight": rng.normal(size=(3, n_classes)).tolist()} for _ in range(n_trees)]
    classes = list(range(n_classes))
    told = {"members": ["bank"], "objective": "softmax", "classes": classes, "base_score": [0.5] * n_classes}
    forest = Forest.of(PROMOTER | told | {"trees": trees})
    left = rng.random((n_rows, 1)) < 0.5
    tracemalloc.start()
    try:
        scores = walk(forest, [left])
        assert tracemalloc.get_traced_memory()[1] < 100_000_000  # at once it would be 200 MB
    finally:
        tracemalloc.stop()
    weight = np.array([tree["weight"] for tree in trees])
    assert np.allclose(scores, 0.5 + np.where(left, weight[:, 1].sum(axis=0), weight[:, 2].sum(axis=0)))
