"""The manifest of a component: parameters, roles, messages, ports, disclosures, cost."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from common import canonical
from kernel.core.context import Context
from kernel.core.message import Carries, Message
from kernel.core.party import SINGLE, Role

Outputs = Mapping[str, Any]  # output port → Table or Model
Run = Callable[[Context, Any, Any], Outputs]  # (ctx, common parameters, own parameters)


class NoParams(BaseModel, frozen=True, extra="forbid"):
    """A component without parameters of this kind."""


@dataclass(frozen=True, slots=True)
class Port:
    """A typed input or output: kind is "table" or "model"."""

    name: str
    kind: str
    roles: tuple[Role, ...] = tuple(Role)
    optional: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who learns what beyond its own output; shown to people before they approve."""

    who: Role
    learns: str  # English
    learns_zh: str  # Chinese


@dataclass(frozen=True, slots=True)
class Cost:
    """Payload bytes and number of one message in a whole run, as Python arithmetic over sizes such as n_rows.

    `n_messages` counts the messages that all senders of the role send; `bytes` is their total payload.
    """

    message: str
    n_messages: str
    bytes: str


@dataclass(frozen=True, slots=True)
class Model:
    """One member's own part of a model: JSON content of a kind that `kernel.ml.scoring` knows."""

    kind: str
    content: Mapping[str, Any]

    def dumps(self) -> bytes:
        """Canonical JSON."""
        return canonical.dumps({"kind": self.kind, "content": self.content})

    @classmethod
    def loads(cls, data: bytes) -> "Model":
        """Read what `dumps` wrote."""
        value = canonical.loads(data)
        return cls(kind=value["kind"], content=value["content"])


@dataclass(frozen=True, slots=True)
class Component:
    """Everything that people, board, flow and both gateways know about an algorithm, and its code for each role."""

    name: str
    version: str
    title: str
    title_zh: str
    about: str
    about_zh: str
    group: str  # data, alignment, preparation, training, evaluation, prediction
    run: Mapping[Role, Run]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    discloses: tuple[Disclosure, ...]
    messages: tuple[Message, ...] = ()
    cost: tuple[Cost, ...] = ()
    params: type[BaseModel] = NoParams  # the same at all parties
    own_params: type[BaseModel] = NoParams  # each member's own
    assumption: str = "none"  # for instance "semi-honest, no collusion of promoter and provider"
    min_parties: int = 1
    manifest_hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Check the manifest and fix its hash."""
        if not self.discloses:
            raise ValueError(f"{self.name}: DISCLOSES must say something, if only that nobody learns anything")
        object.__setattr__(self, "manifest_hash", hashlib.sha256(canonical.dumps(self.manifest())).digest())

    def agreement_messages(self) -> tuple[Message, ...]:
        """List the messages by which the parties compare what they are about to run; empty for local components."""
        if not self.messages:
            return ()
        about = "component, version and hashes of the shared parameters, to compare before step one"
        return tuple(
            Message(f"agreement_{a}_{b}", a, b, Carries.SIZES, about)
            for a in sorted(self.run)
            for b in sorted(self.run)
            if a != b or a not in SINGLE
        )

    def all_messages(self) -> tuple[Message, ...]:
        """Everything that may be sent: the agreement first, then the component's own messages."""
        return self.agreement_messages() + self.messages

    def feeds(self, port: str, role: Role) -> bool:
        """Whether an input is one of this role's; one that is not declared is refused later, by its name."""
        return all(role in known.roles for known in self.inputs if known.name == port)

    def message(self, name: str) -> Message:
        """Find a declared message by name."""
        return next(message for message in self.messages if message.name == name)

    def manifest(self) -> dict[str, Any]:
        """Describe the component as plain data, for the catalogue and for the comparison between parties."""
        return {
            "name": self.name,
            "version": self.version,
            "title": {"en": self.title, "zh": self.title_zh},
            "about": {"en": self.about, "zh": self.about_zh},
            "group": self.group,
            "roles": sorted(self.run),
            "min_parties": self.min_parties,
            "assumption": self.assumption,
            "inputs": [_port(port) for port in self.inputs],
            "outputs": [_port(port) for port in self.outputs],
            "messages": [
                {"name": m.name, "from": m.sender, "to": m.receiver, "carries": m.carries, "about": m.about}
                for m in self.all_messages()
            ],
            "discloses": [{"who": d.who, "learns": {"en": d.learns, "zh": d.learns_zh}} for d in self.discloses],
            "cost": [{"message": c.message, "n_messages": c.n_messages, "bytes": c.bytes} for c in self.cost],
            "params": _schema(self.params),
            "own_params": _schema(self.own_params),
        }


def _schema(params: type[BaseModel]) -> dict[str, Any]:
    """JSON schema; `order` lists the fields as they are declared, since canonical JSON sorts names."""
    return params.model_json_schema() | {"order": list(params.model_fields)}


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "kind": port.kind,
        "roles": [str(role) for role in port.roles],
        "optional": port.optional,
        "about": port.about,
    }
