"""Who takes part: a component is run by the roles that it is made for, and by one arbiter where it needs one."""

import dataclasses

import pytest

from kernel.components.predict.tests.example import EXAMPLE
from kernel.core import Carries, Disclosure, Message, Party, Role
from kernel.core.errors import BadParameters
from kernel.core.execute import execute
from kernel.testing.parties import parties_of, run_parties

SAID = Message("word", Role.PROMOTER, Role.ARBITER, Carries.SIZES, "one byte")


def _promoter(ctx, params, own):
    del params, own
    ctx.send(SAID, b"x", to=ctx.arbiter)
    return {}


def _arbiter(ctx, params, own):
    del params, own
    assert ctx.recv(SAID, sender=ctx.promoter) == b"x"
    assert ctx.owners == (ctx.promoter, *ctx.providers)
    assert ctx.arbiter == ctx.me
    return {}


COMPONENT = dataclasses.replace(
    EXAMPLE.component,
    run={Role.PROMOTER: _promoter, Role.PROVIDER: lambda *_: {}, Role.ARBITER: _arbiter},
    messages=(SAID,),
    inputs=(),
    outputs=(),
    cost=(),
    discloses=(Disclosure(Role.ARBITER, "a word", "一个词"),),
)


def test_the_last_member_of_a_test_is_the_arbiter_and_agrees_with_all():
    run = run_parties(COMPONENT, {"bank": {}, "bureau": {}, "shop": {}, "notary": {}})
    agreed = {(key.sender, key.receiver) for key, _ in run.transcript if key.message.startswith("agreement")}
    assert agreed == {(a, b) for a in run.results for b in run.results if a != b}
    assert "agreement_arbiter_arbiter" not in {message.name for message in COMPONENT.all_messages()}
    assert "agreement_provider_provider" in {message.name for message in COMPONENT.all_messages()}


@pytest.mark.parametrize(
    ("component", "roles", "told"),
    [
        (COMPONENT, (Role.PROMOTER, Role.PROVIDER), "exactly one arbiter, and the task has 0"),
        (COMPONENT, (Role.PROMOTER, Role.ARBITER, Role.ARBITER), "exactly one arbiter, and the task has 2"),
        (EXAMPLE.component, (Role.PROMOTER, Role.PROVIDER, Role.ARBITER), "no part for a member in the role arbiter"),
    ],
)
def test_wrong_parties_are_refused_before_a_word(component, roles, told):
    class Alone:
        parties = tuple(Party(f"m{place}", role) for place, role in enumerate(roles))

    with pytest.raises(BadParameters, match=told):
        execute(component, Alone(), {}, {})


def test_other_components_have_no_arbiter():
    roles = [party.role for party in parties_of(EXAMPLE.component, ["a", "b", "c"])]
    assert roles == [Role.PROMOTER, Role.PROVIDER, Role.PROVIDER]
