"""The ids of one's own data set, checked against what an alignment takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion.domain.errors import BadColumns, NoIds, TooManyRows
from fusion.domain.key_rule import KeyRule
from fusion.service import precheck
from fusion.service.data_sets import DataSets
from fusion.service.ids import Ids, read_ids


@dataclass(frozen=True, slots=True)
class Counted:
    """The ids, where their rows are, and what a task keeps of them."""

    ids: Ids
    place: Path
    values: dict[str, Any]


class Counting:
    """Counts ids."""

    def __init__(self, data_sets: DataSets, max_rows: int) -> None:
        self._data_sets, self.max_rows = data_sets, max_rows

    def count(
        self,
        data_set: str,
        columns: Sequence[str],
        rule: KeyRule,
        salt: bytes,
        *,
        hashed_here: bool,
        columns_of_result: Sequence[str] = (),
    ) -> Counted:
        """Count the ids of our data set.

        Parameters
        ----------
        salt
            The proposal's.
        hashed_here
            The columns hold hashes already, see `KeyRule.key`.

        Raises
        ------
        UnknownDataSet, BadColumns, NoIds, TooManyRows, HashUnknown
            What is wrong with it.
        """
        precheck.check_hashed(rule, hashed_here=hashed_here)
        self._data_sets.table(data_set, [*columns, *columns_of_result])
        place = self._data_sets.table(data_set, columns)
        if len(columns) != rule.columns:
            raise BadColumns(f"{len(columns)} columns, but the proposal's ids are made of {rule.columns}")
        ids = read_ids(place, columns, rule, salt, hashed_here=hashed_here)
        if not len(ids.digests):
            hashed = f", or hold no {rule.hash}" if hashed_here else ""
            raise NoIds(f"the columns {', '.join(columns)} are empty in every row{hashed}")
        if len(ids.digests) > self.max_rows:
            raise TooManyRows(f"{len(ids.digests)} ids; this node takes {self.max_rows}")
        values = {
            "data_set": data_set,
            "columns": tuple(columns),
            "columns_of_result": tuple(columns_of_result),
            "hashed_here": hashed_here,
            "rows": len(ids.places),
            "ids": len(ids.digests),
            "duplicates": ids.duplicates,
            "rows_without_id": ids.without_id,
        }
        return Counted(ids, place, values)
