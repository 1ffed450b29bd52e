"""Length-prefixed lists of byte strings: how payloads with several parts travel."""

import contextlib
import struct
from collections.abc import Iterable, Iterator

from kernel.core.errors import BadPayload
from kernel.core.party import Party

_LENGTH = struct.Struct(">Q")


def pack(parts: Iterable[bytes]) -> bytes:
    """Join parts, each after its length as an unsigned 64-bit big-endian integer."""
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack(payload: bytes, *, n_parts: int | None = None) -> list[bytes]:
    """Split what `pack` joined.

    Raises
    ------
    BadPayload
        A length runs past the end, or the number of parts is not `n_parts`.
    """
    parts: list[bytes] = []
    position = 0
    while position < len(payload):
        start = position + _LENGTH.size
        if start > len(payload):
            raise BadPayload("truncated length")
        (length,) = _LENGTH.unpack_from(payload, position)
        position = start + length
        if position > len(payload):
            raise BadPayload("truncated part")
        parts.append(payload[start:position])
    if n_parts is not None and len(parts) != n_parts:
        raise BadPayload(f"{len(parts)} parts where {n_parts} are expected")
    return parts


@contextlib.contextmanager
def said_by(party: Party) -> Iterator[None]:
    """Name the sender of a payload that turns out to be bad."""
    try:
        yield
    except BadPayload as error:
        error.party = error.party or party.member
        raise
