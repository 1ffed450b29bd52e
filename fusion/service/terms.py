"""What both nodes agreed on, as the protocols want it."""

import hashlib

from common.errors import InvalidInput
from fusion.domain.models import AUTO, Task
from fusion.domain.states import SENDER
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Learns, Psi, Terms

#: What nodes can agree on; a sum would need values, which no data set of a node names.
LEARNS = frozenset({Learns.RECEIVER, Learns.BOTH, Learns.SIZE})


def offered() -> dict[str, Psi]:
    """Return the protocols that nodes can agree on, by name."""
    return {name: psi for name, psi in protocols().items() if psi.learns & LEARNS}


def terms_of(task: Task) -> Terms:
    """Return the terms of an accepted alignment."""
    sizes = (task.ids, task.partner_rows) if task.role == SENDER else (task.partner_rows, task.ids)
    return Terms(task.task, *sizes, Learns(task.learns))


def salt_of(task: Task, member: str) -> bytes:
    """Return the key under which ids are hashed: bound to both nodes, the proposer first, and to the alignment.

    Else a partner could hand our messages on to a third node, under the same task and salt, and this node would learn
    what it has in common with us, who have never agreed on anything with it.

    Parameters
    ----------
    member
        Our own id.
    """
    nodes = (member, task.partner) if task.proposed_here else (task.partner, member)
    digest = hashlib.blake2b(key=task.salt, digest_size=32, person=b"hanse-psi-nodes")
    for text in (*nodes, task.task):
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.digest()


def check_asked(name: str, learns: str) -> None:
    """See that a protocol can be asked for: one that there is, or the choice of who accepts.

    Raises
    ------
    InvalidInput
        Not so; the hint says what there is.
    """
    if name != AUTO:
        check_protocol(name, learns)
    elif learns not in LEARNS:
        told = f"no protocol can be agreed on for learns={learns[:40]!r}"
        raise InvalidInput(told, public_detail=told)


def check_protocol(name: str, learns: str) -> None:
    """See that there is such a protocol, and that it can be agreed on for this.

    Raises
    ------
    InvalidInput
        Not so; the hint says what there is.
    """
    known = offered().get(name)
    if known is None:
        told = f"there is no protocol {name[:40]!r}"
        raise InvalidInput(told, public_detail=told, hint=f"Protocols: auto, {', '.join(sorted(offered()))}.")
    if learns not in known.learns & LEARNS:
        told = f"{name} cannot be agreed on for learns={learns[:40]!r}"
        raise InvalidInput(told, public_detail=told, hint=f"It is for {', '.join(sorted(known.learns))}.")
