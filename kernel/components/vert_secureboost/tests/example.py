"""Forty rows, three members, keys of 512 bits; numbers, missing values and text."""

import itertools

from kernel.components.vert_secureboost.tests.toy import EVERY_CUT, reference, same, tables, toy
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run

BITS = 512
TABLES = tables(40, seed=4)
PARAMS = {
    "n_trees": 4,
    "max_depth": 3,
    "learning_rate": 0.4,
    "min_leaf_rows": 3,
    "min_child_weight": 0.1,
    "l1": 0.01,
    "min_gain": 0.01,
}


def _agrees(run: Run) -> None:
    theirs, ours = reference(TABLES, run, PARAMS)
    assert len(ours) == PARAMS["n_trees"]
    assert all(same(a, b) for a, b in zip(theirs, ours, strict=True))
    curve = run["bank"].blocks[0][2]["series"][0]["values"]
    assert all(after < before for before, after in itertools.pairwise(curve))


EXAMPLE = Example(
    component=toy(BITS),
    inputs={member: {"train": sample} for member, sample in TABLES.items()},
    params=PARAMS,
    own={member: EVERY_CUT[member] for member in TABLES},
    agrees=_agrees,
    table="train",
    sizes={
        "key_bits": BITS,
        "n_cipher_bytes": BITS // 4,
        "n_trees_told": 8,
        "n_sample_bytes": 0,
        "n_gradient_messages": 8,
        "n_gradients": 8 * 40,
        "n_levels": 24,
        "n_nodes": 50,
        "n_packed": 838,
        "n_wins": 11,
        "n_choice_bytes": 55,
        "n_sides": 11,
        "n_side_bytes": 33,
        "n_routes": 3,
        "n_route_bytes": 8,
        "n_noised": 0,
        "n_noised_columns": 0,
        "n_noised_cells": 0,
        "n_noised_splits": 0,
        "n_stopped": 0,
    },
)
