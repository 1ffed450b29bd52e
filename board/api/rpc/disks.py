"""What services tell of their disks."""

from collections.abc import Iterable

from common.disk import DiskUse
from proto.common.v1 import disk_pb2


def disk_uses(told: Iterable[disk_pb2.DiskUse]) -> list[DiskUse]:
    """Read the messages."""
    return [DiskUse(disk.what, disk.used_bytes, disk.free_bytes, disk.total_bytes) for disk in told]
