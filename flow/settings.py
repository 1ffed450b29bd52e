"""Every knob of flow."""

from pydantic import Field

from common.settings import ServiceSettings


class FlowSettings(ServiceSettings):
    """Read from flow's TOML file, then from HANSE_FLOW_*."""

    service = "flow"

    kernel_address: str = Field(description="host:port of the member's own kernel")
    gateway_address: str = Field(description="host:port of the member's own gateway")
    board_address: str = Field(description="host:port of the member's own board (gRPC)")
