"""Curious parties, where rows are at stake: what a coalition decrypts in the steps with the sigmoid, row by row.

The attack is least squares from all numbers that a coalition holds of each row (decrypted, and the sums over its
members that a protocol without masks would make telling) to what it must not learn: the scores' sigmoid and the other
members' columns. It is judged against the same attack on shuffled targets, and runs on a leaky protocol too, whose
masks are constant: there it must succeed.
"""

import dataclasses
import functools
import threading
from dataclasses import dataclass

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import refine, solve
from kernel.crypto import paillier
from kernel.crypto.fixed_point import lift, load_ring
from kernel.crypto.paillier.products import Slots
from kernel.ml.linear import bounded_sigmoid
from kernel.protocol.linear import scales
from kernel.protocol.linear.slopes import Slopes
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned

BITS, N_ROWS, STEPS, L2 = 512, 240, 2, 1e-2
MEMBERS, WIDTHS = ("bank", "bureau", "retailer"), (2, 3, 2)
TABLES = aligned(N_ROWS, WIDTHS)
COLUMNS = {m: np.array([c for n, c in TABLES[m].columns.items() if n not in {f"{m}_id", "y"}]).T for m in MEMBERS}
LABEL = np.array(TABLES["bank"].columns["y"], dtype=float)
COALITIONS = [("bank",), ("bureau",), ("bank", "bureau"), ("bank", "retailer"), ("bureau", "retailer")]


@dataclass
class Seen:
    """A run, everybody's keys, and everybody's shares of the weights before each step."""

    run: object
    keys: dict
    weights: dict


def _observe(patch, *, leaky):
    keys, weights = {}, {}
    scores = Slopes.scores

    def kept(self, shares, layout, step):
        weights[threading.current_thread().name, step] = shares
        return scores(self, shares, layout, step)

    def make_key(_, stream):
        return keys.setdefault(threading.current_thread().name, paillier.generate(BITS, stream, testing_any_size=True))

    patch.setattr(Slopes, "scores", kept)
    if leaky:
        patch.setattr(scales, "REFINED_MASK_BITS", scales.FRAC_WEIGHT - scales.FRAC_REFINED)
        patch.setattr(Slots, "wide_mask", lambda slots, _: 1 << (slots.mask_bits - 40))
    component = dataclasses.replace(
        COMPONENT, run={role: functools.partial(run, make_key=make_key) for role, run in COMPONENT.run.items()}
    )
    inputs = {member: {"train": table} for member, table in TABLES.items()}
    params = {"iterations": 35, "l2": L2, "sigmoid": "sine", "refinements": STEPS}
    return Seen(run_parties(component, inputs, params), keys, weights)


@pytest.fixture(scope="module")
def sound():
    with pytest.MonkeyPatch.context() as patch:
        yield _observe(patch, leaky=False)


@pytest.fixture(scope="module")
def leaky():
    with pytest.MonkeyPatch.context() as patch:
        yield _observe(patch, leaky=True)


def _opened(seen, member, name):
    """What a member decrypts in messages of a name: plaintexts by step."""
    key = seen.keys[member]
    return {
        (sent.step, sent.sender): key.decrypt(paillier.Block.loads(key.public, payload))
        for sent, payload in seen.run.transcript
        if sent.receiver == member and sent.message.startswith(name)
    }


def _closings(seen, member):
    """A member's share of the sigmoid in each step; the last member has made its own by subtracting masks."""
    slots, ring = scales.turn_slots(BITS), 1 << scales.TURN_RING
    last = len(MEMBERS) - 1
    return [
        [slots.middle(value) % ring for value in plain]
        for (step, _), plain in sorted(_opened(seen, member, "sigmoid_masked_ct").items())
        if step.endswith(f" {last}")
    ]


