"""What the use cases need of the partners' nodes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from fusion.domain.models import Task
from kernel.protocol.psi.effort import Machine
from proto.fusion.v1 import fusion_pb2 as pb


class PartnerNode(Protocol):
    """One partner's node; its errors come as they are, `Unavailable` when there is no answer."""

    def propose(self, offer: pb.TaskOffer) -> None:
        """Propose an alignment; again when the answer was lost."""
        ...

    def accept(self, task: Task, machine: Machine) -> None:
        """Say that our people have accepted, with the number of our ids, the protocol and our machine."""
        ...

    def pause(self, task: str, *, paused: bool) -> None:
        """Tell that our side is paused, or goes on."""
        ...

    def probe(self, payload: bytes) -> None:
        """Bring bytes that are thrown away there."""
        ...

    def deliver(self, task: str, step: str, payload: bytes) -> None:
        """Bring a message of the protocol; again when the answer was lost."""
        ...

    def done(self, task: str) -> None:
        """Tell the sender that we have the result; raises NotReady when it has not got so far."""
        ...

    def end(self, task: str, state: str, reason: str) -> None:
        """Tell the partner that our side has ended without a result."""
        ...


class PartnerNodes(Protocol):
    """All partners' nodes."""

    def node(self, partner: str) -> PartnerNode:
        """Return one; raises UnknownPartner."""
        ...


class Board(Protocol):
    """The member's board."""

    url: str

    def save(self, file: Path, name: str, id_columns: Sequence[str]) -> str:
        """Make a data resource of a Parquet file; returns its id.

        Raises
        ------
        NoBoard, BoardRefuses, Unavailable
            None is set; what it says; no answer.
        """
        ...
