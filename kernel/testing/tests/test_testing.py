"""The test machinery itself: cost expressions, and that broken components are caught."""

import dataclasses

import pytest

from kernel.components.predict import COMPONENT
from kernel.components.predict.tests.example import EXAMPLE
from kernel.core import Model, Role
from kernel.core.errors import UndeclaredMessage
from kernel.testing import run_parties
from kernel.testing.conformance import checks
from kernel.testing.cost import evaluate


def test_cost_expressions():
    assert evaluate("ceil(n / 3) * max(2, k) - -1", {"n": 7, "k": 5}) == 16
    for bad in ("n", "__import__('os')", "'text'", "n.real", "k(1)"):
        with pytest.raises(ValueError, match="no size"):
            evaluate(bad, {"k": 1})


def _with_provider(change):
    run = COMPONENT.run[Role.PROVIDER]

    def provider(ctx, params, own):
        change(ctx)
        return run(ctx, params, own)

    component = dataclasses.replace(COMPONENT, run={**COMPONENT.run, Role.PROVIDER: provider})
    return dataclasses.replace(EXAMPLE, component=component)


def test_undeclared_messages_are_stopped():
    message = dataclasses.replace(COMPONENT.message("score_share"), name="extra")
    leak = _with_provider(lambda ctx: ctx.send(message, b"x", to=ctx.promoter))
    with pytest.raises(UndeclaredMessage):
        run_parties(leak.component, leak.inputs)


def test_extra_bytes_and_canaries_are_caught():
    share = COMPONENT.message("score_share")
    columns = {"bureau": "bureau_0", "retailer": "retailer_0"}

    def leak(ctx):
        data = ctx.inputs["table"].blocks([columns[ctx.me.member]]).collect().tobytes()
        ctx.send(share, data, to=ctx.promoter, step="leak")

    leaky = _with_provider(leak)
    with pytest.raises(AssertionError):
        checks.bytes_equal_cost(leaky)
    with pytest.raises(AssertionError):
        checks.canaries_stay_home(leaky)


def test_wrong_results_are_caught():
    ports = EXAMPLE.inputs["bank"]
    content = {**ports["model"].content, "intercept": 0.3001}
    wrong = {**EXAMPLE.inputs, "bank": {**ports, "model": Model("vert_lr", content)}}
    with pytest.raises(AssertionError):
        checks.agrees_with_reference(dataclasses.replace(EXAMPLE, inputs=wrong))
