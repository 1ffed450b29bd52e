"""Curious parties: everything that the promoter, a provider, or both together saw in a whole run, against the secrets.

The attack is the one that the protocol's shape invites. Whoever can take the masks off the opened weights sees the
whole path of the solver; its first step is b, the products of every column with the label, and each further step gives
linear equations in C, the products of different members' columns, which least squares solves. With several classes
there are as many paths, whose equations in the same C are solved together. Each attack also runs on a leaky protocol,
whose masks are too short, and must succeed there: otherwise the test could not fail.
"""

import dataclasses
import functools
import itertools
import threading
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.crypto import paillier
from kernel.crypto.fixed_point import lift, load_ring
from kernel.crypto.paillier.products import Slots
from kernel.ml.linear import stages
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Basis
from kernel.protocol.linear.cross import Layout
from kernel.protocol.linear.gram import Packing
from kernel.protocol.linear.masks import Masks
from kernel.protocol.linear.state import State
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned
from kernel.testing.parties import MemoryCheckpoint

BITS, N_ROWS, ITERATIONS, L2 = 512, 240, 30, 1e-2
MEMBERS = ("bank", "bureau", "retailer")
WIDTHS = (2, 3, 2)
ENDS = [0, 3, 6, 8]  # the bank's weights have an intercept
COALITIONS = [("bank",), ("bureau",), ("retailer",), ("bank", "retailer"), ("bank", "bureau"), ("bureau", "retailer")]


@dataclass
class Seen:
    """A run, and everybody's keys, masks and checkpoints."""

    run: object
    keys: dict
    masks: dict
    states: dict


def _tables(n_targets):
    """Tables whose label has two classes, or as many as there are targets."""
    tables = aligned(N_ROWS, WIDTHS)
    if n_targets > 1:
        bank = tables["bank"]
        total = sum(np.array(c) for t in tables.values() for n, c in t.columns.items() if n not in {t.id_column, "y"})
        label = np.digitize(total, np.quantile(total, np.arange(1, n_targets) / n_targets)).tolist()
        tables["bank"] = dataclasses.replace(bank, columns={**bank.columns, "y": label})
    return tables


def _observe(patch, n_targets, *, leaky):
    keys, masks = {}, {member: [] for member in MEMBERS}
    take = Masks.of

    def of(self, iteration):
        found = take(self, iteration)
        masks[threading.current_thread().name].append(found.mask)
        return found

    def make_key(_, stream):
        return keys.setdefault(threading.current_thread().name, paillier.generate(BITS, stream, testing_any_size=True))

    patch.setattr(Masks, "of", of)
    if leaky:
        patch.setattr(scales, "STEP_MASK_BITS", scales.DROPPED)
        patch.setattr(Slots, "wide_mask", lambda slots, _: 1 << (slots.mask_bits - 40))
    component = dataclasses.replace(
        COMPONENT, run={role: functools.partial(run, make_key=make_key) for role, run in COMPONENT.run.items()}
    )
    states = {member: MemoryCheckpoint() for member in MEMBERS}
    inputs = {member: {"train": table} for member, table in _tables(n_targets).items()}
    params = {"iterations": ITERATIONS, "l2": L2, "multi_class": "none" if n_targets == 1 else "one_vs_rest"}
    run = run_parties(component, inputs, params, checkpoints=states)
    return Seen(run, keys, masks, states)


@pytest.fixture(scope="module", params=[1, 3], ids=["binary", "three classes"])
def n_targets(request):
    return request.param


@pytest.fixture(scope="module")
def sound(n_targets):
    with pytest.MonkeyPatch.context() as patch:
        yield _observe(patch, n_targets, leaky=False)


@pytest.fixture(scope="module")
def leaky(n_targets):
    with pytest.MonkeyPatch.context() as patch:
        yield _observe(patch, n_targets, leaky=True)


@pytest.fixture(scope="module")
def truth(n_targets):
    """What nobody may see: columns in their owners' bases, C, b and the path of the solver for each target."""
    tables = _tables(n_targets)
    columns = []
    for member in MEMBERS:
        x = np.array([c for n, c in tables[member].columns.items() if n not in {f"{member}_id", "y"}]).T
        penalty = np.full(x.shape[1], L2)
        if member == "bank":
            x, penalty = np.hstack([x, np.ones((N_ROWS, 1))]), np.append(penalty, 0.0)
        basis = Basis.of(x.T @ x, penalty, N_ROWS, 4.0)
        columns.append(x @ basis.transform / np.sqrt(4 * N_ROWS))
    every = np.hstack(columns)
    label = np.array(tables["bank"].columns["y"])
    target = 2.0 * np.array([label == value for value in ([1] if n_targets == 1 else range(n_targets))]).T - 1
    target = target / np.sqrt(N_ROWS)
    cross, label = every.T @ every, every.T @ target
    for first, last in itertools.pairwise(ENDS):
        cross[first:last, first:last] = 0.0
    path = [np.zeros(label.shape)]
    for stage in stages(ITERATIONS, 3.0):
        for momentum, rate in stage:
            before = path[-2] if len(path) > 1 else path[-1]
            path.append(path[-1] + momentum * (path[-1] - before) - rate * (path[-1] + cross @ path[-1] - label))
    return SimpleNamespace(every=every, target=target, cross=cross, label=label, path=np.array(path))


