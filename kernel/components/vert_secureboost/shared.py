"""What both halves do before and after training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.components.vert_secureboost.spec import OwnParams, Params
from kernel.core import Context, Model, Role
from kernel.core.errors import BadParameters, NotNumeric, TooFewRows, UnknownColumn
from kernel.data.engine import Table
from kernel.data.schema import NUMERIC
from kernel.ml.scoring import prune
from kernel.ml.trees.binning import code, learn
from kernel.ml.trees.candidates import Candidates
from kernel.ml.trees.gain import Penalty
from kernel.protocol.alignment import Rows
from kernel.protocol.training import training_id
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.options import Options
from kernel.protocol.trees.plan import Plan

_MIN_ROWS = 10
_KINDS = (*NUMERIC, "string")


@dataclass(frozen=True)
class Prepared:
    """A member's binned columns and its ids."""

    columns: Columns
    ours: Rows


def tables(ctx: Context) -> list[Table]:
    """Training rows, and validation rows where they are connected."""
    return [ctx.inputs[port] for port in ("train", "validation") if port in ctx.inputs]


def prepare(ctx: Context, own: OwnParams) -> Prepared:
    """Bin own columns by the training rows.

    Raises
    ------
    TooFewRows, UnknownColumn, NotNumeric, OutOfRange
        With the names of the columns.
    """
    train, *validation = tables(ctx)
    if train.n_rows < _MIN_ROWS:
        raise TooFewRows(f"{train.n_rows} rows; vert_secureboost needs {_MIN_ROWS} or more")
    names = _features(train, own)
    for table in validation:
        _comparable(train, table, names)
    with ctx.step("binning own columns", 0.0):
        bins = [column for column in learn(train, names, own.max_bin) if len(Candidates([column]))]
        parts = [code(table, bins) for table in tables(ctx)]
    ids = [value for table in tables(ctx) for value in table.ids().tolist()]
    return Prepared(Columns(bins, parts), Rows.of(ctx.job, ids, train.n_rows, len(ids) - train.n_rows))


def _features(table: Table, own: OwnParams) -> list[str]:
    schema = table.schema
    if own.columns:
        wrong = [name for name in own.columns if schema.kind(name) not in _KINDS]
        if wrong:
            raise NotNumeric(f"neither numbers nor text: {', '.join(wrong)}", hint="Leave the column out.")
        if schema.label_column in own.columns or schema.id_column in own.columns:
            raise BadParameters("columns: neither the id nor the label is a feature")
    names = own.columns or tuple(name for name in schema.features if schema.kind(name) in _KINDS)
    return [name for name in names if name != own.weight]


def _comparable(train: Table, validation: Table, names: Sequence[str]) -> None:
    for name in names:
        if (train.schema.kind(name) == "string") != (validation.schema.kind(name) == "string"):
            raise UnknownColumn(
                f"the column {name} is text in one table and a number in the other",
                hint="Import both tables with the same types.",
            )


def plan(params: Params, with_candidates: tuple[bool, ...]) -> Plan:
    """Whose columns serve when."""
    return Plan(
        params.n_trees,
        params.max_depth,
        params.boosting,
        params.layered_depth,
        params.complete_secure,
        params.privacy == "noise",
        with_candidates,
    )


def options(params: Params) -> Options:
    """Numbers of the training.

    Raises
    ------
    BadParameters
        Two ways to sample rows at once, or more than all of them; or noise with what needs encryption.
    """
    if params.goss and params.row_sample < 1:
        raise BadParameters("row_sample: rows are sampled by goss already; leave it at 1")
    if params.privacy == "noise" and (params.boosting != "normal" or params.complete_secure):
        raise BadParameters(
            "privacy: noise leaves training to the promoter; boosting and complete_secure need encryption"
        )
    if params.goss and params.goss_top + params.goss_other > 1:
        raise BadParameters("goss_other: with goss_top it is more than all rows")
    return Options(
        Penalty(params.l1, params.l2, params.min_child_weight, params.min_gain),
        params.learning_rate,
        params.min_leaf_rows,
        params.row_sample,
        params.feature_sample,
        params.goss_start if params.goss else -1,
        params.goss_top,
        params.goss_other,
        params.early_stop,
    )


def model(ctx: Context, splits: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> Model:
    """Our part of the model."""
    pipeline = ctx.inputs.get("pipeline")
    used = {split["column"] for split in splits}
    columns = [name for name in ctx.inputs["train"].schema.names if name in used]
    content: dict[str, Any] = {
        "role": str(ctx.role),
        "members": [ctx.promoter.member, *(party.member for party in ctx.providers)],
        "training": training_id(ctx),
        "columns": columns,
        "splits": list(splits),
        "pipeline": prune(pipeline.content["steps"], columns)[0] if pipeline is not None else [],
    }
    if ctx.role is Role.PROMOTER:
        content |= more
    return Model("vert_secureboost", content)
