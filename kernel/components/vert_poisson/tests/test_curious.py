"""Curious parties: what a coalition decrypts of the rates and of the gradient, row by row.

The attack is least squares from all numbers that a coalition holds of each row (its shares of the rates, their sums,
and the masked scores) to the rates and the others' columns. It is judged against the same attack on shuffled targets,
and runs on a leaky protocol too, whose masks are constant: there it must succeed.
"""

import dataclasses
import functools
import threading
from dataclasses import dataclass

import numpy as np
import pytest

from kernel.components.vert_poisson import COMPONENT
from kernel.components.vert_poisson.reference import solve
from kernel.crypto import paillier
from kernel.crypto.paillier.products import Slots
from kernel.crypto.prg import Stream
from kernel.crypto.ring import ORDER
from kernel.protocol.linear import scales
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned

BITS, N_ROWS, STEPS, L2 = 1024, 240, 2, 1e-2
MEMBERS, WIDTHS = ("bank", "bureau", "retailer"), (2, 3, 2)
TABLES = aligned(N_ROWS, WIDTHS)
COLUMNS = {m: np.array([c for n, c in TABLES[m].columns.items() if n not in {f"{m}_id", "y"}]).T for m in MEMBERS}
FEATURES = np.hstack([COLUMNS[member] for member in MEMBERS])
LABEL = np.random.default_rng(2).poisson(np.exp(FEATURES @ [0.5, -0.4, 0.6, 0.2, 0, 0.3, -0.2])).astype(float)
TABLES["bank"] = dataclasses.replace(TABLES["bank"], columns=dict(TABLES["bank"].columns) | {"y": LABEL.tolist()})
COALITIONS = [("bank",), ("bureau",), ("retailer",), ("bank", "bureau"), ("bank", "retailer"), ("bureau", "retailer")]
RING = scales.RATES
CONSTANT = 1 << scales.RATE_VALUE_BITS  # what is left of a mask without its random part
SIZE = 2.0 ** (scales.LEAST_EXPONENT + 3 * scales.frac_rate(3))


@dataclass
class Seen:
    """A run and everybody's keys."""

    run: object
    keys: dict


def _observe(patch, *, leaky):
    keys = {}

    def make_key(_, stream):
        return keys.setdefault(threading.current_thread().name, paillier.generate(BITS, stream, testing_any_size=True))

    if leaky:
        patch.setattr(Slots, "row_mask", lambda slots, _, value_bits: 1 << value_bits)
    component = dataclasses.replace(
        COMPONENT, run={role: functools.partial(run, make_key=make_key) for role, run in COMPONENT.run.items()}
    )
    inputs = {member: {"train": table} for member, table in TABLES.items()}
    return Seen(run_parties(component, inputs, {"l2": L2, "steps": STEPS}), keys)


@pytest.fixture(scope="module")
def opened():
    """Keys and labels of all streams of random numbers that members open in the sound run."""
    return []


@pytest.fixture(scope="module")
def sound(opened):
    init = Stream.__init__

    def noted(stream, secret, *labels):
        opened.append((secret, labels))
        init(stream, secret, *labels)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stream, "__init__", noted)
        return _observe(patch, leaky=False)


@pytest.fixture(scope="module")
def leaky():
    with pytest.MonkeyPatch.context() as patch:
        yield _observe(patch, leaky=True)


def _opened(seen, member, name):
    """What a member decrypts in messages of a name: plaintexts by step and sender."""
    key = seen.keys[member]
    return {
        (sent.step, sent.sender): key.decrypt(paillier.Block.loads(key.public, payload))
        for sent, payload in seen.run.transcript
        if sent.receiver == member and sent.message.startswith(name)
    }


def _view(seen, coalition):
    """Rows × numbers: fractions of the rings, and what small numbers of a leaky protocol show when magnified."""
    found, rows, scores = [], scales.rate_slots(BITS), scales.score_slots(BITS)
    by_step = {}
    for member in coalition:
        for (step, sender), plain in _opened(seen, member, "rate_masked_ct").items():
            share = [value - CONSTANT for value in rows.unpack(plain, N_ROWS)]
            found.append(np.array([value / 2.0**rows.width for value in share]))
            by_step.setdefault((step, sender), []).append(share)
    sums = [[sum(row) for row in zip(*parts, strict=True)] for parts in by_step.values()]
    for share in [*(part for parts in by_step.values() for part in parts), *sums]:
        centred = np.array([float(value) for value in RING.lift(share)])
        found += [centred / RING.modulus, np.tanh(centred / SIZE)]
    for member in coalition:
        for plain in _opened(seen, member, "scores_masked_ct").values():
            values = scores.unpack(plain[: scores.n_ciphertexts(N_ROWS)], N_ROWS)
            ring = ORDER << scales.FRAC_EXPONENT
            found += [np.array([value % ring / ring for value in values])]
            found += [np.array([value / 2.0**scores.width for value in values])]
    view = np.array(found).T
    return view[:, view.std(axis=0) > 1e-12 * np.abs(view).max(axis=0)]


def _explained(view, targets):
    """Share of each target's variance (a column each) that least squares explains."""
    if not view.shape[1]:
        return np.zeros(targets.shape[1])
    design = np.hstack([view / view.std(axis=0), np.ones((len(view), 1))])
    left, sizes, _ = np.linalg.svd(design, full_matrices=False)
    basis = left[:, sizes > 1e-9 * sizes[0]]
    centred = targets - targets.mean(axis=0)
    return 1 - np.sum((targets - basis @ (basis.T @ targets)) ** 2, axis=0) / np.sum(centred**2, axis=0)


def _rates():
    weights, intercept = solve(FEATURES, LABEL, L2)
    return np.exp(FEATURES @ weights + intercept)


@pytest.mark.parametrize("coalition", COALITIONS, ids="+".join)
def test_rows_say_nothing_of_rates_and_of_the_others_columns(sound, coalition):
    view, rng = _view(sound, coalition), np.random.default_rng(0)
    others = [column for member in MEMBERS if member not in coalition for column in COLUMNS[member].T]
    targets = [np.tanh(_rates()), *others, *([] if "bank" in coalition else [LABEL])]
    for target in targets:
        shuffled = np.array([rng.permutation(target) for _ in range(2000)]).T
        assert _explained(view, target[:, None])[0] <= _explained(view, shuffled).max()


def test_the_same_attack_breaks_constant_masks(leaky):
    view = _view(leaky, ("bank", "bureau"))
    assert _explained(view, np.tanh(_rates())[:, None])[0] > 0.8


def test_no_stream_of_masks_is_opened_twice(sound, opened):
    assert len(opened) > 100
    assert len(set(opened)) == len(opened)


def _vectors(seen, name):
    """What all members see of vectors that are opened under everybody's masks, by step."""
    parts = {}
    for sent, payload in seen.run.transcript:
        if sent.message.startswith(f"{name}_masked") and "_ct_" not in sent.message:
            parts.setdefault(sent.step, {})[sent.sender] = RING.load(payload)
    return {step: [sum(column) for column in zip(*shares.values(), strict=True)] for step, shares in parts.items()}


def test_no_difference_of_opened_numbers_is_free_of_masks(sound):
    """With a mask twice, it would be as short as sums of rates are: 196 bits, and 213 for the gradient."""
    totals, gradients = _vectors(sound, "total"), _vectors(sound, "gradient")
    assert len(gradients) == STEPS
    numbers = [value for vectors in (totals, gradients) for vector in vectors.values() for value in vector]
    differences = [a - b for place, a in enumerate(numbers) for b in numbers[:place]]
    assert min(abs(value) for value in RING.lift(differences)) > 1 << 230
