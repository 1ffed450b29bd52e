"""Training on noised bins: each provider sends its codes once, in the open, with differential privacy for each value.

k-ary randomised response (Kairouz, Bonawitz and Ramage, ICML 2016, section 3): of k codes the true one is told with
probability e^ε / (e^ε + k - 1), each other one with 1 / (e^ε + k - 1). The promoter then trains alone; it knows columns
and codes by number only, and says at the end which splits the trees use.
"""

import math
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import BadPayload
from kernel.core.party import Party
from kernel.core.wire import pack, said_by, unpack
from kernel.crypto.prg import Stream, derive
from kernel.ml.trees.binning import MOST_BINS, ColumnBins
from kernel.ml.trees.candidates import Candidate, Candidates
from kernel.ml.trees.tree import Tree
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.messages import NOISY, USED

Codes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
_COLUMN = struct.Struct(">BHB")  # text or numbers, codes, whether the last of them is that of missing values
_USED = struct.Struct(">IBB")  # column, code, whether missing values go left
_NAME = "\0"  # begins the name of a provider's column, as no column's name does


@dataclass(frozen=True)
class _Part:
    n_codes: Integers
    epsilon: float
    secret: bytes


def send(ctx: Context, columns: Columns, epsilon: float, seed: bytes) -> None:
    """Send our codes with noise. The noise is the seed's: a resumed training tells nothing more."""
    n_codes = np.array([_n_told(column) for column in columns.bins], dtype=np.int64)
    found = []
    for place, blocks in enumerate(columns.parts):
        secrets = [derive(seed, "noise", place, index) for index in range(len(blocks.sizes))]
        found += blocks.run(_respond, [_Part(n_codes, epsilon, secret) for secret in secrets])
    described = b"".join(
        _COLUMN.pack(column.kind == "category", count, column.has_missing)
        for column, count in zip(columns.bins, n_codes.tolist(), strict=True)
    )
    ctx.send(NOISY, pack([described, np.concatenate(found).tobytes()]), to=ctx.promoter)


def receive(ctx: Context, own: Columns, providers: Sequence[Party]) -> Columns:
    """Put the providers' noised columns beside our own."""
    bins, matrices = list(own.bins), []
    for party in providers:
        data = ctx.recv(NOISY, sender=party)
        with said_by(party):
            found, matrix = _read(data, own.n_rows, own.n_training, party.member)
        bins += found
        matrices.append(matrix)
    if not matrices:
        return own
    beside, parts, start = np.hstack(matrices), [], 0
    for blocks in own.parts:
        parts.append(blocks.beside(beside[start : start + blocks.n_rows]))
        start += blocks.n_rows
    return Columns(bins, parts)


def tell(
    ctx: Context, trees: Sequence[Tree], splits: Sequence[dict[str, Any]], providers: Sequence[Party]
) -> list[Any]:
    """Give each provider's splits to it, and number the trees' splits anew, by owner; returns our own."""
    members = [ctx.promoter, *ctx.providers]
    owned: list[list[dict[str, Any]]] = [[] for _ in members]
    places = {party.member: index for index, party in enumerate(members)}
    for tree in trees:
        for node, owner in enumerate(tree.owner):
            if owner != 0:
                continue
            split = splits[tree.split[node]]
            name = str(split["column"])
            tree.owner[node] = places[name[1:].rsplit(_NAME, 1)[0]] if name.startswith(_NAME) else 0
            tree.split[node] = len(owned[tree.owner[node]])
            owned[tree.owner[node]].append(split)
    for party in providers:
        ctx.send(USED, b"".join(map(_written, owned[places[party.member]])), to=party)
    return owned[0]


def learn_splits(ctx: Context, columns: Columns, most: int) -> list[dict[str, Any]]:
    """Receive which of our splits the trees use, and describe them by our own values.

    Raises
    ------
    BadPayload
        There is no such column or code, or there are more than `most` splits.
    """
    data = ctx.recv(USED, sender=ctx.promoter)
    with said_by(ctx.promoter):
        if len(data) % _USED.size or len(data) // _USED.size > most:
            raise BadPayload("a list of splits of another length")
        return [_described(columns, *_USED.unpack_from(data, at)) for at in range(0, len(data), _USED.size)]


def _n_told(column: ColumnBins) -> int:
    """Codes that a column tells: that of missing values only where there are some."""
    return column.n_codes - (not column.has_missing)


def _respond(block: Codes, part: _Part) -> Codes:
    """Randomise one partition."""
    stream, out = Stream(part.secret), np.empty_like(block)
    for column, count in enumerate(part.n_codes.tolist()):
        told = block[:, column].astype(np.int64)
        keep = stream.uint64(len(block)).astype(np.float64) * 2.0**-64 < _kept(count, part.epsilon)
        other = (told + 1 + (stream.uint64(len(block)) % np.uint64(max(1, count - 1))).astype(np.int64)) % count
        # A value that no training row has is none of the codes: any one stands for it.
        anything = (stream.uint64(len(block)) % np.uint64(count)).astype(np.int64)
        out[:, column] = np.where(told >= count, anything, np.where(keep, told, other))
    return out


def _kept(count: int, epsilon: float) -> float:
    return math.exp(epsilon) / (math.exp(epsilon) + count - 1)


def _read(data: bytes, n_rows: int, n_training: int, member: str) -> tuple[list[ColumnBins], Codes]:
    described, cells = unpack(data, n_parts=2)
    n_columns = len(described) // _COLUMN.size
    if len(described) % _COLUMN.size or len(cells) != n_rows * n_columns or not n_columns:
        raise BadPayload(f"{len(cells)} codes for {n_rows} rows of {n_columns} columns")
    matrix = np.frombuffer(cells, np.uint8).reshape(n_rows, n_columns)
    bins = []
    for index, (text, count, missing) in enumerate(_COLUMN.iter_unpack(described)):
        if (
            text > 1
            or missing > 1
            or not 1 + text + missing <= count <= MOST_BINS + 1
            or matrix[:, index].max() >= count
        ):
            raise BadPayload("a column's codes are not those that it says")
        name, last = f"{_NAME}{member}{_NAME}{index}", count - 1 - missing
        counts = np.bincount(matrix[:n_training, index], minlength=last + 2)
        column = ColumnBins(name, "number", tuple(float(code) for code in range(last)), (), tuple(counts.tolist()))
        if text:
            column = replace(column, kind="category", cuts=(), categories=tuple(str(code) for code in range(last)))
        bins.append(column)
    return bins, matrix


def _written(split: dict[str, Any]) -> bytes:
    index, missing = int(str(split["column"]).rsplit(_NAME, 1)[1]), bool(split["missing_left"])
    if split["kind"] == "category":
        code = int(split["categories"][0]) if split["categories"] else MOST_BINS
    else:
        code = MOST_BINS if split["threshold"] == sys.float_info.max else int(split["threshold"])
    return _USED.pack(index, code, missing)


def _described(columns: Columns, index: int, code: int, missing: int) -> dict[str, Any]:
    """Describe one of our splits; the code 255 stands for everything present, or of text for missing values alone."""
    if index >= len(columns.bins) or missing > 1:
        raise BadPayload("a split of a column that we do not have")
    column = columns.bins[index]
    size = len(column.cuts) if column.kind == "number" else len(column.categories)
    if code == MOST_BINS:
        code = size if column.kind == "number" else size + 1
    elif code >= size:
        raise BadPayload("a split at a code that its column does not have")
    return Candidates([column]).describe(Candidate(0, code, missing_left=missing == 1))
