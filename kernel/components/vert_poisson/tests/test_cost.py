"""COST for two and four members, the promoter with more columns or with fewer, and for rows of several messages."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from kernel.components.vert_poisson.tests.example import BITS, EXAMPLE
from kernel.protocol.linear.gram import Packing
from kernel.protocol.linear.rates import ROWS
from kernel.protocol.linear.slopes import penalty_slots
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned
from kernel.testing.cost import evaluate

TOY, WAYS = EXAMPLE.component, ("to_provider", "to_promoter", "between_providers")


def _of_the_pass(widths, n_rows):
    """Messages and ciphertexts of the pass over the rows, which goes from those with more columns to those with fewer.

    The promoter has the intercept besides, and its label travels as a column.
    """
    weights, columns = [widths[0] + 1, *widths[1:]], [widths[0] + 2, *widths[1:]]
    order = sorted(range(len(widths)), key=lambda place: -weights[place])
    found = Counter({f"n_{what}_{way}": 0 for what in ("pass", "columns_ct", "answers", "answers_ct") for way in WAYS})
    for index, sender in enumerate(order):
        packing = Packing.of(BITS, columns[sender])
        sizes = [packing.slots.n_ciphertexts(last - first) for first, last in packing.parts(n_rows)]
        for receiver in order[index + 1 :]:
            there, back = _way(sender, receiver), _way(receiver, sender)
            found[f"n_pass_{there}"] += len(sizes)
            found[f"n_columns_ct_{there}"] += sum(sizes) * len(packing.groups)
            found[f"n_answers_{back}"] += 1
            found[f"n_answers_ct_{back}"] += columns[receiver] * len(packing.groups)
    return found


def _way(sender, receiver):
    return WAYS[0] if sender == 0 else WAYS[1] if receiver == 0 else WAYS[2]


@pytest.mark.parametrize(
    ("widths", "n_rows", "steps"),
    [((2, 3), 50, 6), ((2, 1, 1, 1), 50, 5), ((1, 2, 2, 1), 47, 2), ((1, 1), ROWS + 7, 1)],
)
def test_bytes_equal_cost(widths, n_rows, steps):
    tables = aligned(n_rows, widths)
    members, first = list(tables), np.array(tables["bank"].columns["bank_0"])
    columns = dict(tables["bank"].columns)
    label = np.random.default_rng(3).poisson(np.exp(0.3 * first)).astype(float)
    inputs = {member: {"train": table} for member, table in tables.items()}
    inputs["bank"]["train"] = dataclasses.replace(tables["bank"], columns=columns | {"y": label.tolist()})
    run = run_parties(TOY, inputs, {"l2": 0.01, "steps": steps})
    count, total, between = Counter(), Counter(), Counter()
    for key, payload in run.transcript:
        count[key.message] += 1
        total[key.message] += len(payload)
        if (key.sender, key.receiver) == (members[0], members[1]):
            step = key.step.split()[0] if " " in key.step else ""
            between[key.message, step, payload if len(payload) == 1 else b""] += 1
    taken = between["verdict_to_provider", "step", b"\1"]
    tried = taken + between["verdict_to_provider", "step", b"\0"]
    stages = between["verdict_to_provider", "", b"\1"] + between["verdict_to_provider", "", b"\0"]
    iterations = between["weights_masked_to_provider", "", b""]
    names = {
        "key_bits": BITS,
        "n_rows": n_rows,
        "n_providers": len(widths) - 1,
        "n_features_providers": sum(widths[1:]),
        "n_weights": sum(widths) + 1,
        "n_targets": 1,
        "n_stages": stages,
        "n_openings": stages,
        "n_steps": iterations,
        "n_rounds": iterations,
        "n_refinements": tried,
        "n_taken": taken,
        "n_products": sum(1 + 2 * min(3, step) for step in range(taken)),
        "n_penalty_ct": sum(penalty_slots(BITS).n_ciphertexts(width) for width in widths[1:]),
    } | _of_the_pass(widths, n_rows)
    assert taken
    for cost in TOY.cost:
        assert count[cost.message] == evaluate(cost.n_messages, names), cost.message
        assert total[cost.message] == evaluate(cost.bytes, names), cost.message
