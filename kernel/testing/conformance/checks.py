"""The checks. Each takes an example and asserts."""

# ruff: noqa: S101, PLR2004  checks are made of asserts, as tests are

import dataclasses
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from common.errors import HanseError
from kernel.core.channel import MessageKey
from kernel.core.component import Model
from kernel.core.errors import Cancelled, ComponentFailure, ParametersDiffer, PeerGone
from kernel.core.message import Carries
from kernel.core.party import Role
from kernel.data.local import LocalEngine
from kernel.ml.scoring.linear import KINDS as LINEAR
from kernel.protocol.scoring import KINDS, open_part
from kernel.testing.channel import Hub, Killed
from kernel.testing.conformance.example import Example
from kernel.testing.cost import evaluate, sizes
from kernel.testing.parties import MemoryCheckpoint, Run, Sample, parties_of, run_parties

DEAD_PEER_S = 2.0
CANCEL_S = 1.0
_CANARY = 1.2345678901234567
_FRACS = (10, 12, 16, 20, 24, 32, 40)


def _run(example: Example, **changes: Any) -> Run:
    options: dict[str, Any] = {"params": example.params, "own": example.own} | changes
    return run_parties(example.component, options.pop("inputs", example.inputs), **options)


def agrees_with_reference(example: Example) -> None:
    """Check that the result equals the reference, on any number of partitions."""
    for n_partitions in (3, 1):
        example.agrees(_run(example, engine=lambda n=n_partitions: LocalEngine(n, n_threads=1)))


def transcript_equals_manifest(example: Example) -> None:
    """Only declared messages, in the declared direction; and each declared one occurs in some run or has cost zero."""
    declared = {message.name: message for message in example.component.all_messages()}
    roles = {party.member: party.role for party in parties_of(example.component, example.inputs)}
    for key, _ in _run(example).transcript:
        message = declared[key.message]
        assert (message.sender, message.receiver) == (roles[key.sender], roles[key.receiver])
    opened = {message.receiver for message in example.component.messages if message.carries is Carries.OPEN}
    for role in opened:
        told = [d.learns for d in example.component.discloses if d.who is role]
        assert told, f"{role} is sent open values and DISCLOSES does not say so"
        assert not any(text.startswith("nothing") for text in told)


def bytes_equal_cost(example: Example) -> None:
    """Check that number and payload bytes of every declared message equal COST."""
    component = example.component
    assert sorted(cost.message for cost in component.cost) == sorted(message.name for message in component.messages)
    engine = LocalEngine(1, n_threads=1)
    tables = {
        member: next(
            (v.table(engine) if isinstance(v, Sample) else v for p, v in ports.items() if p == example.table), None
        )
        for member, ports in example.inputs.items()
        if member in _owners(example)
    }
    params = component.params.model_validate(dict(example.params)).model_dump()
    names = sizes(tables, params) | dict(example.sizes)
    count: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for key, payload in _run(example).transcript:
        count[key.message] += 1
        total[key.message] += len(payload)
    for cost in component.cost:
        assert count[cost.message] == evaluate(cost.n_messages, names), cost.message
        assert total[cost.message] == evaluate(cost.bytes, names), cost.message


def _owners(example: Example) -> list[str]:
    """Members that have data: all but an arbiter."""
    parties = parties_of(example.component, example.inputs)
    return [party.member for party in parties if party.role is not Role.ARBITER]


def canaries_stay_home(example: Example) -> None:
    """Check that marked values of private columns occur in no payload, in no usual encoding."""
    inputs = {
        member: {port: _with_canary(value) if port == example.table else value for port, value in ports.items()}
        for member, ports in example.inputs.items()
    }
    transcript = _run(example, inputs=inputs, check=False).transcript
    patterns = [struct.pack("<d", _CANARY), struct.pack(">d", _CANARY), struct.pack("<f", _CANARY), b"1.234567"]
    for frac in _FRACS:
        value = round(_CANARY * 2**frac)
        if frac >= 20:  # shorter ones occur by chance
            patterns += [value.to_bytes(8, "little"), value.to_bytes(8, "big")]
    names = {
        name.encode()
        for ports in inputs.values()
        for value in ports.values()
        if isinstance(value, Sample)
        for name in value.columns
        if len(name) > 4
    }
    ids = {
        text.encode()
        for ports in inputs.values()
        for value in ports.values()
        if isinstance(value, Sample)
        for text in value.columns[value.id_column][:50]
    }
    for key, payload in transcript:
        for pattern in [*patterns, *names, *ids]:
            assert pattern not in payload, (key.message, pattern)


def _with_canary(value: Any) -> Any:
    if not isinstance(value, Sample):
        return value
    columns = {name: list(cells) for name, cells in value.columns.items()}
    for name, cells in columns.items():
        if cells and all(isinstance(cell, float) for cell in cells) and name != value.label_column:
            cells[0] = _CANARY
    return dataclasses.replace(value, columns=columns)


