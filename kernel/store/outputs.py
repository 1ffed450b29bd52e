"""A task's outputs: tables as Parquet folders, models as JSON, and the report."""

import json
from pathlib import Path
from typing import Any

from common import canonical
from common.errors import NotFound
from kernel.core.component import Model
from kernel.core.errors import DataChanged
from kernel.data import Column, Engine, Schema, Table
from kernel.store.layout import Layout, write_whole

_DONE = "outputs.json"


def save_outputs(engine: Engine, folder: Path, outputs: dict[str, Any]) -> None:
    """Write all outputs of an attempt; the list of them comes last, so that half of them never counts."""
    kinds: dict[str, str] = {}
    for port, value in outputs.items():
        if isinstance(value, Model):
            kinds[port] = "model"
            write_whole(folder / f"{port}.model.json", value.dumps())
        else:
            kinds[port] = "table"
            save_table(engine, folder / port, value)
    write_whole(folder / _DONE, canonical.dumps(kinds))


def save_table(engine: Engine, folder: Path, table: Table) -> None:
    """Write a table and, last, its schema."""
    engine.write(table, folder.as_uri())
    columns = [[column.name, column.kind] for column in table.schema.columns]
    schema = {"columns": columns, "id": table.schema.id_column, "label": table.schema.label_column}
    write_whole(folder / "schema.json", canonical.dumps(schema))


def load_table(engine: Engine, folder: Path) -> Table:
    """Read what `save_table` wrote."""
    return engine.read(folder.as_uri(), load_schema(folder))


def check_version(folder: Path, version: str) -> None:
    """Compare a data set with the version that a job was agreed on; an empty one is any.

    Raises
    ------
    DataChanged
        The data set has other contents now.
    """
    if not version:
        return
    try:
        here = canonical.loads((folder / "about.json").read_bytes())["version"]
    except FileNotFoundError:
        raise NotFound(f"there is no data set {folder.name!r}") from None
    if here != version:
        raise DataChanged(f"data set {folder.name} has the version {here[:12]}, the job was agreed on {version[:12]}")


def load_schema(folder: Path) -> Schema:
    """Read a table's schema.

    Raises
    ------
    NotFound
        There is no such table.
    """
    try:
        schema = canonical.loads((folder / "schema.json").read_bytes())
    except FileNotFoundError:
        raise NotFound(f"there is no table {folder.name!r}") from None
    return Schema(tuple(Column(*column) for column in schema["columns"]), schema["id"], schema["label"])


def finished_attempt(layout: Layout, job: str, task: str) -> Path:
    """Return the folder of the newest attempt that finished.

    Raises
    ------
    NotFound
        None has.
    """
    for folder in sorted(layout.task(job, task).glob("[0-9]*"), reverse=True):
        if (folder / _DONE).exists():
            return folder
    raise NotFound(f"task {task} of job {job} has no outputs here")


def load_output(engine: Engine, folder: Path, port: str) -> Any:
    """Read one output of a finished attempt.

    Raises
    ------
    NotFound
        The task has no such output at this member.
    """
    kind = kinds(folder).get(port)
    if kind == "model":
        return Model.loads((folder / f"{port}.model.json").read_bytes())
    if kind == "table":
        return load_table(engine, folder / port)
    raise NotFound(f"the task has no output {port!r} at this member")


def kinds(folder: Path) -> dict[str, str]:
    """Return output port → kind of a finished attempt; empty when it has not finished."""
    try:
        found: dict[str, str] = json.loads((folder / _DONE).read_bytes())
    except FileNotFoundError:
        return {}
    return found
