"""Every knob of the board."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from common.settings import ServiceSettings

_GIB = 1024**3


class BoardSettings(ServiceSettings):
    """Read from the board's TOML file, then from HANSE_BOARD_*."""

    service: ClassVar[str] = "board"

    http_listen: str = Field(
        default="127.0.0.1:0", description="Address of the web page and the HTTP API, host:port; port 0 picks one."
    )
    public_url: str = Field(
        default="", description="Address under which people reach the board; https makes the session cookie Secure."
    )
    http_threads: int = Field(
        default=24, ge=4, le=512, description="Threads of the HTTP server; each open live view holds one."
    )
    max_upload_bytes: int = Field(default=8 * _GIB, ge=1, description="Limit of one uploaded file, in bytes.")
    flow_address: str = Field(description="host:port of the member's own flow.")
    kernel_address: str = Field(description="host:port of the member's own kernel.")
    gateway_address: str = Field(description="host:port of the member's own gateway.")
    serving_address: str = Field(default="", description="host:port of the member's own serving; empty: there is none.")
    gateway_peer_address: str = Field(
        default="", description="host:port at which other members reach our gateway; it stands on the ledger."
    )
    union_address: str = Field(description="host:port of the federation's union.")
    federation_salt: str = Field(
        default="",
        pattern=r"^([0-9a-f]{64})?$",
        description="The federation's salt, 64 hexadecimal digits; a newcomer needs it before the union talks to it.",
    )
    contact: str = Field(
        default="", max_length=200, description="How to reach the member's people; stands on the ledger."
    )
    session_hours: float = Field(default=12.0, gt=0, le=24 * 30, description="How long a sign-in lasts, in hours.")
    notify_allow: list[str] = Field(
        default=[],
        description="host:port of the mail servers and webhooks to which notices may go; empty: none leave the house.",
    )
    web: Path | None = Field(
        default=None, description="Folder of the built web page; empty: the one that is installed."
    )
