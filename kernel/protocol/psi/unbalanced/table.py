"""A sender's set, hashed and masked once for many alignments with one partner; see "A table for many" in README.md."""

import hashlib
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from kernel.core.context import Rng
from kernel.core.errors import BadPayload
from kernel.crypto.prg import Stream
from kernel.protocol.psi.masks import BATCH, hashed
from kernel.protocol.psi.port import SEED_BYTES, Bytes, Digests, Learns, Side, Vault, Workers, batches, exactly

DOMAIN = b"hanse-psi-unbalanced-v1-with-curve25519_XMD:SHA-512_ELL2_NU_"
TABLE_BYTES = 16  # of a row: two of 2^32 ids of either side agree anywhere with probability 2^-64


@dataclass(frozen=True)
class Table:
    """The sender's scalar, the order of its ids in the rows, and the rows (n, width)."""

    scalar: bytes
    order: npt.NDArray[np.int64]
    rows: Bytes

    def send(self, side: Side) -> None:
        """Send the rows, batch by batch (step 1)."""
        for place, (start, end) in enumerate(batches(len(self.rows), BATCH)):
            side.send(f"table {place}", partial(self.rows[start:end].tobytes))


def prepare(digests: Digests, shelf: Vault, rng: Rng, workers: Workers) -> str:
    """Make a table of digests under a salt of its own, put it on the shelf, and return its name, a hash of its rows.

    For one partner only: each has a scalar of its own.
    """
    seed = rng.token(SEED_BYTES)
    rows = made(digests, *secrets_of(seed, len(digests)), TABLE_BYTES, workers).rows
    name = name_of(rows)
    shelf.put(f"table {name} seed", seed)  # first: rows without it are of no use
    shelf.put(f"table {name}", rows.tobytes())
    return name


def secrets_of(seed: bytes, count: int) -> tuple[bytes, npt.NDArray[np.int64]]:
    """Derive a table's scalar and order."""
    scalar = Stream(seed, "psi", "table", "scalar").token(SEED_BYTES)
    return scalar, Stream(seed, "psi", "table", "order").permutation(count)


def made(digests: Digests, scalar: bytes, order: npt.NDArray[np.int64], width: int, workers: Workers) -> Table:
    """Hash and mask digests in an order, and keep the first bytes of each."""
    parts = [hashed(workers, digests[order[a:b]], scalar, DOMAIN, width) for a, b in batches(len(digests), BATCH)]
    return Table(scalar, order, np.frombuffer(b"".join(parts), np.uint8).reshape(-1, width))


def opened(side: Side, count: int) -> Table:
    """Take the table that the terms name from the sender's shelf.

    Raises
    ------
    LookupError
        It is not there, or of another number of ids: whoever calls has not prepared what it agreed on.
    """
    shelf, name = _shelf(side), side.terms.table
    seed, data = shelf.get(f"table {name} seed"), shelf.get(f"table {name}")
    if seed is None or data is None or len(data) != count * TABLE_BYTES:
        raise LookupError("no such table of this set is on the shelf")
    return Table(*secrets_of(seed, count), np.frombuffer(data, np.uint8).reshape(count, TABLE_BYTES))


def heard(side: Side, width: int) -> list[Bytes]:
    """Take the sender's rows from the wire, or from the receiver's shelf, where they stay if they have a name.

    Raises
    ------
    BadPayload
        The rows are not those that the name stands for.
    """
    terms = side.terms
    if terms.table_kept:
        data = _shelf(side).get(f"table {terms.table}")
        if data is None:
            raise LookupError("the table that was kept is gone from the shelf")
        return [exactly(data, terms.n_sender, width)]
    cuts = enumerate(batches(terms.n_sender, BATCH))
    rows = [exactly(side.wire.recv(f"table {place}"), end - start, width) for place, (start, end) in cuts]
    if terms.table:
        every = np.concatenate(rows)
        if name_of(every) != terms.table:
            raise BadPayload("a table of another name than was agreed on")
        _shelf(side).put(f"table {terms.table}", every.tobytes())
    return rows


def name_of(rows: Bytes) -> str:
    """Name a table by its rows: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(b"hanse-psi-table-v1" + rows.tobytes()).hexdigest()


def _shelf(side: Side) -> Vault:
    if side.terms.learns is Learns.SIZE:
        raise ValueError("where only the size may be learned a table serves once: its rows are recognised")
    if side.shelf is None:
        raise LookupError("the terms name a table, and there is no shelf")
    return side.shelf
