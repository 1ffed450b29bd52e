"""Both kinds behind their port: what is written is read again, what does not fit is refused with the party named."""

import pickle
import secrets

import numpy as np
import pytest

from kernel.core.errors import BadParameters, BadPayload
from kernel.ml.tests.test_trees import PROMOTER, changed
from kernel.protocol.scoring import KINDS, open_part, share

TREES = "vert_secureboost"
PROVIDER = {
    "role": "provider",
    "members": ["bank", "bureau"],
    "pipeline": [{"kind": "standardise", "columns": ["debt"], "mean": [5.0], "std": [2.0]}],
    "columns": ["debt"],
    "splits": [
        {"column": "debt", "kind": "number", "threshold": place / 4, "missing_left": False} for place in range(9)
    ],
}
LINEAR = {"columns": ["debt"], "weights": [0.5], "pipeline": [], "intercept": 1.0}
CLASSES = LINEAR | {
    "weights": [[0.5, -1.0]],
    "intercept": [1.0, 0.0],
    "objective": "one_vs_rest",
    "classes": ["a", "b"],
}
DEBT = {"debt": np.array([5.0, 7.0, 100.0])}
AGE = {"age": np.array([20.0, 40.0, 60.0]), "city": np.array(["bonn", "kiel", None], dtype=object)}


def test_decisions_are_packed_as_described():
    part = open_part(TREES, PROVIDER)
    rows = part.own(DEBT, 3)
    # debt 5 is 0 after the pipeline: left of all nine; 7 is 1: left of splits 4 to 8; 100 of none.
    assert rows.tolist() == [[255, 1], [0b11110000, 1], [0, 0]]
    assert part.write(rows) == b"\0\0\0\x09" + bytes([255, 1, 240, 1, 0, 0])
    promoter = open_part(TREES, PROMOTER)
    assert np.array_equal(promoter.read(part.write(rows), 3, "bureau"), rows)
    scores = promoter.combine(promoter.own(AGE, 3), {"bureau": rows})
    assert scores.tolist() == [[-0.5], [98.5], [98.5]]  # row by row: age <= 30; split 1 of bureau right, right
    assert promoter.leaves(promoter.own(AGE, 3), {"bureau": rows})[:, 0].tolist() == [0, 2, 2]
    assert promoter.bound(2) == 0


def test_many_rows_are_walked_as_few_are():
    promoter, provider = open_part(TREES, PROMOTER), open_part(TREES, PROVIDER)
    rng = np.random.default_rng(1)
    n_rows = 10_000
    age, debt = rng.normal(30, 9, n_rows), rng.normal(5, 2, n_rows)
    own = promoter.own({"age": age, "city": np.array(["x"] * n_rows, dtype=object)}, n_rows)
    scores = promoter.combine(own, {"bureau": provider.own({"debt": debt}, n_rows)})[:, 0]
    wanted = -1.5 + np.where(age <= 30, 1, np.where((debt - 5) / 2 <= 0.25, 10, 100))
    assert np.array_equal(scores, wanted)
    assert len(set(scores.tolist())) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "0 bytes"),
        (b"\0\0\0\x09" + bytes(5), "9 bytes of decisions"),
        (b"\0\0\0\x09" + bytes(7), "11 bytes of decisions"),
        (b"\0\0\0\x01" + bytes(3), "the trees ask for split 1"),
        (b"\0\0\0\0", "the trees ask for split 1"),
        (b"\0\0\0\x09" + bytes([0, 2, 0, 0, 0, 0]), "not there"),
        (b"\xff\xff\xff\xff" + bytes(6), "decisions for 3 rows"),
    ],
)
def test_answers_that_do_not_fit_are_refused_with_the_party(answer, told):
    with pytest.raises(BadPayload, match=told) as caught:
        open_part(TREES, PROMOTER).read(answer, 3, "bureau")
    assert caught.value.party == "bureau"


def test_a_member_that_gives_none_is_named():
    promoter = open_part(TREES, PROMOTER)
    with pytest.raises(BadParameters, match="bureau"):
        promoter.combine(promoter.own(AGE, 3), {})


