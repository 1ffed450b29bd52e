"""The ids of one's own data set, checked against what an alignment takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion.domain.asking import Taken
from fusion.domain.errors import BadColumns, NoIds, TooManyRows
from fusion.domain.key_rule import KeyRule
from fusion.service.data_sets import DataSets
from fusion.service.ids import Ids, read_ids
from fusion.service.precheck import check_hashed
from fusion.service.values import read_values


@dataclass(frozen=True, slots=True)
class Counted:
    """Ids of a data set, and what a task keeps of them."""

    place: Path
    ids: Ids
    values: dict[str, Any]


class Counting:
    """Counts ids."""

    def __init__(self, data_sets: DataSets, max_rows: int) -> None:
        self._data_sets, self.max_rows = data_sets, max_rows

    def count(self, taken: Taken, rule: KeyRule, salt: bytes, value_decimals: int = 0) -> Counted:
        """Count the ids of our data set, under the proposal's salt; see that their values can be added.

        Raises
        ------
        UnknownDataSet, DataSetChanged, BadColumns, HashUnknown, NoIds, TooManyRows, BadValue
            What is wrong with it.
        """
        check_hashed(rule, hashed_here=taken.hashed_here)
        value = (taken.value_column,) if taken.value_column else ()
        columns = (*taken.columns, *taken.columns_of_result, *value)
        with self._data_sets.reading(taken.data_set, columns) as place:
            return self._counted(place, taken, rule, salt, value_decimals)

    def _counted(self, place: Path, taken: Taken, rule: KeyRule, salt: bytes, value_decimals: int) -> Counted:
        if len(taken.columns) != rule.columns:
            raise BadColumns(f"{len(taken.columns)} columns, but the proposal's ids are made of {rule.columns}")
        ids = read_ids(place, taken.columns, rule, salt, hashed_here=taken.hashed_here)
        if not len(ids.digests):
            which = f"the columns {', '.join(taken.columns)} make no id in any row"
            if taken.hashed_here:
                raise NoIds(f"{which}: they are empty, or hold no {rule.hash}")
            raise NoIds(f"{which}: they are empty, or the key rule leaves nothing of them")
        if len(ids.digests) > self.max_rows:
            raise TooManyRows(f"{len(ids.digests)} ids; this node takes {self.max_rows}")
        if taken.value_column:
            read_values(place, ids, taken.value_column, value_decimals, empty_as_zero=taken.empty_as_zero)
        values = {
            "data_set": taken.data_set,
            "columns": taken.columns,
            "columns_of_result": taken.columns_of_result,
            "hashed_here": taken.hashed_here,
            "value_column": taken.value_column,
            "empty_as_zero": taken.empty_as_zero,
            "rows": len(ids.places),
            "ids": len(ids.digests),
            "duplicates": ids.duplicates,
            "rows_without_id": ids.without_id,
        }
        return Counted(place, ids, values)
