"""Every knob of the union."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from common.settings import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnionSettings(ServiceSettings):
    """Settings of `python -m union --config FILE`; environment variables HANSE_UNION_* go first."""

    service: ClassVar[str] = "union"

    status_listen: str = Field(
        default="127.0.0.1:0",
        pattern=r"^(.+:\d{1,5})?$",
        description="Address of the HTTP status page, host:port; port 0 picks one; empty: no page.",
    )
    allow_ips: list[str] | None = Field(
        default=None, description="Networks from which signed calls are taken; none given: from anywhere."
    )
    ledger_url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="JSON-RPC URL of an EVM node; empty: the embedded chain in the data folder.",
    )
    ledger_page_blocks: int = Field(
        default=10, ge=1, le=10_000, description="Blocks per eth_getLogs of a remote node; FISCO BCOS answers for 10."
    )
    ledger_timestamp_unit_ms: Literal[1, 1000] = Field(
        default=1000, description="Milliseconds in a unit of a remote node's block times: 1 on FISCO BCOS, else 1000."
    )
    ledger_legacy_gas: bool = Field(
        default=False, description="Send gasPrice 0 and ask a remote node for no fees (FISCO BCOS before 3.16)."
    )
    ledger_chain_id: int = Field(
        default=0, ge=0, description="Chain that the node must belong to; 0: at the first start any, then the same."
    )
    ledger_timeout_s: float = Field(default=10.0, gt=0, le=300, description="Seconds to wait for a remote node.")
    contract: str = Field(
        default="",
        pattern=r"^(0x[0-9a-fA-F]{40})?$",
        description="Address of a registry that stands on the ledger already; empty: create one at the first start.",
    )
    contract_block: int = Field(default=0, ge=0, description="Block that created `contract`; reading starts there.")
    follow_interval_s: float = Field(
        default=2.0, gt=0, le=3600, description="Seconds between looks at the ledger for records of other unions."
    )
    max_pending: int = Field(
        default=1000, ge=1, description="Registrations that may wait for admission at the same time."
    )
    auto_admit: bool = Field(
        default=False,
        description="Admit every new member at once with this union's governance key (threshold 1 only): for trials.",
    )


def with_settings(text: str, changes: Mapping[str, str | int | bool | None]) -> str:
    """Return a settings file's text with some knobs changed, None: not set, and all else as it was."""
    for name, value in changes.items():
        line = re.compile(rf"^[ \t]*{name}[ \t]*=.*\n?", re.MULTILINE)
        # TOML writes text, numbers and booleans as JSON does.
        made = "" if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        text, found = line.subn(lambda _, made=made: made, text)  # type: ignore[misc]  # bound on purpose
        if made and not found:
            # First, since a table may follow.
            text = made + text
    return text