def test_linear_shares_are_written_and_read():
    part = open_part("vert_lr", LINEAR)
    rows = part.own(DEBT, 3)
    assert part.masked
    theirs = part.read(part.write(share(-rows, np.zeros(3, np.uint64))), 3, "bureau")
    assert part.combine(rows, {"bureau": theirs}).tolist() == [[0.0]] * 3
    with pytest.raises(BadPayload) as caught:
        part.read(bytes(25), 3, "bureau")
    assert caught.value.party == "bureau"
    assert part.own({}, 0).shape == (0, 1)


SEVERAL = {"columns": ["debt"], "weights": [[0.5, -1.0, 0.25]], "pipeline": []}
SEVERAL_PROMOTER = SEVERAL | {"intercept": [1.0, 0.0, -2.0], "objective": "one_vs_rest", "classes": ["a", "b", "c"]}


@pytest.mark.parametrize("objective", ["one_vs_rest", "softmax"])
def test_linear_models_of_several_classes_have_an_output_for_each(objective):
    promoter, provider = (
        open_part("vert_lr", SEVERAL_PROMOTER | {"objective": objective}),
        open_part("vert_lr", SEVERAL),
    )
    rows, theirs = promoter.own(DEBT, 3), provider.own(DEBT, 3)
    masks = np.arange(9, dtype=np.uint64)
    answer = provider.write(share(theirs, masks))
    assert len(answer) == 8 * 3 * 3
    read = promoter.read(answer, 3, "bureau")
    assert np.array_equal(read, theirs.astype(np.uint64) + masks.reshape(3, 3))
    scores = promoter.combine(rows, {"bureau": theirs.astype(np.uint64)})
    wanted = 2 * DEBT["debt"][:, None] * [0.5, -1.0, 0.25] + [1.0, 0.0, -2.0]
    assert np.array_equal(scores, wanted)
    outcome = promoter.outcome(scores)
    powers = 1 / (1 + np.exp(-wanted)) if objective == "one_vs_rest" else np.exp(wanted - wanted.max(axis=1)[:, None])
    assert np.allclose(outcome.probabilities, powers / powers.sum(axis=1)[:, None], rtol=0, atol=1e-12)
    assert (outcome.task, outcome.classes) == ("multiclass", ("a", "b", "c"))
    assert provider.own({}, 0).shape == (0, 3)
    with pytest.raises(BadPayload, match="of 3 classes") as caught:
        promoter.read(bytes(8 * 3), 3, "bureau")
    assert caught.value.party == "bureau"
    with pytest.raises(BadPayload, match="promoter"):
        provider.outcome(scores)


def test_rows_far_from_every_class_have_probabilities():
    promoter = open_part("vert_lr", SEVERAL_PROMOTER)
    chances = promoter.outcome(np.array([[-9000.0, -9001.0, -9002.0], [9000.0, 9000.0, -9000.0]])).probabilities
    assert np.allclose(chances.sum(axis=1), 1)
    assert np.allclose(chances[0], np.exp([0, -1, -2]) / np.exp([0, -1, -2]).sum())
    assert chances[1].tolist() == [0.5, 0.5, 0.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"intercept": [1.0, 0.0]},
        {"intercept": 1.0},
        {"classes": ["a", "b"]},
        {"classes": ["a", "b", "b"]},
        {"objective": "binary"},
        {"objective": "squared"},
        {"weights": [[0.5, 1.0], [1.0, 2.0]]},
        {"weights": [[]]},
        {"weights": [[[1.0], [1.0], [1.0]]]},
        {"weights": [[0.5, float("nan"), 1.0]]},
        {"training": "none"},
    ],
)
def test_contents_that_do_not_fit_together_are_refused(wrong):
    with pytest.raises(BadPayload):
        open_part("vert_lr", SEVERAL_PROMOTER | wrong)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("vert_lr", LINEAR), ("vert_lr", SEVERAL), (TREES, PROVIDER), (TREES, {**PROVIDER, "splits": []})],
)
def test_noise_looks_like_any_other_rows(kind, content):
    part = open_part(kind, content)
    noise, rows = part.noise(64, secrets.token_bytes), part.own({"debt": np.arange(64.0)}, 64)
    assert noise.shape == rows.shape
    again = part.read(part.write(noise), 64, "bureau") if kind == "vert_lr" else noise
    assert np.array_equal(again, noise)
    if noise.size:
        assert not np.array_equal(noise, part.noise(64, secrets.token_bytes))
    if kind == TREES and noise.size:
        assert np.all(noise[:, 1] < 2), "what is over in the last byte is zero"


