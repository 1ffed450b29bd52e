"""Every knob of the kernel."""

from pathlib import Path

from pydantic import Field

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
    message_deadline_s: float = Field(600.0, gt=0, description="Longest wait for one message of a partner")

    @property
    def scratch(self) -> Path:
        """Folder for Spark's temporary files."""
        return self.data / "scratch"
