"""Everything a component may touch comes through its context."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from kernel.core.channel import Channel, MessageKey
from kernel.core.errors import UndeclaredMessage
from kernel.core.message import Message
from kernel.core.party import Party, Role


class Rng(Protocol):
    """Source of secret randomness: the system's CSPRNG; seeded in tests."""

    def token(self, n_bytes: int) -> bytes:
        """Uniform bytes."""

    def below(self, bound: int) -> int:
        """Uniform integer in [0, bound)."""


class Tracker(Protocol):
    """Takes progress and results of a task."""

    def progress(self, fraction: float, step: str) -> None:
        """Say how far the task is (0 to 1) and what it does, for people."""

    def waiting(self, member: str) -> None:
        """Say whom the task waits for; an empty string when it no longer waits."""

    def metric(self, name: str, value: float) -> None:
        """Record a single figure."""

    def block(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        """Add a report block: table {columns, rows}, curve {x, series}, histogram, tree, text."""

    def check_cancelled(self) -> None:
        """Raise Cancelled when our side was asked to stop."""


class Checkpoint(Protocol):
    """State kept so that a later attempt goes on from the last step that all parties have."""

    def save(self, step: int, state: bytes) -> None:
        """Keep the state reached after `step`; the last few are kept."""

    def steps(self) -> tuple[int, ...]:
        """List the steps that this party has kept, ascending; empty unless the attempt resumes."""

    def load(self, step: int) -> bytes:
        """Read the state kept after `step`."""

    def forget_after(self, step: int) -> None:
        """Drop the states of all later steps: the parties go on from this one."""


class Context:
    """One party's view of one attempt.

    Parameters
    ----------
    inputs
        Input port → Table or Model.
    engine
        The data engine (`kernel.data.engine.Engine`) that makes tables and blocks; opaque to this layer.
    """

    def __init__(
        self,
        *,
        job: str,
        task: str,
        attempt: int,
        me: Party,
        parties: tuple[Party, ...],
        messages: tuple[Message, ...],
        channel: Channel,
        rng: Rng,
        tracker: Tracker,
        checkpoint: Checkpoint,
        inputs: Mapping[str, Any],
        engine: Any,
    ) -> None:
        self.job, self.task, self.attempt = job, task, attempt
        self.me, self.parties = me, parties
        self.rng, self.tracker, self.checkpoint = rng, tracker, checkpoint
        self.inputs, self.engine = inputs, engine
        self._messages = {message.name: message for message in messages}
        self._channel = channel

    @property
    def role(self) -> Role:
        """Our role."""
        return self.me.role

    @property
    def promoter(self) -> Party:
        """The party that holds the label."""
        return next(party for party in self.parties if party.role is Role.PROMOTER)

    @property
    def providers(self) -> tuple[Party, ...]:
        """Providers in the job's order."""
        return tuple(party for party in self.parties if party.role is Role.PROVIDER)

    @property
    def arbiter(self) -> Party:
        """The party without data that helps the others; of components that have this role."""
        return next(party for party in self.parties if party.role is Role.ARBITER)

    @property
    def owners(self) -> tuple[Party, ...]:
        """The parties with data, the promoter first."""
        return (self.promoter, *self.providers)

    @property
    def others(self) -> tuple[Party, ...]:
        """Every party but ourselves, in the job's order."""
        return tuple(party for party in self.parties if party != self.me)

    def send(self, message: Message, payload: bytes, *, to: Party, step: str = "") -> None:
        """Send a declared message.

        Raises
        ------
        UndeclaredMessage
            It does not stand in the manifest, or is not ours to send to that party.
        """
        self._check(message, self.me, to)
        self.tracker.check_cancelled()
        self._channel.send(self._key(message, step, self.me, to), payload)

    def recv(self, message: Message, *, sender: Party, step: str = "") -> bytes:
        """Wait for a declared message of a party."""
        self._check(message, sender, self.me)
        self.tracker.check_cancelled()
        self.tracker.waiting(sender.member)
        try:
            return self._channel.recv(self._key(message, step, sender, self.me))
        finally:
            self.tracker.waiting("")

    @contextlib.contextmanager
    def step(self, title: str, done: float) -> Iterator[None]:
        """Mark a step: `done` is the fraction of the task that is finished when it begins."""
        self.tracker.check_cancelled()
        self.tracker.progress(done, title)
        yield

    def _check(self, message: Message, sender: Party, receiver: Party) -> None:
        declared = self._messages.get(message.name)
        if declared != message or message.sender is not sender.role or message.receiver is not receiver.role:
            raise UndeclaredMessage(
                f"{message.name} from {sender.role} to {receiver.role} is not in the manifest",
                party=sender.member,
            )

    def _key(self, message: Message, step: str, sender: Party, receiver: Party) -> MessageKey:
        return MessageKey(self.job, self.task, self.attempt, message.name, step, sender.member, receiver.member)
