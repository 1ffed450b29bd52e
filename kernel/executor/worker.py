"""Runs the tasks of one job as the kernel commands, each in a thread of its own.

The kernel and its executor talk over a socket pair, one JSON object a line: commands `start`, `stop` to the executor,
events `ready`, `status`, `done`, `failed` back. End of file means that the other side is gone.
"""

import json
import socket
import threading
from collections.abc import Callable
from typing import Any, TextIO

import structlog

from common.errors import HanseError
from kernel.core.context import Context
from kernel.core.errors import Cancelled, ComponentFailure
from kernel.core.execute import execute
from kernel.core.party import Party, Role
from kernel.core.registry import find
from kernel.crypto.prg import SystemRng
from kernel.data import Engine
from kernel.executor.channel import GatewayChannel
from kernel.executor.tracker import FileTracker
from kernel.store.checkpoints import FileCheckpoint
from kernel.store.layout import Layout
from kernel.store.outputs import check_version, finished_attempt, load_output, load_table, save_outputs

log = structlog.get_logger()


class Worker:
    """One job's executor."""

    def __init__(
        self,
        link: socket.socket,
        layout: Layout,
        engine: Engine,
        gateway: Callable[[], Any],
        message_deadline_s: float,
        component_package: str = "kernel.components",
    ) -> None:
        self._link, self._layout, self._engine = link, layout, engine
        self._gateway, self._deadline_s = gateway, message_deadline_s
        self._package = component_package
        self._writing = threading.Lock()
        self._cancelled: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}

    def serve(self, commands: TextIO) -> None:
        """Obey until the kernel goes away."""
        self._emit({"event": "ready"})
        for line in commands:
            command = json.loads(line)
            spec = command["spec"]
            if command["do"] == "start":
                if spec["task"] in self._cancelled:
                    self._cancelled[spec["task"]].set()
                event = self._cancelled[spec["task"]] = threading.Event()
                before, name = self._threads.get(spec["task"]), spec["task"]
                thread = threading.Thread(target=self._run, args=(spec, event, before), name=name, daemon=True)
                self._threads[name] = thread
                thread.start()
            elif spec["task"] in self._cancelled:
                self._cancelled[spec["task"]].set()
        for event in self._cancelled.values():
            event.set()

    def _emit(self, message: dict[str, Any]) -> None:
        with self._writing:
            self._link.sendall(json.dumps(message).encode() + b"\n")

    def _run(self, spec: dict[str, Any], cancelled: threading.Event, before: threading.Thread | None) -> None:
        if before is not None:  # an older attempt: it must not write a checkpoint under our hands
            before.join()
        name = {"job": spec["job"], "task": spec["task"], "attempt": spec["attempt"]}
        folder = self._layout.attempt(spec["job"], spec["task"], spec["attempt"])
        tracker = FileTracker(folder, lambda status: self._emit({"event": "status", **name, **status}), cancelled)
        try:
            outputs = self._execute(spec, tracker, cancelled)
            save_outputs(self._engine, folder, outputs)
            tracker.write_report()
            tracker.log("done", outputs=sorted(outputs))
            self._emit({"event": "done", **name, "outputs": sorted(outputs)})
        except Cancelled as failure:
            tracker.log("stopped", level="warning")
            self._emit({"event": "failed", **name, "state": "stopped", "failure": _failure(failure, spec)})
        except HanseError as failure:
            tracker.log("failed", level="error", code=failure.code, detail=failure.detail)
            self._emit({"event": "failed", **name, "state": "failed", "failure": _failure(failure, spec)})
        except Exception as error:  # a component's bug must end the task, not the executor
            log.exception("component_crashed", **name)
            tracker.log("crashed", level="error", error=repr(error))
            crash = ComponentFailure(f"{type(error).__name__}: {error}")
            self._emit({"event": "failed", **name, "state": "failed", "failure": _failure(crash, spec)})

    def _execute(self, spec: dict[str, Any], tracker: FileTracker, cancelled: threading.Event) -> dict[str, Any]:
        component = find(spec["component"], spec["component_version"])
        parties = tuple(Party(p["member"], Role(p["role"]), p["index"]) for p in spec["parties"])
        tracker.log("started", component=component.name, version=component.version, attempt=spec["attempt"])
        me = next(party for party in parties if party.member == spec["member"])
        # A node's edges are drawn once for all; an arbiter, say, has nothing at the ports of those with data.
        fed = [item for item in spec["inputs"] if component.feeds(item["port"], me.role)]
        ctx = Context(
            job=spec["job"],
            task=spec["task"],
            attempt=spec["attempt"],
            me=me,
            parties=parties,
            messages=component.all_messages(),
            channel=GatewayChannel(self._gateway(), cancelled, self._deadline_s),
            rng=SystemRng(),
            tracker=tracker,
            checkpoint=FileCheckpoint(self._layout.checkpoints(spec["job"], spec["task"]), resume=spec["resume"]),
            inputs={item["port"]: self._input(spec["job"], item) for item in fed},
            engine=self._engine,
        )
        return dict(execute(component, ctx, spec["params"].get("common", {}), spec["params"].get("own", {})))

    def _input(self, job: str, item: dict[str, str]) -> Any:
        if not item["task"]:
            folder = self._layout.data_set(item["output"])
            check_version(folder, item.get("version", ""))
            return load_table(self._engine, folder)
        folder = finished_attempt(self._layout, item["job"] or job, item["task"])
        return load_output(self._engine, folder, item["output"])


def _failure(failure: HanseError, spec: dict[str, Any]) -> dict[str, str]:
    return {
        "code": failure.code,
        "detail": failure.detail,
        "public_detail": failure.public_detail,
        "hint": failure.hint,
        "party": failure.party or spec["member"],
    }
