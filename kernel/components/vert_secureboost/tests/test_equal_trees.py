"""Trees are those of the naive trainer in the clear, node by node."""

import pytest

from kernel.components.vert_secureboost.tests.toy import EVERY_CUT, MEMBERS, reference, same, tables, toy
from kernel.testing import run_parties

PARAMS = {"n_trees": 3, "max_depth": 3, "learning_rate": 0.4, "min_leaf_rows": 3, "min_child_weight": 0.2}


def _run(samples, params, component=None, **changes):
    inputs = {member: {"train": sample} for member, sample in samples.items()}
    return run_parties(component or toy(), inputs, params, own=EVERY_CUT, **changes)


@pytest.mark.parametrize(
    ("objective", "label", "members", "more"),
    [
        ("binary", "binary", MEMBERS[:2], {}),
        ("binary", "binary", MEMBERS, {"l1": 0.3, "l2": 2.5, "min_gain": 0.1}),
        ("binary", "binary", (*MEMBERS, "shop"), {"max_depth": 4, "min_leaf_rows": 1, "min_child_weight": 0.0}),
        ("softmax", "softmax", MEMBERS, {}),
        ("softmax", "many", MEMBERS[:2], {"n_trees": 2}),
        ("squared", "squared", MEMBERS, {}),
        ("huber", "squared", MEMBERS[:2], {}),
        ("poisson", "counts", MEMBERS[:2], {}),
        ("tweedie", "counts", MEMBERS[:2], {}),
    ],
)
def test_trees_equal_the_reference(objective, label, members, more):
    samples = tables(label=label, members=members)
    params = PARAMS | {"objective": objective} | more
    run = _run(samples, params)
    theirs, ours = reference(samples, run, params)
    assert len(ours) == params["n_trees"]
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))
    owners = {owner for tree in run[members[0]].outputs["model"].content["trees"] for owner in tree["owner"]}
    assert owners == {-1, *range(len(members))}
