"""Every knob of the kernel."""

from pathlib import Path
from typing import Self

from pydantic import Field, FilePath, model_validator

from common.settings import ServiceSettings


class KernelSettings(ServiceSettings):
    """Read from the kernel's TOML file, then from HANSE_KERNEL_*."""

    service = "kernel"

    gateway_address: str = Field(description="host:port of the member's own gateway")
    spark_master: str = Field("local[2]", description="Spark master URL: local[n], spark://host:port, k8s://…")
    spark_driver_memory: str = Field("512m", description="Heap of the Spark driver")
    spark_options: dict[str, str] = Field(default_factory=dict, description="Further Spark settings")
    n_partitions: int = Field(4, ge=1, le=1000, description="Partitions of every table and matrix")
    warm_executors: int = Field(1, ge=0, le=16, description="Executors with a Spark session that wait for a job")
    max_executors: int = Field(2, ge=1, le=64, description="Jobs that may run at the same time")
    max_import_bytes: int = Field(2 * 1024**3, ge=1, description="Largest file that may be imported")
    upload_quota_bytes: int = Field(20 * 1024**3, ge=1, description="Room for uploads that wait to be imported")
    import_folders: tuple[Path, ...] = Field(
        default=(), description="Folders of this machine whose files may be imported; none by default"
    )
    import_databases: tuple[str, ...] = Field(
        default=(), description="host:port of databases from which people may import; none by default"
    )
    import_database_ca: dict[str, FilePath] = Field(
        default_factory=dict,
        description="host:port → file of the certificates (PEM) that must have signed that database's own; without "
        "one, a connection is encrypted where the database offers it, and the database is not verified",
    )
    message_deadline_s: float = Field(600.0, gt=0, description="Longest wait for one message of a partner")

    @model_validator(mode="after")
    def _no_stray_authority(self) -> Self:
        """Refuse a slip in an address, which would leave its database unverified without a word."""
        stray = sorted(set(self.import_database_ca) - set(self.import_databases))
        if stray:
            raise ValueError(f"import_database_ca names {', '.join(stray)}, which import_databases does not")
        return self

    @property
    def databases(self) -> dict[str, Path | None]:
        """The opened databases, each with the authority of its certificate."""
        return {address: self.import_database_ca.get(address) for address in self.import_databases}

    @property
    def scratch(self) -> Path:
        """Folder for Spark's temporary files."""
        return self.data / "scratch"