def dead_peers_end_the_attempt(example: Example) -> None:
    """Whoever is killed half-way, the others end with PEER_GONE in time."""
    for member, position in _halfway(example):
        killed: list[float] = []

        def kill(hub: Hub, key: MessageKey, _: int, member: str = member, position: int = position) -> None:
            sent = sum(sender.sender == member for sender, _ in hub.transcript)
            if key.sender == member and sent == position:
                killed.append(time.monotonic())  # noqa: B023  used within this turn of the loop
                raise Killed

        run = _run(example, on_send=kill, check=False)
        others = [result for name, result in run.results.items() if name != member]
        assert all(result.ended - killed[0] < DEAD_PEER_S for result in others)
        assert all(result.error is None or isinstance(result.error, PeerGone) for result in others)
        assert any(isinstance(result.error, PeerGone) for result in others)


def cancel_is_prompt(example: Example) -> None:
    """Ask a party to stop: it does in time."""
    for member, position in _halfway(example):
        asked: list[float] = []

        def cancel(hub: Hub, key: MessageKey, _: int, member: str = member, position: int = position) -> None:
            sent = sum(sender.sender == member for sender, _ in hub.transcript)
            if key.sender == member and sent == position and not asked:  # noqa: B023  used within this turn of the loop
                asked.append(time.monotonic())  # noqa: B023
                hub.cancel(member)

        run = _run(example, on_send=cancel, check=False)
        assert isinstance(run[member].error, Cancelled) or run[member].error is None
        assert run[member].ended - asked[0] < CANCEL_S
        assert any(isinstance(result.error, Cancelled | PeerGone) for result in run.results.values()) or position == 0


def _halfway(example: Example) -> Iterator[tuple[str, int]]:
    """Each member with the middle one of its messages, agreement included; nothing for local components."""
    if not example.component.messages:
        return
    sent = Counter(key.sender for key, _ in _run(example).transcript)
    for member, count in sent.items():
        yield member, count // 2


def differing_parameters_fail_everywhere(example: Example) -> None:
    """Every shared parameter: if one member's differs, the pairs concerned fail and name it."""
    if not example.component.messages:
        return
    members = list(example.inputs)
    model = example.component.params
    base = model.model_validate(dict(example.params)).model_dump()
    for name, schema in model.model_json_schema()["properties"].items():
        other = base | {name: _other(base[name], schema)}
        run = _run(example, params_of={members[-1]: other}, check=False)
        assert all(isinstance(result.error, ParametersDiffer | PeerGone) for result in run.results.values())
        named = [r.error for r in run.results.values() if isinstance(r.error, ParametersDiffer)]
        assert isinstance(run[members[-1]].error, ParametersDiffer)
        assert len(named) >= 2
        assert all(name in str(error) for error in named)


