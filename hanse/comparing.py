"""In what jobs differ: parameters, data versions, figures."""

from collections.abc import Iterator, Sequence
from typing import Any

from hanse.jobs import Job

Json = dict[str, Any]
_NOTHING = object()


def differences(jobs: Sequence[Job]) -> list[Json]:
    """List what is not the same in all jobs: a row has what, name, and a value (or null) under each job's id."""
    found: list[Json] = []
    for what, tables in (
        ("parameter", [dict(_parameters(job)) for job in jobs]),
        ("data", [dict(job.about["data_versions"]) for job in jobs]),
        ("figure", [dict(_figures(job)) for job in jobs]),
    ):
        for name in dict.fromkeys(name for table in tables for name in table):
            values = [table.get(name, _NOTHING) for table in tables]
            if any(value != values[0] for value in values):
                told = [None if value is _NOTHING else value for value in values]
                found.append({"what": what, "name": name, **{job.id: v for job, v in zip(jobs, told, strict=True)}})
    return found


def _parameters(job: Job) -> Iterator[tuple[str, Any]]:
    for node in job.about["nodes"]:
        yield node["id"], f"{node['component']} {node['component_version']}"
        for name, value in node["params"].items():
            yield f"{node['id']}.{name}", value
        for member, own in node["own"].items():
            for name, value in own.items():
                yield f"{node['id']}.{member}.{name}", value


def _figures(job: Job) -> Iterator[tuple[str, float]]:
    for report in job.reports():
        for block in report["blocks"]:
            if block["kind"] == "metrics":
                for name, value in block["values"].items():
                    yield f"{report['task']}.{name}", value