@pytest.mark.parametrize("content", [PROMOTER, PROVIDER])
def test_parts_travel_to_executors(content):
    part = open_part(TREES, content)
    columns = {name: np.array([1.0, 9.0], dtype=object) for name in part.raw_columns}
    assert np.array_equal(pickle.loads(pickle.dumps(part)).own(columns, 2), part.own(columns, 2))  # noqa: S301


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("magic", {}),
        ("vert_lr", {}),
        ("vert_lr", {**LINEAR, "weights": [1.0, 2.0]}),
        ("vert_lr", {**LINEAR, "weights": [float("nan")]}),
        ("vert_lr", {**LINEAR, "weights": [[0.5, 1.0]]}),
        ("vert_glm_open_score", {**CLASSES, "classes": ["a", "b", "c"]}),
        ("vert_glm_open_score", {**CLASSES, "weights": [[[0.5, 1.0]]]}),
        ("vert_glm_open_score", {**CLASSES, "intercept": [0.0, 1.0, 2.0]}),
        (TREES, {}),
        (TREES, {**PROVIDER, "splits": [{"kind": "number"}]}),
        (TREES, {**PROVIDER, "pipeline": [7]}),
        (TREES, changed("base_score", ["a"])),
        (TREES, changed("trees", 7)),
    ],
)
def test_contents_of_no_kind_are_refused(kind, content):
    assert TREES in KINDS
    with pytest.raises(BadPayload):
        open_part(kind, content)


def test_raw_columns_that_may_hold_text_are_known():
    assert open_part(TREES, PROMOTER).text_columns == {"city"}
    one_hot = {"kind": "one_hot", "column": "town", "categories": ["1"]}
    content = {**LINEAR, "columns": ["town=1"], "pipeline": [one_hot]}
    assert open_part("vert_lr", content).text_columns == {"town"}


def test_a_linear_part_of_several_classes_has_a_summand_for_each():
    promoter = open_part("vert_glm_coordinated", CLASSES)
    provider = open_part("vert_glm_coordinated", {"columns": ["debt"], "weights": [[1.0, 2.0]], "pipeline": []})
    rows = provider.own(DEBT, 3)
    assert rows.shape == (3, 2)
    masks = np.frombuffer(secrets.token_bytes(48), "<u8")
    answer = provider.write(share(rows, masks))
    assert len(answer) == 48
    read = promoter.read(answer, 3, "bureau")
    scores = promoter.combine(promoter.own(DEBT, 3), {"bureau": read - masks.reshape(3, 2)})
    assert scores.tolist() == [[8.5, 5.0], [11.5, 7.0], [151.0, 100.0]]
    outcome = promoter.outcome(np.array([[0.0, 0.0], [40.0, -40.0], [-900.0, -800.0]]))
    assert outcome.probabilities[0].tolist() == [0.5, 0.5]
    assert outcome.predicted().tolist() == [0, 0, 1]
    assert np.allclose(outcome.probabilities.sum(axis=1), 1)
    assert provider.noise(3, secrets.token_bytes).shape == (3, 2)
    assert promoter.own({"debt": np.zeros(0)}, 0).shape == (0, 2)
    with pytest.raises(BadPayload, match="for 3 rows"):
        promoter.read(answer[:24], 3, "bureau")
    with pytest.raises(BadPayload, match="knows its objective"):
        provider.outcome(scores)
