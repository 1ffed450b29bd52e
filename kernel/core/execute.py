"""Runs one party's half of a component: validate, agree with the others, run, check the outputs."""

import hashlib
import hmac
from collections import Counter
from typing import Any

from pydantic import BaseModel, ValidationError

from common import canonical
from kernel.core.component import Component, Outputs
from kernel.core.context import Context
from kernel.core.errors import BadParameters, BadPayload, ComponentFailure, ParametersDiffer
from kernel.core.party import Role


def execute(component: Component, ctx: Context, common: dict[str, Any], own: dict[str, Any]) -> Outputs:
    """Run our half of `component`.

    Raises
    ------
    ParametersDiffer
        Another party runs another component, version or shared parameters; the field is named.
    ComponentFailure
        Any named failure of the component itself.
    """
    params = _parse(component.params, common)
    own_params = _parse(component.own_params, own)
    _check_parties(component, ctx)
    _agree(component, ctx, params)
    ctx.tracker.progress(0.0, "started")
    outputs = component.run[ctx.role](ctx, params, own_params)
    for port in component.outputs:
        if ctx.role in port.roles and not port.optional and port.name not in outputs:
            raise ComponentFailure(f"{component.name} made no output {port.name!r}")
    ctx.tracker.progress(1.0, "done")
    return outputs


def _check_parties(component: Component, ctx: Context) -> None:
    """Refuse parties that the component is not made for, before anything is sent."""
    if len(ctx.parties) < component.min_parties:
        raise BadParameters(f"{component.name} needs at least {component.min_parties} parties")
    roles = Counter(party.role for party in ctx.parties)
    strange = sorted(roles.keys() - component.run.keys())
    if strange:
        raise BadParameters(f"{component.name} has no part for a member in the role {', '.join(strange)}")
    if Role.ARBITER in component.run and roles[Role.ARBITER] != 1:
        raise BadParameters(
            f"{component.name} needs exactly one arbiter, and the task has {roles[Role.ARBITER]}",
            hint="Choose one member without data in this node as its arbiter.",
        )


def _parse(model: type[BaseModel], value: dict[str, Any]) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "parameters"
        raise BadParameters(f"{field}: {first['msg']}") from None


def _agree(component: Component, ctx: Context, params: BaseModel) -> None:
    messages = {message.name: message for message in component.agreement_messages()}
    if not messages:
        return
    mine = {"component": component.name, "version": component.version, "manifest": component.manifest_hash.hex()}
    mine |= {
        f"parameter {name}": hashlib.sha256(canonical.dumps(value)).hexdigest()
        for name, value in params.model_dump(mode="json").items()
    }
    for party in ctx.others:
        ctx.send(messages[f"agreement_{ctx.role}_{party.role}"], canonical.dumps(mine), to=party)
    for party in ctx.others:
        try:
            theirs = canonical.loads(ctx.recv(messages[f"agreement_{party.role}_{ctx.role}"], sender=party))
        except canonical.NotCanonical as error:
            raise BadPayload("the agreement is not JSON", party=party.member) from error
        if not isinstance(theirs, dict):
            raise BadPayload("the agreement is no JSON object", party=party.member)
        for name in sorted(mine.keys() | theirs.keys()):
            if not hmac.compare_digest(str(mine.get(name, "")), str(theirs.get(name, ""))):
                raise ParametersDiffer(f"{name} differs between {ctx.me} and {party}", party=party.member)
