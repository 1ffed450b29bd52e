"""The ids of one's own data set, checked against what an alignment takes."""

from collections.abc import Sequence
from typing import Any

from fusion.domain.errors import BadColumns, NoIds, TooManyRows
from fusion.domain.key_rule import KeyRule
from fusion.service.data_sets import DataSets
from fusion.service.ids import read_ids
from fusion.store.base import WorkFiles


class Counting:
    """Counts ids."""

    def __init__(self, data_sets: DataSets, files: WorkFiles, max_rows: int) -> None:
        self._data_sets, self._files, self.max_rows = data_sets, files, max_rows

    def count(
        self, data_set: str, columns: Sequence[str], rule: KeyRule, columns_of_result: Sequence[str]
    ) -> dict[str, Any]:
        """Return what a task keeps of our data set.

        Raises
        ------
        UnknownDataSet, BadColumns, NoIds, TooManyRows
            What is wrong with it.
        """
        known = self._data_sets.get(data_set)
        names = {column.name for column in known.columns}
        absent = [name for name in (*columns, *columns_of_result) if name not in names]
        if absent or not columns:
            raise BadColumns(
                f"data set {known.name} has no column {', '.join(absent)}" if absent else "no column is named"
            )
        if len(columns) != rule.columns:
            raise BadColumns(f"{len(columns)} columns, but the proposal's ids are made of {rule.columns}")
        ids = read_ids(self._files.table(data_set), columns, rule)
        if not ids.ids:
            raise NoIds(f"the columns {', '.join(columns)} are empty in every row")
        if len(ids.ids) > self.max_rows:
            raise TooManyRows(f"{len(ids.ids)} ids; this node takes {self.max_rows}")
        return {
            "data_set": data_set,
            "columns": tuple(columns),
            "columns_of_result": tuple(columns_of_result),
            "rows": known.rows,
            "ids": len(ids.ids),
            "duplicates": ids.duplicates,
            "rows_without_id": ids.without_id,
        }
