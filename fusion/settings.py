"""Every knob of fusion."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from common.settings import ServiceSettings
from common.settings_file import settings_file

_GIB = 1024**3


class FusionSettings(ServiceSettings):
    """Read from fusion's TOML file, then from HANSE_FUSION_*."""

    service = "fusion"

    http_listen: str = Field(
        default="127.0.0.1:8095", description="Address for people and programs (HTTP), host:port; port 0 picks one."
    )
    web: Path | None = Field(
        default=None, description="Folder of the built web pages; empty: the one that is installed."
    )
    peer_listen: str = Field(
        default="127.0.0.1:0", description="Address for partners' nodes (signed gRPC over mutual TLS), host:port."
    )
    public_address: str = Field(
        default="", description="host:port at which partners reach peer_listen; empty: peer_listen itself."
    )
    greet_every_s: int = Field(
        default=60, ge=1, description="Seconds after which partners' nodes are greeted again, to see how things stand."
    )
    threads: int = Field(default=2, ge=1, le=256, description="Threads that compute at the same time.")
    max_rows: int = Field(default=50_000_000, ge=1, description="Most ids of one side in an alignment.")
    max_upload_bytes: int = Field(default=8 * _GIB, ge=1, description="Limit of one uploaded file, in bytes.")
    task_timeout_s: int = Field(
        default=7 * 86_400, ge=1, description="Seconds after which an alignment that has not ended times out."
    )
    pause_at_most_s: int = Field(
        default=30 * 86_400, ge=1, description="Seconds after which an alignment that is still paused times out."
    )
    table_days: int = Field(
        default=30, ge=1, le=3650, description="Days that a prepared table serves, and that a partner's is kept."
    )
    tables_at_most: int = Field(
        default=32, ge=0, le=1000, description="Most tables prepared here, and most that are kept of partners."
    )
    tables_most_bytes: int = Field(
        default=16 * _GIB, ge=0, description="Most bytes of tables prepared here, and of those kept of partners."
    )
    link_mbit_per_s: float = Field(
        default=0, ge=0, le=1e6, description="Rate of the way to partners, for plans; 0: it is measured."
    )
    link_round_trip_ms: float = Field(
        default=0, ge=0, le=60_000, description="Round trip of the way to partners, for plans; 0: it is measured."
    )
    partner_greetings_a_minute: int = Field(default=120, ge=1, description="Greetings taken of one partner.")
    partner_probes_a_minute: int = Field(
        default=60, ge=6, description="Probes of the way taken of one partner; measuring takes six."
    )
    partner_proposals_a_minute: int = Field(default=120, ge=1, description="Proposals taken of one partner.")
    partner_proposals_a_day: int = Field(
        default=5000, ge=1, description="Proposals of one partner within 24 hours, also those that have ended."
    )
    partner_unanswered: int = Field(
        default=200, ge=1, description="Most proposals of one partner that wait for an answer."
    )
    address_greetings_a_minute: int = Field(
        default=600, ge=1, description="Greetings taken of one network address, before it is known whose they are."
    )
    greetings_a_minute: int = Field(default=3000, ge=1, description="Greetings taken of all addresses together.")
    board_url: str = Field(
        default="", description="The member's board, at which results are saved as data resources; empty: none."
    )
    board_token_file: Path | None = Field(
        default=None, description="File (mode 0600) with a personal access token of an account of the board."
    )


def write_settings(path: Path, given: Mapping[str, Any]) -> bool:
    """Write a node's settings into its home, beside its data; False: there are some, which stay.

    Parameters
    ----------
    given
        Setting → value, where it is not the default.
    """
    text = settings_file(FusionSettings, {"home": ".", "data": "data", **given}, {"listen"})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # a database_url may hold a password
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    return True
