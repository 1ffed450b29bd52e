"""How values become ids: tried on typed values, and on a data set."""

from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_keys import (
    AdviceOut,
    ExampleIn,
    ExampleOut,
    KeyCheckIn,
    KeyCheckOut,
    KeyExampleOut,
    StepOut,
)
from fusion.domain.key_rule import rule_of
from fusion.service.data_sets import DataSets
from fusion.service.key_check import example, key_check


def key_rule_resource(data_sets: DataSets) -> Resource:
    """Declare what is done with key rules."""
    resource = Resource("key_rules", BASE)

    @resource.declare(
        "POST", "/key-rules/example", "Show what id a rule makes of typed values.", access=OWN, answer=ExampleOut
    )
    def show(body: ExampleIn) -> ExampleOut:
        rule = rule_of(body.key_rule.model_dump(), len(body.values))
        made = example(rule, body.values, hashed_here=body.hashed_here)
        steps = [StepOut(what=what, value=value) for what, value in made.steps]
        return ExampleOut(id=made.id, steps=steps, problem=made.problem)

    @resource.declare(
        "POST",
        "/data-sets/{data_set}/key-check",
        "Look through a data set for the ids that a rule makes, and for what looks amiss.",
        access=OWN,
        answer=KeyCheckOut,
    )
    def check(data_set: str, body: KeyCheckIn) -> KeyCheckOut:
        rule = rule_of(body.key_rule.model_dump(), len(body.columns))
        with data_sets.reading(data_set, body.columns) as place:
            found = key_check(place, body.columns, rule, hashed_here=body.hashed_here)
        return KeyCheckOut(
            ids=found.ids,
            duplicates=found.duplicates,
            rows_without_id=found.rows_without_id,
            examples=[KeyExampleOut(values=values, id=key) for values, key in found.examples],
            warnings=list(found.warnings),
            advice=[
                AdviceOut(warning=one.warning, column=one.column, key_rule=one.rule.model_dump())
                for one in found.advice
            ],
        )

    return resource
