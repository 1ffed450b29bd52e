"""The member itself, and its services together."""

from dataclasses import dataclass, field

from board.service.ports.flow import Flow
from board.service.ports.gateway import Gateway
from board.service.ports.kernel import Kernel
from board.service.ports.serving import Serving
from board.service.ports.union import Union


@dataclass(frozen=True, slots=True)
class Identity:
    """The public half of this member, as it stands in its own record."""

    member: str
    name: str
    gateway: str
    signing_key: str
    stream_key: str
    tls_cert: str  # base64 of the DER certificate
    contact: str = ""


@dataclass(slots=True)
class Services:
    """The member's services; serving may be missing."""

    kernel: Kernel
    flow: Flow
    gateway: Gateway
    union: Union
    serving: Serving | None = field(default=None)
