"""How sf-heu writes keys and ciphertexts: msgpack, with numbers as little-endian strings whose top bit is the sign.

Only what sf-heu wrote is read here, and only what was checked is written for it: a peer's bytes go to `Block.loads`.
"""

from collections.abc import Sequence

_MORE = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4}  # bytes that follow these heads


def number(value: int) -> bytes:
    """Write a number that is not negative."""
    return _string(value.to_bytes(value.bit_length() // 8 + 1, "little"))


def small(value: int) -> bytes:
    """Write an integer of up to 32 bits as msgpack's own."""
    return b"\xce" + value.to_bytes(4, "big")


def record(schema: int, *fields: bytes) -> bytes:
    """Write a key or a ciphertext: its fields, at most 15, and which scheme's they are."""
    return bytes([0x90 | len(fields)]) + b"".join(fields) + schema.to_bytes(8, "little")


def vector(schema: int, ciphertexts: Sequence[int]) -> bytes:
    """Write an array of one dimension."""
    records = [record(schema, number(value)) for value in ciphertexts]
    head = b"\x94" + small(len(records)) + b"\x01\x01\xdd" + len(records).to_bytes(4, "big")
    return head + b"".join(map(_string, records))


def numbers(data: bytes) -> list[int]:
    """Read an array's ciphertexts."""
    found, count, at = [], 0, 0
    for _ in ("array of four", "rows", "columns", "dimensions", "array of ciphertexts"):
        count, at = _head(data, at)
    for _ in range(count):
        size, start = _head(data, at)
        length, value = _head(data, start + 1)  # behind "array of one"
        found.append(int.from_bytes(data[value : value + length], "little"))
        at = start + size
    return found


def _string(data: bytes) -> bytes:
    """Write up to 65535 bytes behind the shortest head."""
    size = len(data)
    if size < 32:  # noqa: PLR2004
        return bytes([0xA0 | size]) + data
    return (bytes([0xD9, size]) if size < 256 else b"\xda" + size.to_bytes(2, "big")) + data  # noqa: PLR2004


def _head(data: bytes, at: int) -> tuple[int, int]:
    """Return what a head says, an integer or a length, and where it ends."""
    first = data[at]
    if more := _MORE.get(first):
        return int.from_bytes(data[at + 1 : at + 1 + more], "big"), at + 1 + more
    return first & (0x7F if first < 0x80 else 0x0F if first < 0xA0 else 0x1F), at + 1  # noqa: PLR2004
