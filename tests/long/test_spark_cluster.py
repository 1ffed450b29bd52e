"""A real Spark cluster, a master and two workers from pyspark itself, gives what the local engine gives."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyspark
import pytest

from kernel.components import vert_lr, vert_secureboost
from kernel.core import Component
from kernel.data import Schema
from kernel.data.engine import Engine
from kernel.data.local import LocalEngine
from kernel.data.spark import SparkEngine
from kernel.executor.java import java_home
from kernel.executor.session import start_session
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Run, run_parties

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
ROOT = str(Path(__file__).parents[2])  # executors start elsewhere, and run what is tested here
_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 90
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < end, f"nobody listens on {port}"
        time.sleep(0.2)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    environment = {
        **os.environ,
        "JAVA_HOME": str(java_home(tmp_path / "java")),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": ROOT,
    }
    port, processes = _free_port(), []

    def start(*arguments: str) -> None:
        with (tmp_path / f"{len(processes)}.log").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    [str(_CLASS), *arguments], env=environment, stdout=log, stderr=log, start_new_session=True
                )
            )

    try:
        web = str(_free_port())
        start("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", web)
        _wait_for(port)
        for _ in range(2):
            web = _free_port()
            start(
                "org.apache.spark.deploy.worker.Worker",
                *("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", str(web)),
                f"spark://127.0.0.1:{port}",
            )
            _wait_for(web)
        yield f"spark://127.0.0.1:{port}"
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait(30)


def test_a_cluster_gives_what_the_local_engine_gives(master: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    table = pa.table({"id": [f"c{n}" for n in range(1001)], "x": rng.normal(size=1001), "y": rng.normal(size=1001)})
    schema = Schema.of(table.schema, "id")
    wanted = np.array([f"c{n}" for n in rng.permutation(1001)[:300]])
    session = start_session(
        master=master, name="cluster test", scratch=tmp_path / "scratch", options={"spark.executor.memory": "600m"}
    )
    local = LocalEngine(4)
    try:
        results = []
        for engine in (SparkEngine(session.sparkContext, 4), local):
            arranged = engine.from_arrow(table, schema).arrange(wanted)
            gram = sum(arranged.blocks(["x", "y"]).run(lambda block, _: block.T @ block))
            results.append((arranged.sizes, arranged.collect(), np.asarray(gram)))
        (sizes, rows, gram), (local_sizes, local_rows, local_gram) = results
        assert sizes == local_sizes
        assert rows.equals(local_rows)
        assert np.array_equal(gram, local_gram)
    finally:
        session.stop()
        local.close()


TRAININGS = {
    "vert_secureboost": (vert_secureboost.COMPONENT, {"n_trees": 2, "max_depth": 3, "min_leaf_rows": 2}),
    "vert_lr": (vert_lr.COMPONENT, {"iterations": 20}),
}


def _train(component: Component, params: dict[str, int], engine: Callable[[], Engine]) -> Run:
    inputs = {member: {"train": sample} for member, sample in aligned(120, (2, 3)).items()}
    return run_parties(with_toy_keys(component, 512), inputs, params, engine=engine)


@pytest.mark.parametrize("name", TRAININGS)
def test_every_engine_trains_the_same_model(master: str, tmp_path: Path, name: str) -> None:
    component, params = TRAININGS[name]
    local = _train(component, params, lambda: LocalEngine(2, n_threads=1))
    options = {"spark.executor.memory": "600m", "spark.executorEnv.PYTHONPATH": ROOT}
    for url in ("local[2]", master):
        session = start_session(master=url, name=name, scratch=tmp_path / "scratch", options=options)
        try:
            assert session.sparkContext.master == url
            spark = _train(component, params, lambda: SparkEngine(session.sparkContext, 2))  # noqa: B023
        finally:
            session.stop()
        for member in local.results:
            ours, theirs = (run[member].outputs["model"] for run in (local, spark))
            assert ours.content, "a model of nothing would be the same everywhere"
            assert theirs.dumps() == ours.dumps(), (url, member)
        assert [str(key) for key, _ in sorted(spark.transcript, key=str)] == [
            str(key) for key, _ in sorted(local.transcript, key=str)
        ]
