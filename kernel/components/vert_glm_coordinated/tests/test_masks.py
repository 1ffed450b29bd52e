"""What each party sees: the arbiter masks only; an owner the sums of its own columns, and what they would give away."""

import dataclasses
import functools

import numpy as np
import pytest
from scipy.stats import kstest

from kernel.components.vert_glm_coordinated import COMPONENT
from kernel.components.vert_glm_coordinated.shared import layout_of
from kernel.components.vert_glm_coordinated.spec import GRADIENTS
from kernel.components.vert_glm_coordinated.tests.example import ARBITER, BITS, EXAMPLE, TABLES, inputs, weighted
from kernel.core import Role
from kernel.core.errors import BadParameters
from kernel.crypto import paillier
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.products import MASK_BITS, Slots
from kernel.ml.glm import LINEAR_FAMILIES
from kernel.protocol.glm import gradient, scales
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import run_parties

_LEAST_P = 1e-4
ASKED = {route.asks.name for route in GRADIENTS.values()}
ANSWERED = {route.answers.name for route in GRADIENTS.values()}


def _run(tables, params=None, own=None, seed=0):
    """Run with an arbiter that hands us its key."""
    keys = []

    def make(_, stream):
        keys.append(paillier.generate(BITS, stream, testing_any_size=True))
        return keys[-1]

    toy = with_toy_keys(COMPONENT, BITS)
    spied = dataclasses.replace(
        toy, run={**toy.run, Role.ARBITER: functools.partial(COMPONENT.run[Role.ARBITER], make_key=make)}
    )
    return run_parties(spied, inputs(tables), {**EXAMPLE.params, **(params or {})}, own, seed=seed), keys[0]


def _unmasked(run, key, *, single):
    """Tell what of the arbiter's whole view is not as good as random: it decrypts whatever it is sent.

    Whole plaintexts are to be uniform in the range of their masks, and so are the slots that it sends back.
    """
    slots = layout_of(LINEAR_FAMILIES["binary"], BITS, single=single).slots
    whole, middle = [], []
    for sent, data in run.transcript:
        if sent.receiver != ARBITER or sent.message.startswith("agreement"):
            continue
        if sent.message not in ASKED:
            assert sent.message in {"plan", "verdict_to_arbiter"}, "the arbiter is sent sizes and masked sums only"
            assert len(data) <= 11 + 4 * 3
            continue
        for plain in key.decrypt(Block.loads(key.public, data)):
            whole.append((plain - (1 << (slots.mask_bits - MASK_BITS))) / 2.0**slots.mask_bits)
            middle.append(slots.middle(plain) / 2.0**slots.width)
    assert len(whole) > 30
    return [name for name, seen in (("whole", whole), ("middle", middle)) if kstest(seen, "uniform").pvalue < _LEAST_P]


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_arbiters_whole_view_is_masked(seed, single):
    tables, own = (weighted(), {"bank": {"weight": "weight"}}) if single else (TABLES, None)
    run, key = _run(tables, {"optimizer": "adam"}, own, seed)
    assert _unmasked(run, key, single=single) == []


def test_the_check_sees_a_gradient_without_a_mask(monkeypatch):
    monkeypatch.setattr(Slots, "wide_mask", lambda self, _: 1 << (self.mask_bits - MASK_BITS))
    assert _unmasked(*_run(TABLES), single=False) == ["whole", "middle"]


def test_the_check_sees_a_mask_that_hides_the_middle_only(monkeypatch):
    def short(self, stream):
        return (1 << (self.mask_bits - MASK_BITS)) + stream.bits(self.width * self.count)

    monkeypatch.setattr(Slots, "wide_mask", short)
    assert _unmasked(*_run(TABLES), single=False) == ["whole"]


def test_a_mask_serves_once():
    """The same sums in two runs look different, under encryption and decrypted."""
    runs = [_run(TABLES, {"epochs": 1}, seed=seed)[0] for seed in (0, 10)]
    models = [run["bureau"].outputs["model"].content["weights"] for run in runs]
    assert np.allclose(*models, atol=1e-9)
    for names in (ASKED, ANSWERED):
        sent = [{data for key, data in run.transcript if key.message in names} for run in runs]
        assert all(len(each) == len(inputs(TABLES)) - 1 + 2 for each in sent), "three owners, and two at zero weights"
        assert not sent[0] & sent[1]


def test_a_step_of_few_rows_would_give_the_promoter_the_providers_scores(monkeypatch):
    """Without the limits: eight rows, and a promoter of nine columns, the intercept among them."""
    monkeypatch.setattr(scales, "FEWEST_ROWS", 1)
    monkeypatch.setattr(scales, "ROWS_PER_COLUMN", 0)
    monkeypatch.setattr(scales, "SUPPORT", 1)
    monkeypatch.setattr("kernel.protocol.linear.look._MIN_ROWS", 1)
    tables = aligned(8, widths=(8, 2), seed=11)
    seen = []
    ask = gradient.Gradients.ask

    def spy(self, rows, residuals, step):
        found = ask(self, rows, residuals, step)
        if self._ctx.role is Role.PROMOTER:
            seen.append(found)
        return found

    monkeypatch.setattr(gradient.Gradients, "ask", spy)
    params = {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 2, "l2": 1e-9}
    run, _ = _run(tables, params)
    bank, bureau = (
        np.array([cells for name, cells in tables[m].columns.items() if name.startswith(f"{m}_") and name[-1] != "d"]).T
        for m in ("bank", "bureau")
    )
    own = np.hstack([bank, np.ones((8, 1))])
    residuals = [np.linalg.lstsq(own.T, 8 * found, rcond=None)[0][:, 0] for found in seen]
    first = -own.T @ residuals[0] / 8  # the promoter's weights after the first step
    theirs = 4 * (residuals[1] - residuals[0]) - own @ first
    label = np.array(tables["bank"].columns["y"])
    assert np.max(np.abs(theirs - bureau @ (-bureau.T @ (0.5 - label) / 8))) < 1e-4, "every row's score of the provider"
    assert run["bank"].metrics["epochs"] == 2
    monkeypatch.undo()
    small = run_parties(with_toy_keys(COMPONENT, BITS), inputs(aligned(119)), {"l2": 0.05, "epochs": 1}, check=False)
    assert all(result.error is None for result in small.results.values())
    wide = run_parties(with_toy_keys(COMPONENT, BITS), inputs(aligned(119, widths=(23, 2))), check=False)
    assert isinstance(wide["bank"].error, BadParameters)
    assert "a promoter of 24 columns; 120 are needed" in wide["bank"].error.detail
