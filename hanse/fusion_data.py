"""A fusion node's data sets, and the ids that key rules make of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hanse.fusion_calls import LONG, FusionCalls, Json


class FusionData(FusionCalls):
    """What rows a node has."""

    def upload(self, path: str | Path, name: str = "", *, sheet: str = "", encoding: str = "") -> Json:
        """Give the node a CSV, Parquet or Excel file.

        Parameters
        ----------
        sheet
            Of a workbook; empty: the one that has rows. Where several have, HAN-8067 names them.
        encoding
            Of a CSV file: "utf-8", "gb18030" (GBK, GB2312) or "utf-16"; empty: found out, and told as `detail` where it
            is not UTF-8.
        """
        file = Path(path)
        asked = {"name": name or file.stem, "file_name": file.name, "sheet": sheet, "encoding": encoding}
        params = {name: value for name, value in asked.items() if value}
        return self._send("/data-sets", file, params)

    def sheets(self, path: str | Path) -> list[Json]:
        """List the sheets of an Excel file, and whether each has rows; the node keeps nothing of it."""
        return list(self._send("/data-sets/sheets", Path(path), {})["items"])

    def _send(self, path: str, file: Path, params: Mapping[str, str]) -> Json:
        headers = {"Content-Type": "application/octet-stream"}
        with file.open("rb") as stream:
            return self._call("POST", path, params=dict(params), headers=headers, content=stream, timeout=LONG)

    def add_table(
        self,
        kind: str,
        host: str,
        port: int,
        database: str,
        user: str,
        password: str,
        *,
        table: str = "",
        query: str = "",
        name: str = "",
        tls: str = "require",
        ca: str = "",
    ) -> Json:
        """Let the node read a table, or what a SELECT gives, once.

        Parameters
        ----------
        kind
            "postgresql" or "mysql" (MariaDB, too).
        password
            The node keeps it nowhere.
        tls
            "require": encrypted; "verify_ca": only a server whose certificate `ca` (PEM; empty: those that the system
            trusts) has signed for this host; "off".
        """
        asked = {"kind": kind, "host": host, "port": port, "database": database, "user": user, "password": password}
        what = {"table": table, "query": query, "name": name, "tls": tls, "ca": ca}
        return self._call("POST", "/data-sets/database", json={**asked, **what}, timeout=LONG)

    def data_sets(self) -> list[Json]:
        """List the data sets."""
        return self._items("/data-sets")

    def preview_data_set(self, data_set: str, limit: int = 20) -> Json:
        """Return the names of the columns and the first rows, as texts."""
        return self._call("GET", f"/data-sets/{data_set}/preview", params={"limit": limit})

    def delete_data_set(self, data_set: str) -> None:
        """Delete a data set; results made of it stay."""
        self._call("DELETE", f"/data-sets/{data_set}")

    def key_example(self, values: Sequence[str], key_rule: Mapping[str, Any], *, hashed_here: bool = False) -> Json:
        """Show step by step what id a rule makes of one row's values."""
        body = {"values": list(values), "key_rule": dict(key_rule), "hashed_here": hashed_here}
        return self._call("POST", "/key-rules/example", json=body)

    def key_check(
        self,
        data_set: str,
        columns: Sequence[str],
        key_rule: Mapping[str, Any] | None = None,
        *,
        hashed_here: bool = False,
    ) -> Json:
        """Count the ids that a rule makes of a data set, with examples and warnings.

        Parameters
        ----------
        key_rule
            trim, case, form, hash, clean; what is left out is the usual: trimmed, case kept, NFC, no hash, not cleaned.
            `clean` has one entry a column: {"keep": "no_separators", "prefixes": ["+86", "0086"], "rest_at_least": 7};
            `keep` is "all", "no_separators" (without spaces, hyphens, dots and brackets), "letters_and_digits" or
            "digits". Where a step would mend what a warning says, the answer's `advice` has the rule with it.
        hashed_here
            The columns hold hashes already, made by the rule.
        """
        body = {"columns": list(columns), "key_rule": dict(key_rule or {}), "hashed_here": hashed_here}
        return self._call("POST", f"/data-sets/{data_set}/key-check", json=body, timeout=LONG)

    def pre_check(self, task: str, data_set: str, columns: Sequence[str], *, hashed_here: bool = False) -> Json:
        """Look whether ids of ours can match those of a partner's proposal at all."""
        body = {"data_set": data_set, "columns": list(columns), "hashed_here": hashed_here}
        return self._call("POST", f"/tasks/{task}/pre-check", json=body, timeout=LONG)
