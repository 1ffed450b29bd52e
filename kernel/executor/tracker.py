"""Takes a task's progress and results: progress goes to the kernel at once, results to the attempt's folder."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from common import canonical
from kernel.core.errors import Cancelled
from kernel.store.layout import write_whole

Emit = Callable[[dict[str, Any]], None]


class FileTracker:
    """Writes the report at the end and a log line for every step."""

    def __init__(self, folder: Path, emit: Emit, cancelled: threading.Event) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._emit, self._cancelled = folder, emit, cancelled
        self._blocks: list[dict[str, Any]] = []
        self._metrics: dict[str, float] = {}
        self._progress, self._step = 0.0, ""

    def progress(self, fraction: float, step: str) -> None:
        """See `Tracker.progress`."""
        self._progress, self._step = max(self._progress, min(1.0, fraction)), step
        self.log("step", step=step, progress=round(self._progress, 4))
        self._emit({"progress": self._progress, "step": step, "waiting_for": ""})

    def waiting(self, member: str) -> None:
        """See `Tracker.waiting`."""
        self._emit({"progress": self._progress, "step": self._step, "waiting_for": member})

    def metric(self, name: str, value: float) -> None:
        """See `Tracker.metric`."""
        self._metrics[name] = float(value)

    def block(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        """See `Tracker.block`."""
        self._blocks.append({"kind": kind, "title": title, **data})

    def check_cancelled(self) -> None:
        """See `Tracker.check_cancelled`."""
        if self._cancelled.is_set():
            raise Cancelled("the task was stopped")

    def log(self, event: str, *, level: str = "info", **fields: object) -> None:
        """Add a line to the attempt's log; constant event names, never data."""
        told = {"time_ms": int(time.time() * 1000), "level": level, "event": event, **fields}
        line = json.dumps(told, ensure_ascii=False)
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def write_report(self) -> None:
        """Write the report's blocks; the figures come first."""
        figures = [{"kind": "metrics", "title": "metrics", "values": self._metrics}] if self._metrics else []
        write_whole(self._folder / "report.json", canonical.dumps(figures + self._blocks))
