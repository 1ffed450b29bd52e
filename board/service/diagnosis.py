"""A bundle that tells a stranger why a job does not do what it should, without any value of ours."""

import io
import json
import platform
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib import metadata
from typing import Any

from board.domain.redaction import public_failure, redacted
from board.service.clock import now_ms
from board.service.ports import LogSearch, Services
from board.service.status import look_at
from common import canonical
from common.canonical import NotCanonical
from common.errors import HanseError
from common.settings import Knob
from proto.flow.v1 import flow_pb2 as pb

_MOST_LINES = 20_000
_README = """What this is: the states, log lines and versions of one job at one member.
Left out on purpose: parameters of members, names of columns and files, error details, and every log field that is
not known to be harmless.
Read it before you hand it on.
"""


class Diagnosis:
    """Collects what a support person needs."""

    def __init__(self, services: Services, settings: Iterable[Knob]) -> None:
        self._services, self._settings = services, list(settings)

    def bundle(self, job: str) -> bytes:
        """Return a ZIP file on a job; what cannot be asked is named instead. Raises when the job is unknown."""
        found = self._services.flow.get(job)
        partners = [party.member for party in found.spec.parties]
        files: dict[str, Callable[[], Any]] = {
            "versions.json": self._versions,
            "job.json": lambda: _job(found),
            "services.json": lambda: [_service(asdict(status)) for status in look_at(self._services)],
            "partners.json": lambda: {member: self._services.gateway.probe(member).reachable for member in partners},
            "egress.json": lambda: self._egress(job),
            "disks.json": lambda: [
                asdict(disk) for source in (self._services.kernel, self._services.gateway) for disk in source.disks()
            ],
            "settings.json": lambda: [knob.name for knob in self._settings if knob.changed],
        }
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _README)
            for name, read in files.items():
                archive.writestr(name, json.dumps(_or_problem(read), indent=1))
            for task in found.tasks:
                lines = _or_problem(lambda task=task: self._log(task.reused_from or job, task.task))  # type: ignore[misc]
                archive.writestr(f"logs/{task.task}.json", json.dumps(lines, indent=1))
        return written.getvalue()

    def _versions(self) -> dict[str, Any]:
        return {
            "hanse": metadata.version("hanse"),
            "python": platform.python_version(),
            "system": platform.platform(),
            "made_ms": now_ms(),
            "components": {entry["name"]: entry["version"] for entry in self._services.kernel.catalogue()},
        }

    def _egress(self, job: str) -> dict[str, Any]:
        by_kind, by_task = self._services.gateway.egress_sums(job)
        return {"bytes_by_kind": by_kind, "by_task": [asdict(item) for item in by_task]}

    def _log(self, job: str, task: str) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        after = 0
        while len(kept) < _MOST_LINES:
            page = self._services.kernel.logs(job, task, LogSearch(after=after))
            kept += [_line(line) for line in page.lines]
            if not page.lines or page.next_line <= after:
                break
            after = page.next_line
        return kept


def _or_problem(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except HanseError as error:
        return {"not_available": error.code}


def _line(line: str) -> dict[str, Any]:
    try:
        told = canonical.loads(line.encode(errors="replace"))
    except NotCanonical:
        told = None
    # What a crash cut off has no fields that could be told apart; nothing of it is kept.
    return redacted(told) if isinstance(told, dict) else {"not_available": NotCanonical.code}


def _service(status: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name != "detail"}


def _job(job: pb.Job) -> dict[str, Any]:
    return {
        "job": job.spec.job,
        "state": job.state,
        "own_role": job.own_role,
        "parties": {party.member: party.role for party in job.spec.parties},
        "failure": _failure(job.failure) if job.HasField("failure") else None,
        "waiting": {"what": job.waiting.what, "whom": job.waiting.whom} if job.HasField("waiting") else None,
        "created_ms": job.spec.created_ms,
        "started_ms": job.started_ms,
        "ended_ms": job.ended_ms,
        "nodes": {
            node.id: {
                "component": node.component,
                "version": node.component_version,
                "inputs": [f"{item.node}.{item.output}" for item in node.inputs],
            }
            for node in job.spec.nodes
        },
        "tasks": [
            {
                "task": task.task,
                "state": task.state,
                "attempt": task.attempt,
                "progress": task.progress,
                "party_states": dict(task.party_states),
                "failure": _failure(task.failure) if task.HasField("failure") else None,
                "waiting": {"what": task.waiting.what, "whom": task.waiting.whom} if task.HasField("waiting") else None,
                "started_ms": task.started_ms,
                "ended_ms": task.ended_ms,
                "reused_from": task.reused_from,
            }
            for task in job.tasks
        ],
    }


def _failure(failure: pb.Failure) -> dict[str, str]:
    return public_failure(
        {
            "code": failure.code,
            "detail": failure.detail,
            "hint": failure.hint,
            "party": failure.party,
            "component": failure.component,
        }
    )
