"""`run_parties`: all parties of a component as threads, each with its own engine, seeded randomness and tracker."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from common import canonical
from kernel.core.channel import MessageKey
from kernel.core.component import Component
from kernel.core.context import Context
from kernel.core.errors import Cancelled
from kernel.core.execute import execute
from kernel.core.party import Party, Role
from kernel.crypto.prg import Stream
from kernel.data.engine import Engine
from kernel.data.local import LocalEngine
from kernel.data.schema import Schema
from kernel.testing.channel import PATIENCE_S, Hub, Killed


@dataclass(frozen=True)
class Sample:
    """A small table given by its columns."""

    columns: Mapping[str, Sequence[Any]]
    id_column: str = "id"
    label_column: str = ""

    def table(self, engine: Engine) -> Any:
        """Put the columns into an engine."""
        arrow = pa.table({name: pa.array(values) for name, values in self.columns.items()})
        return engine.from_arrow(arrow, Schema.of(arrow.schema, self.id_column, self.label_column))


class MemoryCheckpoint:
    """Checkpoint states in memory; give the same object to a later attempt to resume."""

    def __init__(self) -> None:
        self.states: dict[int, bytes] = {}

    def save(self, step: int, state: bytes) -> None:
        """Keep a state."""
        self.states[step] = state

    def steps(self) -> tuple[int, ...]:
        """Kept steps, ascending."""
        return tuple(sorted(self.states))

    def load(self, step: int) -> bytes:
        """Read a state."""
        return self.states[step]

    def forget_after(self, step: int) -> None:
        """Drop later states."""
        self.states = {kept: state for kept, state in self.states.items() if kept <= step}


@dataclass
class PartyResult:
    """What one party ended with."""

    outputs: Mapping[str, Any] = field(default_factory=dict)
    blocks: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    progress: list[tuple[float, str]] = field(default_factory=list)
    error: BaseException | None = None
    ended: float = 0.0  # time.monotonic


@dataclass
class Run:
    """Results by member, and every message in the order sent."""

    results: dict[str, PartyResult]
    transcript: list[tuple[MessageKey, bytes]]

    def __getitem__(self, member: str) -> PartyResult:
        """Return the result of a member."""
        return self.results[member]


class _Tracker:
    def __init__(self, member: str, hub: Hub, result: PartyResult) -> None:
        self._member, self._hub, self._result = member, hub, result

    def progress(self, fraction: float, step: str) -> None:
        self._result.progress.append((fraction, step))

    def waiting(self, member: str) -> None:
        del member

    def metric(self, name: str, value: float) -> None:
        self._result.metrics[name] = value

    def block(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        # As people get it: what has no form as JSON fails here, as it would in a job.
        self._result.blocks.append((kind, title, canonical.loads(canonical.dumps(data))))

    def check_cancelled(self) -> None:
        if self._hub.is_cancelled(self._member):
            raise Cancelled


def parties_of(component: Component, members: Iterable[str]) -> tuple[Party, ...]:
    """Give roles: the first member is the promoter, the last the arbiter if there is one, the others providers."""
    first, *others = members
    arbiters = [Party(others.pop(), Role.ARBITER)] if Role.ARBITER in component.run else []
    providers = [Party(member, Role.PROVIDER, index) for index, member in enumerate(others)]
    return (Party(first, Role.PROMOTER), *providers, *arbiters)


def run_parties(
    component: Component,
    inputs: Mapping[str, Mapping[str, Any]],
    params: Mapping[str, Any] | None = None,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    params_of: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = 0,
    attempt: int = 1,
    engine: Callable[[], Engine] = lambda: LocalEngine(n_partitions=3, n_threads=1),
    checkpoints: Mapping[str, MemoryCheckpoint] | None = None,
    on_send: Callable[[Hub, MessageKey, int], None] | None = None,
    alter: Callable[[MessageKey, bytes], bytes] | None = None,
    on_receive: Callable[[MessageKey], None] | None = None,
    patience_s: float = PATIENCE_S,
    check: bool = True,
) -> Run:
    """Run every party's half.

    Parameters
    ----------
    inputs
        Member → input port → `Sample`, `Table` or `Model`; roles as `parties_of` says.
    params, own, params_of
        Shared parameters; own parameters by member; members whose "shared" parameters differ.
    on_send, alter, on_receive, patience_s
        See `Hub`.
    check
        Raise the first error of any party (a party's own failure before the others' PeerGone); otherwise errors stay
        in the results.
    """
    parties = parties_of(component, inputs)
    hub = Hub(on_send, alter, on_receive, patience_s)
    results = {member: PartyResult() for member in inputs}
    engines = {member: engine() for member in inputs}

    def run(party: Party) -> None:
        member, result = party.member, results[party.member]
        own_engine = engines[member]
        try:
            context = Context(
                job="job",
                task=component.name,
                attempt=attempt,
                me=party,
                parties=parties,
                messages=component.all_messages(),
                channel=hub,
                rng=Stream(seed.to_bytes(32, "big"), member),
                tracker=_Tracker(member, hub, result),
                checkpoint=(checkpoints or {}).get(member) or MemoryCheckpoint(),
                inputs={
                    port: value.table(own_engine) if isinstance(value, Sample) else value
                    for port, value in inputs[member].items()
                },
                engine=own_engine,
            )
            common = dict((params_of or {}).get(member, params or {}))
            result.outputs = execute(component, context, common, dict((own or {}).get(member, {})))
        except (Exception, Killed) as error:  # noqa: BLE001  kept, and raised below in the test's own thread
            result.error = error
        finally:
            result.ended = time.monotonic()
            hub.end(member)

    threads = [threading.Thread(target=run, args=(party,), name=party.member, daemon=True) for party in parties]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    errors = sorted((r.ended, r.error) for r in results.values() if r.error is not None) if check else []
    if errors:
        raise errors[0][1]
    return Run(results, hub.transcript)
