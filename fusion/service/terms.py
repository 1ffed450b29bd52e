"""What both nodes agreed on, as the protocols want it."""

import hashlib

from common.errors import InvalidInput
from fusion.domain.models import AUTO, Task
from fusion.domain.states import SENDER
from fusion.domain.sums import AT_LEAST, MOST_DECIMALS
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Learns, Psi, Terms

_MOST_AT_LEAST = 1 << 30  # what a database's column holds


def offered() -> dict[str, Psi]:
    """Return the protocols that nodes can agree on, by name."""
    return protocols()


def terms_of(task: Task) -> Terms:
    """Return the terms of an accepted alignment."""
    sizes = (task.ids, task.partner_rows) if task.role == SENDER else (task.partner_rows, task.ids)
    table = (task.table_name, task.table_kept)
    return Terms(task.task, *sizes, Learns(task.learns), *table, at_least=task.at_least)


def salt_of(task: Task, member: str) -> bytes:
    """Return the key under which ids are hashed: bound to both nodes, the proposer first, and to the alignment.

    Where the alignment uses a table it is the table's.

    Else a partner could hand our messages on to a third node, under the same task and salt, and this node would learn
    what it has in common with us, who have never agreed on anything with it.

    Parameters
    ----------
    member
        Our own id.
    """
    if task.table_name:
        ends = (member, task.partner) if task.role == SENDER else (task.partner, member)
        return table_key(*ends, task.table_salt)
    nodes = (member, task.partner) if task.proposed_here else (task.partner, member)
    return _bound(task.salt, b"hanse-psi-nodes", *nodes, task.task)


def table_key(sender: str, receiver: str, salt: bytes) -> bytes:
    """Return the key under which ids are hashed for a table: bound to both nodes and to the table, by its salt.

    It serves many alignments, so no alignment is in it. But the two nodes are, each in its role: rows that the receiver
    hands on to a third node as a table of its own, and a third node's questions that it hands on to the sender, are of
    ids that were hashed under another key, and match nothing.
    """
    return _bound(salt, b"hanse-psi-tables", sender, receiver)


def _bound(salt: bytes, person: bytes, *texts: str) -> bytes:
    digest = hashlib.blake2b(key=salt, digest_size=32, person=person)
    for text in texts:
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
    elif learns not in tuple(Learns):
        told = f"there is no outcome {learns[:40]!r}"
        raise InvalidInput(told, public_detail=told)


def check_sum(learns: str, value_decimals: int, at_least: int) -> None:
    """See that a proposal says of a sum, and of a sum only, its decimals and over how many ids at least it is told.

    Raises
    ------
    InvalidInput
        Not so; fewer ids than this product takes.
    """
    told = ""
    if learns != Learns.SUM:
        told = "value_decimals and at_least are for sums only" if value_decimals or at_least else ""
    elif not 0 <= value_decimals <= MOST_DECIMALS:
        told = f"value_decimals is 0 to {MOST_DECIMALS}"
    elif not AT_LEAST <= at_least <= _MOST_AT_LEAST:
        told = f"a sum over fewer than {AT_LEAST} common ids is not told"
    if told:
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
    if learns not in known.learns:
        told = f"{name} cannot be agreed on for the outcome {learns[:40]!r}"
        raise InvalidInput(told, public_detail=told, hint=f"It is for {', '.join(sorted(known.learns))}.")