def _unmasked(seen, coalition, n_targets):
    """The opened weights of every iteration without the coalition's own masks."""
    found = []
    for step in range(ITERATIONS):
        shares = {
            sent.sender: load_ring(payload, scales.RING)
            for sent, payload in seen.run.transcript
            if sent.message.startswith("weights_masked") and sent.step == str(step * n_targets)
        }
        total = sum(np.array(share, dtype=object) for share in shares.values())
        for member in coalition:
            masks = seen.masks[member][step * n_targets : (step + 1) * n_targets]
            total = total - np.stack(masks, axis=1).ravel()
        found.append([value / 2.0**scales.FRAC_STEP for value in lift(total.tolist(), scales.RING)])
    return np.array(found).reshape(ITERATIONS, -1, n_targets)


def _solved(path):
    """C, and the first step's b, by least squares from the solver's paths for all targets."""
    plan = [pair for stage in stages(ITERATIONS, 3.0) for pair in stage]
    path = np.concatenate([np.zeros((1, *path.shape[1:])), path])
    label = path[1] / plan[0][1]
    left, right = [], []
    for step in range(1, ITERATIONS):
        momentum, rate = plan[step]
        moved = path[step + 1] - path[step] - momentum * (path[step] - path[step - 1])
        left.append(path[step])
        right.append(label - moved / rate - path[step])
    left, right = (np.concatenate([side.T for side in sides]) for sides in (left, right))
    return np.linalg.lstsq(left, right, rcond=1e-6)[0].T, label


def _correlation(a, b):
    return abs(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


@pytest.mark.parametrize("coalition", COALITIONS, ids="+".join)
def test_opened_weights_say_nothing_to_any_coalition(sound, leaky, truth, n_targets, coalition):
    found, wanted = _unmasked(sound, coalition, n_targets), truth.path[1:]
    assert _correlation(found, wanted) < 4 / np.sqrt(wanted.size)
    cross, label = _solved(found)
    assert _correlation(label, truth.label) < 0.95
    assert np.max(np.abs(label)) > 2.0**40
    off = truth.cross != 0
    assert _correlation(cross[off], truth.cross[off]) < 4 / np.sqrt(np.sum(off))
    # The same attack on masks of the length of what falls away:
    found = _unmasked(leaky, coalition, n_targets)
    assert np.max(np.abs(found - wanted)) < 1e-4
    cross, label = _solved(found)
    assert np.max(np.abs(label - truth.label)) < 1e-4
    assert _correlation(cross[off], truth.cross[off]) > 0.95


def _answers(seen, member, n_targets):
    """What a member decrypts of the products of columns, without the mask's constant: by who answered."""
    key, frac, out = seen.keys[member], 2 * scales.frac_column(N_ROWS), {}
    packing = Packing.of(
        BITS, ENDS[MEMBERS.index(member) + 1] - ENDS[MEMBERS.index(member)] + n_targets * (member == "bank")
    )
    for sent, payload in seen.run.transcript:
        if sent.receiver == member and sent.message.startswith("products_masked_ct"):
            opened = key.decrypt(paillier.Block.loads(key.public, payload))
            values = []
            for plain in opened:
                whole = plain - (1 << (packing.slots.mask_bits - 40))
                middle = whole >> (packing.slots.width * (packing.slots.count - 1))
                width, count = scales.PRODUCT_WIDTH, packing.slots.width // scales.PRODUCT_WIDTH
                values.append([v / 2.0**frac for v in lift([middle >> (width * k) for k in range(count)], width)])
            out[sent.sender] = np.array(values)
    return out


@pytest.mark.parametrize("member", ["bank", "bureau"])
def test_answers_to_encrypted_columns_are_masked(sound, leaky, truth, n_targets, member):
    place = MEMBERS.index(member)
    own = truth.every[:, ENDS[place] : ENDS[place + 1]]
    if member == "bank":
        own = np.hstack([own, truth.target])
    width = 2.0 ** (scales.PRODUCT_WIDTH - 2 * scales.frac_column(N_ROWS))
    answers = _answers(sound, member, n_targets)
    assert answers
    for other, values in answers.items():
        theirs = truth.every[:, ENDS[MEMBERS.index(other)] : ENDS[MEMBERS.index(other) + 1]]
        wanted = (theirs.T @ own).ravel()
        assert np.median(np.abs(values)) > width / 32
        clear = _answers(leaky, member, n_targets)[other].reshape(-1, theirs.shape[1], values.shape[1])
        clear = np.concatenate(list(clear), axis=1)[:, : own.shape[1]].ravel()
        assert np.max(np.abs(clear - wanted)) < 1e-5


def test_shares_are_wide_and_add_up(sound, truth, n_targets):
    """No proper subset of the parties has weights, and all together have them."""
    last = {
        member: State.loads(sound.states[member].load(max(sound.states[member].steps())), _layout(member), n_targets)
        for member in MEMBERS
    }
    for state in last.values():
        assert np.median(np.abs(state.weights.astype(float))) > 2.0**70
        assert np.median(np.abs(state.product.astype(float))) > 2.0**150
    total = sum(state.weights for state in last.values())
    assert np.max(np.abs(total.astype(float) * 2.0**-scales.FRAC_WEIGHT - truth.path[-1])) < 1e-5


def _layout(member):
    return Layout(tuple(ENDS[1:]), MEMBERS.index(member))
