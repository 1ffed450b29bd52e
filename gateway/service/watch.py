"""What operators see of the gateway: traffic by partner and room on the disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from common.disk import DiskUse, measure
from gateway.domain.messages import PartnerTraffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gateway.store.base import EgressStore, OutboxStore


class Watch:
    """Looks at the outbox, the egress record and the spool.

    Parameters
    ----------
    folders : mapping
        Name for people → folder.
    """

    def __init__(self, egress: EgressStore, outbox: OutboxStore, folders: Mapping[str, Path]) -> None:
        self._egress = egress
        self._outbox = outbox
        self._folders = folders

    def traffic(self, from_ms: int) -> list[PartnerTraffic]:
        """Tell by member what left since then and what still waits."""
        found = {
            member: PartnerTraffic(member, messages, size)
            for member, (messages, size) in self._egress.sent(from_ms).items()
        }
        for member, (messages, size, since_ms) in self._outbox.waiting().items():
            known = found.get(member, PartnerTraffic(member))
            found[member] = replace(known, waiting_messages=messages, waiting_bytes=size, waiting_since_ms=since_ms)
        return [found[member] for member in sorted(found)]

    def disks(self) -> list[DiskUse]:
        """Measure each folder."""
        return [measure(what, folder) for what, folder in self._folders.items()]
