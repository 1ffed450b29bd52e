"""The ids of a data set: texts, none empty, none twice; looked at in bounded memory."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from common.errors import InvalidInput
from kernel.core.errors import DuplicateIds
from kernel.service.tally import Tally

JOINT = "|"  # between the parts of an id that several columns make


def texts(column: pa.Array) -> pa.Array:
    """Return ids as they are compared: text without blanks around it, empty where there is none."""
    return pc.utf8_trim_whitespace(pc.fill_null(pc.cast(column, pa.string()), ""))


def joined(columns: list[pa.Array]) -> pa.Array:
    """Make one id of several columns' values."""
    return pc.binary_join_element_wise(*map(texts, columns), JOINT)


def check_type(name: str, type_: pa.DataType) -> None:
    """Raise InvalidInput when values of a type cannot be an id."""
    try:
        texts(pa.array([], type_))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise InvalidInput(f"column {name!r} has the type {type_}, which cannot be an id") from None


class Ids:
    """Counts ids as they come, and tells then which rows to keep."""

    def __init__(self, column: str, folder: Path) -> None:
        self._column, self._folder, self._tally, self._rows = column, folder, Tally(folder), 0

    def add(self, ids: pa.Array) -> None:
        """Take the ids of the next rows."""
        self._tally.add(ids, pa.array(np.arange(self._rows, self._rows + len(ids))))
        self._rows += len(ids)

    def kept(self, duplicates: str) -> npt.NDArray[np.bool_] | None:
        """Return for each row whether it is kept, on disk; None when all are.

        Raises
        ------
        DuplicateIds
            Unless the first row of each id is to be kept.
        """
        first = np.memmap(self._folder / "kept", np.bool_, "w+", shape=max(1, self._rows))
        distinct = empty = 0
        for block in self._tally.blocks():
            named = block.filter(pc.not_equal(block.column("value"), ""))
            distinct += named.num_rows
            empty += pc.sum(block.column("count")).as_py() - pc.sum(named.column("count"), min_count=0).as_py()
            first[named.column("first").to_numpy()] = True
        repeated = self._rows - empty - distinct
        if not empty and not repeated:
            return None
        if duplicates != "first":
            told = f"{repeated} duplicate and {empty} empty ids in {self._column!r}; nothing was imported"
            raise DuplicateIds(told)
        return first
