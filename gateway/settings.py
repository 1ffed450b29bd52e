"""Every knob of the gateway."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from common.settings import ServiceSettings

_GIB = 1024**3


class GatewaySettings(ServiceSettings):
    """Settings of ``python -m gateway``; environment variables start with ``HANSE_GATEWAY_``."""

    service: ClassVar[str] = "gateway"

    peer_listen: str = Field(
        default="127.0.0.1:0", description="Address of the door for other members' gateways (mutual TLS), host:port."
    )
    union_address: str = Field(description="Address of the union's signed gRPC, host:port.")
    union_refresh_s: float = Field(default=2.0, gt=0, le=3600, description="How often the union is asked, in seconds.")
    board_address: str = Field(default="", description="Address of the own board; empty: it takes no partners' calls.")
    flow_address: str = Field(default="", description="Address of the own flow; empty: it takes no partners' calls.")
    serving_address: str = Field(
        default="", description="Address of the own serving; empty: it takes no partners' calls."
    )
    max_message_bytes: int = Field(default=4 * _GIB, ge=1, description="Limit of one message, in bytes.")
    outbox_quota_bytes: int = Field(
        default=4 * _GIB, ge=1, description="Undelivered bytes per receiver before the kernel has to wait."
    )
    inbox_quota_bytes: int = Field(
        default=32 * _GIB, ge=1, description="Bytes of open tasks held per sender before it has to wait."
    )
    delivery_workers: int = Field(default=3, ge=1, le=32, description="Messages sent to one member at the same time.")
    gone_after_s: float = Field(
        default=1.5, gt=0, description="Seconds of refused contact after which a member counts as gone."
    )
    hung_after_s: float = Field(
        default=8.0, gt=0, description="Seconds without any answer after which a member counts as gone."
    )
    workers: int = Field(default=128, ge=8, le=4096, description="Threads of each door; a waiting Receive holds one.")
    blacklist: list[str] = Field(default=[], description="Members that may not call, until the board sets a policy.")
    allow_ips: list[str] = Field(
        default=[], description="Networks from which members may call, until the board sets a policy; empty: all."
    )
