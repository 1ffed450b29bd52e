"""Ids of a data set's rows under a key rule: as digests only, so that ten million of them take little memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from fusion.domain.key_rule import KeyRule
from fusion.service.columns import ids_of
from kernel.protocol.psi.port import DIGEST_BYTES, Digests, Flags, digests_of

ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Ids:
    """Digests of distinct ids in the order of their first row, and each row's place among them.

    Parameters
    ----------
    digests
        (ids, 16), all different, under the alignment's salt.
    places
        (rows,) int32, -1 where a row has no id.
    """

    digests: Digests
    places: npt.NDArray[np.int32]
    without_id: int

    @property
    def duplicates(self) -> int:
        """Rows beyond the first of their id."""
        return len(self.places) - self.without_id - len(self.digests)


def read_ids(path: Path, columns: Sequence[str], rule: KeyRule, salt: bytes, *, hashed_here: bool = False) -> Ids:
    """Read the ids of a data set.

    Parameters
    ----------
    salt
        What `fusion.service.terms.salt_of` says; where ids are only counted, anything secret.
    hashed_here
        The columns hold hashes already, see `KeyRule.key`.
    """
    with pa.parquet.ParquetFile(path) as file:
        rows = file.metadata.num_rows
    digests = np.empty((rows, DIGEST_BYTES), dtype=np.uint8)
    there = np.zeros(rows, dtype=np.bool_)
    row = found = 0
    for batch in batches_of(path, columns):
        ids = ids_of(batch, columns, rule, hashed_here=hashed_here)
        has_id = pc.not_equal(ids, "")
        fresh = digests_of(ids.filter(has_id).to_pylist(), salt)
        digests[found : found + len(fresh)] = fresh
        there[row : row + len(ids)] = has_id.to_numpy(zero_copy_only=False)
        row, found = row + len(ids), found + len(fresh)
    places = np.full(rows, -1, dtype=np.int32)
    distinct, among = _distinct(digests[:found])
    places[there] = among
    return Ids(distinct, places, rows - found)


def batches_of(path: Path, columns: Sequence[str] | None = None, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
    """Yield a data set's rows, a few at a time."""
    with pa.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
        wanted = list(columns) if columns is not None else None
        yield from file.iter_batches(rows, columns=wanted, use_threads=False)


def _distinct(digests: Digests) -> tuple[Digests, npt.NDArray[np.int32]]:
    """Return the different ones of (n, 16) in the order in which they come, and each one's place among them (n,)."""
    count = len(digests)
    words = digests.view(np.uint64).reshape(count, 2)
    order = np.argsort(words[:, 0], kind="stable")
    fresh = _changes(words, order)
    if np.any((words[order[1:], 0] == words[order[:-1], 0]) & fresh[1:]):
        # Two ids whose digests begin alike: then both words decide; the sort keeps the rows' order among equals.
        order = np.lexsort((words[:, 1], words[:, 0]))
        fresh = _changes(words, order)
    if fresh.all():
        return digests, np.arange(count, dtype=np.int32)
    firsts = order[fresh]  # the first row of each different one, by digest
    rank = np.empty(len(firsts), dtype=np.int32)
    by_row = np.argsort(firsts)
    rank[by_row] = np.arange(len(firsts), dtype=np.int32)
    among = np.empty(count, dtype=np.int32)
    among[order] = rank[np.cumsum(fresh, dtype=np.int32) - 1]
    return digests[firsts[by_row]], among


def _changes(words: npt.NDArray[np.uint64], order: npt.NDArray[np.int64]) -> Flags:
    """Say of each in a sorted order whether it differs from the one before."""
    changes = np.ones(len(order), dtype=np.bool_)
    for word in (0, 1):
        sorted_ = words[order, word]
        differs = sorted_[1:] != sorted_[:-1]
        changes[1:] = differs if word == 0 else changes[1:] | differs
    return changes


def write_rows(path: Path, ids: Ids, common: Flags, target: Path) -> None:
    """Write the rows whose id is among the common ones, as a whole or not at all.

    Parameters
    ----------
    common
        (ids,), as the protocol returns it.
    """
    part = target.with_suffix(".part")
    start = 0
    with pa.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
    with pa.parquet.ParquetWriter(part, schema) as writer:
        for batch in batches_of(path):
            places = ids.places[start : start + batch.num_rows]
            start += batch.num_rows
            has_id = places >= 0
            kept = np.zeros(len(places), dtype=np.bool_)
            kept[has_id] = common[places[has_id]]
            writer.write_batch(batch.filter(pa.array(kept)))
    part.replace(target)
