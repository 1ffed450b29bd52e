"""A fusion node's tables: what is prepared once of a large data set for many alignments with one partner."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from common.errors import DeadlineExceeded, error_from
from hanse.fusion_calls import FusionCalls, Json

_LOOK_S = 0.3


class FusionTables(FusionCalls):
    """The part of the client that concerns prepared tables."""

    def prepare_table(
        self,
        partner: str,
        data_set: str,
        columns: Sequence[str],
        key_rule: Mapping[str, Any] | None = None,
        *,
        hashed_here: bool = False,
    ) -> Json:
        """Have the node prepare a table of a data set for a partner; it works on it by and by.

        Alignments with this partner in which this node is the sender, with exactly this data set, columns and rule, and
        `learns` "receiver" or "both", then use it: with protocol "unbalanced" always, with "auto" where it is worth it.

        Parameters
        ----------
        key_rule
            As for `align`; what is left out is the usual.
        hashed_here
            The columns hold hashes already, made by the rule.
        """
        body = {"partner": partner, "data_set": data_set, "columns": list(columns)}
        rule = {"key_rule": dict(key_rule or {}), "hashed_here": hashed_here}
        return self._call("POST", "/tables", json={**body, **rule})

    def tables(self) -> list[Json]:
        """List the tables that were prepared here, and partners' ones that are kept."""
        return self._items("/tables")

    def table(self, table: str) -> Json:
        """Describe one."""
        return self._call("GET", f"/tables/{table}")

    def wait_for_table(self, table: str, timeout_s: float = 3600.0) -> Json:
        """Wait until a table is ready; raises why it failed."""
        end = time.monotonic() + timeout_s
        while True:
            found = self.table(table)
            if found["state"] == "ready":
                return found
            if found["state"] != "preparing":
                told = found["failure"] or {}
                code, detail = told.get("code") or "HAN-8063", told.get("detail") or f"the table is {found['state']}"
                raise error_from(code, detail, told.get("hint", ""), party=told.get("party", ""))
            if time.monotonic() > end:
                raise DeadlineExceeded(f"table {table} is not ready yet")
            time.sleep(_LOOK_S)

    def delete_table(self, table: str) -> None:
        """Delete one with its key; of a partner's it is the copy that is kept here, which is sent again then."""
        self._call("DELETE", f"/tables/{table}")