def _view(seen, coalition):
    """Rows × numbers: fractions of the ring, of each member's shares and of their sums; and angles of masked scores."""
    found = []
    shares = [_closings(seen, member) for member in coalition if member != MEMBERS[-1]]
    size = float(1 << scales.TURN_RING)
    # Small numbers of a leaky protocol show when they are magnified.
    for share in [*shares, [[sum(row) for row in zip(*parts, strict=True)] for parts in zip(*shares, strict=True)]]:
        for values in share:
            centred = np.array([float(v) for v in lift(values, scales.TURN_RING)])
            found += [centred / size, np.tanh(centred / 2.0 ** (3 * scales.frac_turn(3)))]
    rows = scales.score_slots(BITS)
    for member in coalition:
        for plain in _opened(seen, member, "scores_masked_ct").values():
            values = rows.unpack(plain[: rows.n_ciphertexts(N_ROWS)], N_ROWS)
            angle = np.array([v % (1 << scales.SCORE_RING) for v in values]) * (2 * np.pi / (1 << scales.SCORE_RING))
            found += [np.cos(angle), np.sin(angle), np.array([v / 2.0**rows.width for v in values])]
    view = np.array(found).T
    return view[:, view.std(axis=0) > 1e-12 * np.abs(view).max(axis=0)]


def _explained(view, targets):
    """Share of each target's variance (a column each) that least squares explains."""
    design = np.hstack([view / view.std(axis=0), np.ones((len(view), 1))])
    left, sizes, _ = np.linalg.svd(design, full_matrices=False)
    basis = left[:, sizes > 1e-9 * sizes[0]]
    centred = targets - targets.mean(axis=0)
    return 1 - np.sum((targets - basis @ (basis.T @ targets)) ** 2, axis=0) / np.sum(centred**2, axis=0)


def _scores():
    features = np.hstack([COLUMNS[member] for member in MEMBERS])
    weights, intercept = solve(features, LABEL, L2)
    return features @ weights + intercept


@pytest.mark.parametrize("coalition", COALITIONS, ids="+".join)
def test_rows_say_nothing_of_scores_and_of_the_others_columns(sound, coalition):
    view, rng = _view(sound, coalition), np.random.default_rng(0)
    others = [column for member in MEMBERS if member not in coalition for column in COLUMNS[member].T]
    targets = [bounded_sigmoid(_scores()), *others, *([] if "bank" in coalition else [LABEL])]
    for target in targets:
        shuffled = np.array([rng.permutation(target) for _ in range(2000)]).T
        assert _explained(view, target[:, None])[0] <= _explained(view, shuffled).max()


def test_the_same_attack_breaks_constant_masks(leaky):
    view = _view(leaky, ("bank", "bureau"))
    assert _explained(view, bounded_sigmoid(_scores())[:, None])[0] > 0.95


@pytest.mark.parametrize("coalition", COALITIONS, ids="+".join)
def test_weights_opened_for_scores_stay_hidden_from_any_coalition(sound, leaky, coalition):
    def unmasked(seen, step):
        total = 0
        for sent, payload in seen.run.transcript:
            # Every share once: it goes to all others alike.
            if sent.message.startswith("weights_masked") and sent.step == f"scores {step}":
                first = next(member for member in MEMBERS if member != sent.sender)
                if sent.receiver == first:
                    share = np.array(load_ring(payload, scales.REFINED_RING), dtype=object)
                    own = seen.weights[sent.sender, str(step)]
                    total = total + (own if sent.sender in coalition else share)
        return np.array([v * 2.0**-scales.FRAC_WEIGHT for v in lift(total.tolist(), scales.REFINED_RING)])

    for step in range(STEPS):
        wanted = sum(sound.weights[member, str(step)] for member in MEMBERS).astype(float) * 2.0**-scales.FRAC_WEIGHT
        assert np.min(np.abs(unmasked(sound, step))) > 2.0**30
        assert np.max(np.abs(unmasked(leaky, step) - wanted)) < 0.01


def test_refinement_moved_the_weights(sound):
    features = np.hstack([COLUMNS[member] for member in MEMBERS])
    wanted, _ = refine(features, LABEL, L2, *solve(features, LABEL, L2), STEPS)
    found = np.concatenate([sound.run[member].outputs["model"].content["weights"] for member in MEMBERS])
    assert np.max(np.abs(found - wanted)) < 5e-3
