"""What a proposal says of tables."""

from typing import Any

from fusion.domain import prepared
from fusion.domain.models import AUTO, Task
from fusion.domain.states import SENDER
from proto.fusion.v1 import fusion_pb2 as pb


def told(task: Task) -> dict[str, Any]:
    """Return the fields of an offer."""
    return {"table": task.table_name, "table_salt": task.table_salt, "tables_kept": task.tables_kept}


def taken(offer: pb.TaskOffer) -> dict[str, Any]:
    """Return the fields of a task."""
    return {"table_name": offer.table, "table_salt": offer.table_salt, "tables_kept": tuple(offer.tables_kept)}


def same(task: Task, offer: pb.TaskOffer) -> bool:
    """Whether an offer says of tables what it said before.

    Once our people have accepted, the task says which table is used in the place of which was offered.
    """
    now, before = taken(offer), {name: getattr(task, name) for name in taken(offer)}
    return now["tables_kept"] == before["tables_kept"] and (task.ids > 0 or now == before)


def wrong_tables(offer: pb.TaskOffer) -> str:
    """Say what of it no node sends; empty: nothing."""
    if not offer.table and not offer.table_salt and not offer.tables_kept:
        return ""
    if offer.learns not in prepared.LEARNS or offer.protocol not in (AUTO, prepared.PROTOCOL):
        return "a table where none can be used"
    if offer.proposer_role == SENDER:
        names, exact = [offer.table], len(offer.table_salt) == prepared.SALT_BYTES and not offer.tables_kept
    else:
        names, exact = list(offer.tables_kept), not offer.table and not offer.table_salt
    if not exact or len(names) > prepared.MOST_TOLD or len({*names}) != len(names):
        return "tables that no node tells of"
    return "" if all(prepared.NAME.fullmatch(name) for name in names) else "a table's name that is none"
