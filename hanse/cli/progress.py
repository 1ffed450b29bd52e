"""A job's progress on a terminal; plain lines where there is none."""

import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from hanse.jobs import Job

_ICONS = {"succeeded": "✓", "reused": "↺", "failed": "✗", "running": "…", "stopped": "■"}


def follow(job: Job, console: Console) -> Job:
    """Show the job until it has ended; raises what `Job.wait` raises."""
    if not console.is_terminal:
        return job.wait(seen=_Lines(console))
    columns = (
        TextColumn("{task.description}", justify="left"),
        BarColumn(),
        TextColumn("{task.fields[step]}"),
        TextColumn("{task.fields[took]}", justify="right"),
    )
    with Progress(*columns, console=console) as progress:
        return job.wait(seen=_Bars(progress))


class _Lines:
    """One line a change of a task's state."""

    def __init__(self, console: Console) -> None:
        self._console, self._known, self._waiting = console, dict[str, str](), ""

    def __call__(self, job: Job) -> None:
        if job.waiting not in ("", self._waiting):
            self._console.print(f"  {job.waiting}", soft_wrap=True)
        self._waiting = job.waiting
        for task in job.tasks:
            if self._known.get(task["task"]) != task["state"] and task["state"] in _ICONS:
                self._known[task["task"]] = task["state"]
                self._console.print(f"  {_ICONS[task['state']]} {task['task']}: {task['state']}")


class _Bars:
    """One bar a task."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._bars, self._waiting = progress, dict[str, TaskID](), ""

    def __call__(self, job: Job) -> None:
        if job.waiting not in ("", self._waiting):
            self._progress.console.print(job.waiting, soft_wrap=True)
        self._waiting = job.waiting
        for task in job.tasks:
            name, state = task["task"], task["state"]
            if name not in self._bars:
                self._bars[name] = self._progress.add_task(name, total=1.0, step="", took="")
            bar = self._bars[name]
            done = 1.0 if state in ("succeeded", "reused") else task["progress"]
            waiting = (task.get("waiting") or {}).get("whom")
            step = f"waits for {waiting}" if waiting else task["step"]
            icon = _ICONS.get(state, " ")
            self._progress.update(
                bar,
                completed=done,
                step=step if state == "running" else state,
                took=_took(task),
                description=f"{icon} {name}",
            )


def _took(task: dict[str, Any]) -> str:
    """Time that a task has taken so far, by the members' clock: right also for a job that ran long ago."""
    if not task.get("started_ms"):
        return ""
    end_ms = task.get("ended_ms") or time.time() * 1000
    return f"{max(0.0, end_ms - task['started_ms']) / 1000:.0f} s"
