"""Starts a Spark session: small and quiet when embedded, a cluster's when a master URL is set."""

import os
import sys
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession

from kernel.executor.java import java_home


def start_session(
    *,
    master: str,
    name: str,
    scratch: Path | None = None,
    driver_memory: str = "512m",
    options: dict[str, str] | None = None,
) -> SparkSession:
    """Start a session that listens on loopback only.

    Parameters
    ----------
    master
        ``local[2]`` for the embedded engine, else a cluster's URL.
    scratch
        Folder for shuffle files and the Java wrapper.
    options
        Further Spark settings, for instance the driver's address on a cluster.
    """
    scratch = scratch or Path(tempfile.gettempdir()) / f"hanse-spark-{os.getuid()}"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["JAVA_HOME"] = str(java_home(scratch / "java"))
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = (
        SparkSession.builder.master(master)
        .appName(name)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", driver_memory)
        .config("spark.driver.extraJavaOptions", f"-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.io.tmpdir={scratch}")
        .config("spark.local.dir", str(scratch))
        .config("spark.python.worker.reuse", "true")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.ui.showConsoleProgress", "false")
    )
    for key, value in (options or {}).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
