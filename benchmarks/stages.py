"""What Spark did, by its event log: stages, tasks and shuffled bytes, with what the driver's thread said before each.

The log is the one record of Spark that is documented and complete when the session has ended; the status store that
the user interface reads forgets old stages.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark import SparkContext

from kernel.executor.session import start_session

_PROPERTY = "hanse.doing"
_SHUFFLED = ("internal.metrics.shuffle.write.bytesWritten", "internal.metrics.shuffle.read.localBytesRead")
_RUN = "internal.metrics.executorRunTime"


@dataclass(frozen=True)
class Stage:
    """One stage.

    Parameters
    ----------
    doing
        What the thread that asked for it had said last; see `say`.
    shuffle_bytes
        Written to and read from other stages.
    task_ms
        Run time of all tasks.
    """

    doing: str
    n_tasks: int
    shuffle_bytes: int
    task_ms: int


def say(context: SparkContext, doing: str) -> None:
    """Mark the stages that this thread asks for from now on."""
    context.setLocalProperty(_PROPERTY, doing)


@contextmanager
def recorded(folder: Path, master: str) -> Iterator[SparkContext]:
    """Give a session that keeps an event log in the folder; `stages` reads it afterwards."""
    log = folder / "events"
    log.mkdir()
    options = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": log.as_uri(),
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
    }
    session = start_session(master=master, name="stages", scratch=folder / "scratch", options=options)
    try:
        yield session.sparkContext
    finally:
        session.stop()


def stages(folder: Path) -> list[Stage]:
    """Read all stages that ran, in the order in which they ended."""
    said: dict[int, str] = {}
    found = []
    (log,) = (folder / "events").iterdir()
    with log.open("r", encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["Event"] == "SparkListenerStageSubmitted":
                said[event["Stage Info"]["Stage ID"]] = event.get("Properties", {}).get(_PROPERTY, "")
            elif event["Event"] == "SparkListenerStageCompleted":
                info = event["Stage Info"]
                sums = {one.get("Name"): one.get("Value", 0) for one in info["Accumulables"]}
                shuffled = sum(int(sums.get(name, 0)) for name in _SHUFFLED)
                doing, run_ms = said[info["Stage ID"]], int(sums.get(_RUN, 0))
                found.append(Stage(doing, info["Number of Tasks"], shuffled, run_ms))
    return found
