"""Results of alignments, and what left the node for them, from Python."""

import csv
import io
from collections.abc import Iterator, Sequence

from hanse.fusion_calls import API, FusionCalls, Json


class FusionResults(FusionCalls):
    """The part of the client that concerns results."""

    def preview(self, task: str, limit: int = 20) -> Json:
        """Show one's own first rows in the intersection: columns and rows."""
        return self._call("GET", f"/tasks/{task}/preview", params={"limit": limit})

    def result(
        self, task: str, form: str = "csv", columns: Sequence[str] = (), *, bom: bool = False, defuse: bool = False
    ) -> Iterator[bytes]:
        """Download one's own rows in the intersection, as "csv" or "parquet"; only some columns of them.

        Parameters
        ----------
        bom
            Begin CSV with a byte-order mark, by which Excel sees that it is UTF-8.
        defuse
            In CSV, put an apostrophe before texts that a spreadsheet would take for formulas, such as =1+1 (plain
            numbers, also +86138 and -5, stay); without it every value is exact.
        """
        asked = {"format": form, "columns": _line(columns) if columns else "", "bom": bom, "defuse": defuse}
        return self.http.read(f"{API}/tasks/{task}/result", **{name: value for name, value in asked.items() if value})

    def save(self, task: str, name: str) -> Json:
        """Make a data resource of a result at the board that the node's settings name."""
        return self._call("POST", f"/tasks/{task}/save", json={"name": name}, timeout=3600.0)

    def egress(self, task: str = "") -> list[Json]:
        """List what left the node: for a task, or for all, newest first."""
        return self._items(f"/tasks/{task}/egress" if task else "/egress")


def _line(columns: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(columns)
    return line.getvalue()
