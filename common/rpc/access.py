"""Who may call what: a table from method to patterns of callers; what is not listed is denied."""

from __future__ import annotations

from collections.abc import Collection, Mapping

#: Full method path, or "/package.Service/*", to patterns: an id, "board@self", "member:*" (any known member), "anyone"
#: (any known caller, and a newcomer whose keys the request itself shows).
AccessTable = Mapping[str, Collection[str]]


def patterns_for(table: AccessTable, method: str) -> Collection[str]:
    """Patterns of a method; an exact line goes before one of the whole service."""
    if method in table:
        return table[method]
    return table.get(method.rsplit("/", 1)[0] + "/*", ())


def may_call(table: AccessTable, method: str, caller: str, own_id: str) -> bool:
    """Whether the verified `caller` may call `method` of the server whose id is `own_id`."""
    own_member = own_id.rpartition("@")[2]
    for pattern in patterns_for(table, method):
        if pattern == "anyone":
            return True
        if pattern == "member:*":
            if "@" not in caller and caller != "union":
                return True
        elif caller == (f"{pattern[:-4]}{own_member}" if pattern.endswith("@self") else pattern):
            return True
    return False