def _other(value: Any, schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return next(choice for choice in schema["enum"] if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value / 2 or schema.get("maximum", 1.0) / 2
    return value + 1


def bad_inputs_fail_by_name(example: Example) -> None:
    """Empty, one-row, duplicate-id, all-missing, NaN tables give a result or a named failure, wherever they are."""
    members = _owners(example)
    for corrupt in (_empty, _one_row, _duplicates, _all_missing, _nan):
        for chosen in (members, members[:1], members[-1:]):
            inputs = {
                member: {
                    port: corrupt(value)
                    if port == example.table and member in chosen and isinstance(value, Sample)
                    else value
                    for port, value in ports.items()
                }
                for member, ports in example.inputs.items()
            }
            run = _run(example, inputs=inputs, check=False)
            for result in run.results.values():
                error = result.error
                assert error is None or isinstance(error, HanseError), (corrupt.__name__, chosen, error)
                assert not isinstance(error, HanseError) or type(error) not in {HanseError, ComponentFailure}


_DAMAGES: tuple[Callable[[bytes], bytes], ...] = (
    lambda payload: payload[:-1],
    lambda payload: payload + b"\0",
    lambda payload: b"\xff" * len(payload),
)


def broken_payloads_fail_by_name(example: Example) -> None:
    """Damage the first payload of each message: whatever a peer sends, nobody ends without a named failure."""
    firsts = {key.message: key for key, _ in reversed(_run(example).transcript)}
    for number, (name, first) in enumerate(firsts.items()):
        # Of each message a wrong length, by turns too short and too long; and wrong bytes, which masks cannot tell.
        for damage in (_DAMAGES[number % 2], _DAMAGES[2]):

            def alter(key: MessageKey, payload: bytes, first: MessageKey = first, damage: Any = damage) -> bytes:
                return damage(payload) if key == first else payload

            start = time.monotonic()
            errors = [result.error for result in _run(example, alter=alter, check=False).results.values()]
            told = [error for error in errors if error is not None]
            assert all(isinstance(error, ComponentFailure) for error in told), (name, told)
            if damage is not _DAMAGES[2]:
                assert any(not isinstance(error, PeerGone) for error in told), f"{name} of a wrong length passes"
            assert time.monotonic() - start < 10 * DEAD_PEER_S, f"{name}: a failure that takes long"


def _rebuild(sample: Sample, change: Callable[[Sequence[Any], str], Sequence[Any]]) -> Sample:
    return dataclasses.replace(sample, columns={name: change(cells, name) for name, cells in sample.columns.items()})


def _empty(sample: Sample) -> Sample:
    return _Typed(_rebuild(sample, lambda cells, _: cells))


def _one_row(sample: Sample) -> Sample:
    return _rebuild(sample, lambda cells, _: cells[:1])


def _duplicates(sample: Sample) -> Sample:
    return _rebuild(sample, lambda cells, name: [cells[1], *cells[1:]] if name == sample.id_column else cells)


def _all_missing(sample: Sample) -> Sample:
    return _Typed(sample, missing=True)


def _nan(sample: Sample) -> Sample:
    def spoil(cells: Sequence[Any], _: str) -> Sequence[Any]:
        return [float("nan"), *cells[1:]] if isinstance(cells[0], float) else cells

    return _rebuild(sample, spoil)


class _Typed(Sample):
    """A sample whose columns keep their types with no rows, or with no values."""

    def __init__(self, sample: Sample, *, missing: bool = False) -> None:
        super().__init__(sample.columns, sample.id_column, sample.label_column)
        object.__setattr__(self, "_missing", missing)

    def table(self, engine: Any) -> Any:
        import pyarrow as pa  # here only: the checks above need no Arrow

        from kernel.data.schema import Schema

        arrow = pa.table({name: pa.array(cells) for name, cells in self.columns.items()})
        if self._missing:  # type: ignore[attr-defined]
            arrow = pa.table(
                {
                    name: arrow.column(name)
                    if name == self.id_column
                    else pa.nulls(arrow.num_rows, arrow.column(name).type)
                    for name in arrow.column_names
                }
            )
        else:
            arrow = arrow.slice(0, 0)
        return engine.from_arrow(arrow, Schema.of(arrow.schema, self.id_column, self.label_column))


def resume_gives_the_same_model(example: Example) -> None:
    """Resume after a kill half-way: the model of an uninterrupted run, and nothing masked or encrypted alike twice."""
    whole_states = {member: MemoryCheckpoint() for member in example.inputs}
    whole = _run(example, checkpoints=whole_states)
    if not any(state.states for state in whole_states.values()):
        return
    states = {member: MemoryCheckpoint() for member in example.inputs}
    for member, position in list(_halfway(example))[:1]:

        def kill(hub: Hub, key: MessageKey, _: int, member: str = member, position: int = position) -> None:
            if key.sender == member and sum(sender.sender == member for sender, _ in hub.transcript) == position:
                raise Killed

        first = _run(example, checkpoints=states, on_send=kill, check=False)
    assert any(state.states for state in states.values()), "the example is too short to have a checkpoint half-way"
    second = _run(example, checkpoints=states, attempt=2)
    assert len(second.transcript) < len(whole.transcript)
    for member in example.inputs:
        for port, value in whole[member].outputs.items():
            if isinstance(value, Model):
                contents = [dict(run[member].outputs[port].content) for run in (whole, second)]
                ids = [content.pop("training", None) for content in contents]
                assert ids[0] != ids[1] or ids == [None, None], "another attempt is another training"
                pairs = list(zip(*map(_leaves, contents), strict=True))
                assert pairs
                for a, b in pairs:
                    assert a == (pytest.approx(b, abs=example.resume_tolerance) if isinstance(b, float) else b)
    hidden = {
        m.name for m in example.component.messages if m.carries in {Carries.CIPHERTEXT, Carries.MASKED, Carries.BLINDED}
    }
    pieces = [
        {
            payload[i : i + 32]
            for key, payload in run.transcript
            if key.message in hidden
            for i in range(8, len(payload) - 31, 32)
        }
        for run in (first, second)
    ]
    assert pieces[0]
    assert not pieces[0] & pieces[1]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def exported_models_predict_alike(example: Example) -> None:
    """Check that a model part that was written and read again scores as the trained one does."""
    run = _run(example)
    for member, ports in example.inputs.items():
        for value in run[member].outputs.values():
            if not isinstance(value, Model) or value.kind not in KINDS:
                continue
            again = Model.loads(value.dumps())
            table = ports[example.table]
            part = open_part(value.kind, value.content)
            columns = {name: np.array(table.columns[name]) for name in part.raw_columns}
            n_rows = len(table.columns[table.id_column])
            before = part.own(columns, n_rows)
            assert np.array_equal(before, open_part(again.kind, again.content).own(columns, n_rows))
            if value.kind not in LINEAR:
                continue
            features = np.column_stack([columns[name] for name in value.content["columns"]])
            exact = features @ np.array(value.content["weights"]) + np.array(value.content.get("intercept", 0.0))
            assert np.max(np.abs(before.reshape(exact.shape) * 2.0**-24 - exact)) <= 2.0**-24


CHECKS: tuple[Callable[[Example], None], ...] = (
    agrees_with_reference,
    transcript_equals_manifest,
    bytes_equal_cost,
    canaries_stay_home,
    dead_peers_end_the_attempt,
    cancel_is_prompt,
    differing_parameters_fail_everywhere,
    bad_inputs_fail_by_name,
    broken_payloads_fail_by_name,
    resume_gives_the_same_model,
    exported_models_predict_alike,
)
