"""Every knob of serving."""

from pydantic import Field

from common.settings import ServiceSettings


class ServingSettings(ServiceSettings):
    """Read from serving's TOML file, then from HANSE_SERVING_*."""

    service = "serving"

    http_listen: str = Field(
        default="127.0.0.1:8090", description="Address for applications (HTTP), host:port; port 0 picks one."
    )
    gateway_address: str = Field(
        default="", description="host:port of the member's own gateway; empty: alone, so models of one member only."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer HTTP.")
    threads: int = Field(default=8, ge=1, le=256, description="Threads of each of them.")
    max_ids_per_call: int = Field(
        default=1000, ge=1, le=100_000, description="Rows of one call, of applications and of partners."
    )
    max_body_bytes: int = Field(default=4 * 1024**2, ge=1024, description="Limit of one HTTP request, in bytes.")
    partner_ids_per_minute: int = Field(
        default=60_000, ge=1, description="Ids that one partner may ask of one model in a minute."
    )
    partner_timeout_s: float = Field(default=10.0, gt=0, le=110, description="How long a partner may take, in seconds.")
