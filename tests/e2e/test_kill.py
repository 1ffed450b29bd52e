"""Kill -9 a process of a member in the middle of training: the job goes on from the last common checkpoint."""

import os
import signal
import subprocess
import time

import pytest

from hanse.jobs import ENDED
from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


def _train_is_running(job) -> bool:
    train = next(task for task in job.refresh().tasks if task["task"] == "train")
    assert job.state not in ENDED, job.about["failure"]
    return train["state"] == "running" and train["progress"] > 0.6  # some steps with the sigmoid are done


def _kill(demo: Demo, member: str, process: str) -> None:
    service = "kernel" if process == "executor" else process
    pid = demo.federation.supervisor.pid(f"{member}-{service}")
    pids = [pid]
    if process == "executor":
        children = subprocess.run(["/usr/bin/pgrep", "-P", str(pid)], capture_output=True, text=True, check=True)
        pids = [int(child) for child in children.stdout.split()]
    for victim in pids:
        os.kill(victim, signal.SIGKILL)


@pytest.mark.parametrize(
    ("member", "process"),
    [("retailer", "executor"), ("bank", "executor"), ("bank", "flow"), ("bureau", "flow"), ("bureau", "gateway")],
)
def test_the_job_survives(demo: Demo, member: str, process: str) -> None:
    with demo.client("bank") as bank:
        # The demo's own job and flow, the oldest: an earlier kill's training would be reused, other tests draw flows.
        finished = [job["job"] for job in bank.jobs() if job["state"] == "succeeded"][-1]
        graph = bank.http.call("GET", f"/board-service/api/v1/flows/{bank.flows()[-1]['flow']}")
        nodes = [
            {**node, "params": {**node["params"], "sigmoid": "sine"}} if node["id"] == "train" else node
            for node in graph["graph"]["nodes"]
        ]
        flow = bank.create_flow(graph["project"], f"kill {member} {process}", {"nodes": nodes})["flow"]
        job = bank.run(flow, reuse_from=finished)
        end = time.monotonic() + 300
        while not _train_is_running(job):
            assert time.monotonic() < end, job.about
            time.sleep(0.5)
        _kill(demo, member, process)
        job.wait(900)
        attempts = {task["task"]: task["attempt"] for task in job.tasks}
        assert attempts["train"] >= (1 if process == "flow" else 2)
        # The sines come near exact logistic regression, whose AUC is 0.005 above that of the demo's linear objective.
        assert abs(job.metrics("evaluate")["auc"] - demo.report["auc"]["pooled"]) < 0.003
