"""Curious parties: everything that the promoter, or a provider, saw in a whole run, against what it must not learn.

The attack is least squares from all numbers seen (decrypted with the attacker's own key, cut into limbs so that no
scale hides anything) to the target, judged against the same attack on shuffled targets. Each attack also runs on what
a leaky protocol would have shown, and must succeed there: otherwise the test could not fail.
"""

import dataclasses
import functools
import threading

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.crypto import paillier
from kernel.crypto.fixed_point import load_ring, reconstruct
from kernel.protocol.linear import scales
from kernel.protocol.linear.state import State
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned
from kernel.testing.parties import MemoryCheckpoint

BITS, N_ROWS, ITERATIONS = 512, 240, 8
MEMBERS = ("bank", "bureau", "retailer")
_LIMB = 32


@pytest.fixture(scope="module")
def seen():
    """The run, everybody's keys and checkpoints."""
    keys = {}

    def make_key(_, stream):
        key = paillier.generate(BITS, stream, testing_any_size=True)
        keys[threading.current_thread().name] = key
        return key

    component = dataclasses.replace(
        COMPONENT, run={role: functools.partial(run, make_key=make_key) for role, run in COMPONENT.run.items()}
    )
    tables = aligned(N_ROWS, (2, 3, 2))
    states = {member: MemoryCheckpoint() for member in MEMBERS}
    inputs = {member: {"train": tables[member]} for member in MEMBERS}
    run = run_parties(component, inputs, {"iterations": ITERATIONS}, checkpoints=states)
    features = {m: np.array([c for n, c in tables[m].columns.items() if n not in {f"{m}_id", "y"}]).T for m in MEMBERS}
    return run, keys, states, features, np.array(tables["bank"].columns["y"], dtype=float)


def _opened(seen, member, prefix):
    """Everything that `member` received under its own key in messages of this name, decrypted: one list a message."""
    run, keys, *_ = seen
    key = keys[member]
    out = []
    for sent, payload in run.transcript:
        if sent.receiver == member and sent.message.startswith(prefix):
            out.append(key.decrypt(paillier.Block.loads(key.public, payload)))
    return out


def _limbs(columns, width):
    """Numbers as limbs in [0, 1): rows × (columns · limbs)."""
    parts = [
        [(value >> shift) % (1 << _LIMB) / (1 << _LIMB) for value in column]
        for column in columns
        for shift in range(0, width, _LIMB)
    ]
    matrix = np.array(parts).T
    return matrix[:, matrix.std(axis=0) > 0]


def _r2(view, targets):
    """Share of each target's variance (a column each) that least squares explains."""
    design = np.hstack([view, np.ones((len(view), 1))])
    left, sizes, _ = np.linalg.svd(design, full_matrices=False)
    basis = left[:, sizes > 1e-9 * sizes[0]]
    centred = targets - targets.mean(axis=0)
    return 1 - np.sum((targets - basis @ (basis.T @ targets)) ** 2, axis=0) / np.sum(centred**2, axis=0)


def _no_better_than_chance(view, target):
    rng = np.random.default_rng(0)
    shuffled = np.array([rng.permutation(target) for _ in range(500)]).T
    return _r2(view, target[:, None])[0] <= _r2(view, shuffled).max()


def _row_view(seen, member):
    slots = scales.score_slots(BITS)
    messages = [slots.unpack(plain, N_ROWS) for plain in _opened(seen, member, "scores_masked_ct")]
    assert len(messages) in {ITERATIONS, 2 * ITERATIONS}
    return _limbs(messages, slots.width)


def _weights_over_time(seen, owner, holder):
    """What nobody has: the weights of a block after each iteration, from both holders' checkpoints."""
    _, _, states, *_ = seen
    out = []
    for step in states[owner].steps():
        own, held = (State.loads(states[m].load(step)) for m in (owner, holder))
        shares = own.own.weights, held.held[owner].weights
        out.append(np.array(reconstruct(*shares)) * 2.0**-scales.FRAC_WEIGHT)
    return np.array(out)


def test_the_promoter_recovers_no_feature(seen):
    *_, features, _ = seen
    view = _row_view(seen, "bank")
    leaky = features["bureau"] @ _weights_over_time(seen, "bureau", "bank").T
    for member in ("bureau", "retailer"):
        for column in features[member].T:
            assert _no_better_than_chance(view, column)
    assert np.all(_r2(leaky, features["bureau"]) > 0.99)


def test_the_first_provider_recovers_no_feature_and_no_label(seen):
    *_, features, label = seen
    view = _row_view(seen, "bureau")
    for target in [*features["bank"].T, *features["retailer"].T, label]:
        assert _no_better_than_chance(view, target)
    leaky = features["bank"] @ _weights_over_time(seen, "bank", "bureau")[:, :2].T
    assert not _no_better_than_chance(leaky, label)


@pytest.mark.parametrize("member", ["bureau", "retailer"])
def test_what_providers_decrypt_of_gradients_says_nothing_of_labels(seen, member):
    """A gradient in clear gives the labels' projection on the own columns away; a masked one must not."""
    *_, features, label = seen
    x = features[member]
    inverse = np.linalg.inv(x.T @ x)
    slots = scales.gradient_slots(BITS)
    shares = [
        load_ring(payload, scales.WIDE_RING)
        for sent, payload in seen[0].transcript
        if sent.receiver == member and sent.message.startswith("gradient_share")
    ]
    opened = [[slots.middle(v) for v in plain] for plain in _opened(seen, member, "gradient_masked_ct")]
    rng = np.random.default_rng(1)

    def fit(gradient):
        guess = x @ inverse @ np.asarray(gradient, dtype=float)
        return abs(np.corrcoef(guess, label)[0, 1])

    best = fit(x.T @ (0.5 - label))
    assert best > 0.3
    chance = sorted(fit(rng.normal(size=x.shape[1])) for _ in range(2000))
    candidates = [values[: x.shape[1]] for values in [*opened, *shares] if len(values) >= x.shape[1]]
    assert len(candidates) >= ITERATIONS
    found = np.array([fit([((v + (1 << 127)) % (1 << 128) - (1 << 127)) / 2.0**127 for v in c]) for c in candidates])
    # Masked values behave like random directions: their fits follow the distribution of chance.
    ranks = np.searchsorted(chance, found) / len(chance)
    assert abs(ranks.mean() - 0.5) < 4 * np.sqrt(1 / 12 / len(ranks))


def test_shares_are_uniform(seen):
    """Each holder's share of the weights fills the ring, whatever the weights are."""
    _, _, states, *_ = seen
    for member in MEMBERS:
        last = State.loads(states[member].load(ITERATIONS))
        values = [v for shares in [last.own, *last.held.values()] for v in shares.weights]
        assert np.median(np.abs(np.array(values, dtype=float))) > 2.0**58
