"""Whether the ids of both sides can match at all, seen from their shapes before anything is aligned."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from fusion.domain.errors import HashUnknown, NothingInCommon
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.domain.shapes import SAMPLE, Shapes, in_common, shape_of, shapes_of
from fusion.service.columns import normal_of
from fusion.service.ids import Ids, batches_of
from fusion.service.precheck_hint import hint

_FEW = 0.5
_EXAMPLES = 5
_BETWEEN = "|"  # of the columns of a composite id


@dataclass(frozen=True, slots=True)
class PreCheck:
    """What a look at shapes tells.

    Parameters
    ----------
    compared
        False: the partner told no shapes, or one side's columns are hashed already; then nothing is known.
    shapes_in_common
        Share of a sample of our ids whose shape the partner's have, too; 1 where nothing was compared.
    examples_ours
        Our most frequent shapes.
    hint
        What change of the rule would help; empty: nobody knows, or nothing is amiss.
    """

    compared: bool
    shapes_in_common: float
    warning: str
    examples_ours: tuple[str, ...]
    hint: str = ""


def tell(path: Path, columns: Sequence[str], rule: KeyRule, ids: Ids, salt: bytes) -> Shapes | None:
    """Return what a proposal says of the shapes of our ids, from a sample of them; None where that is nothing."""
    told = shapes_of(_ids(_sample(path, columns, ids), columns, rule), salt)
    return told if told.shares else None


def compare(task: Task, path: Path, columns: Sequence[str], ids: Ids, *, hashed_here: bool) -> PreCheck:
    """Compare our ids with what the partner's proposal tells of theirs."""
    if hashed_here or not len(ids.digests):
        return PreCheck(compared=False, shapes_in_common=1.0, warning="", examples_ours=())
    rows = _sample(path, columns, ids)
    sample = _ids(rows, columns, task.key_rule)
    counted = task.shapes.counted if task.shapes else True
    ours = [shape_of(text, counted=counted) for text in sample]
    examples = tuple(sorted(set(ours), key=lambda shape: (-ours.count(shape), shape))[:_EXAMPLES])
    if task.shapes is None:
        return PreCheck(compared=False, shapes_in_common=1.0, warning="", examples_ours=examples)
    share = in_common(sample, task.shapes, task.salt)
    warning = advised = ""
    if share < _FEW:
        unlike = "None" if not share else f"Only {max(1, round(100 * share))} %"
        warning = f"{unlike} of a sample of our ids look like any of the partner's; our most frequent: {examples[0]}"
        advised = hint(task.key_rule, lambda rule: _ids(rows, columns, rule), task.shapes, task.salt)
    return PreCheck(compared=True, shapes_in_common=share, warning=warning, examples_ours=examples, hint=advised)


def check_hashed(rule: KeyRule, *, hashed_here: bool) -> None:
    """See that a rule says by what columns were hashed that are, and that this machine has it; raises HashUnknown."""
    if rule.hash == "none":
        if hashed_here:
            raise HashUnknown("the key rule's hash is none")
    elif rule.hash not in hashlib.algorithms_available:
        hint = "Agree on another hash, or run the node on a system whose OpenSSL has it."
        raise HashUnknown(f"this node's OpenSSL has no {rule.hash}", hint=hint)


def check(found: PreCheck, *, anyway: bool) -> str:
    """Return the warning.

    Raises
    ------
    NothingInCommon
        Not one id can match, and nobody said that this is known.
    """
    if found.compared and not found.shapes_in_common and not anyway:
        both = f"{found.hint} Or accept anyway, if you know why they differ." if found.hint else None
        raise NothingInCommon(found.warning, hint=both)
    return found.warning


def _sample(path: Path, columns: Sequence[str], ids: Ids) -> list[pa.RecordBatch]:
    """Return the rows of the ids with the smallest digests: common ids are in both sides' samples.

    `ids` were read under the proposal's salt at both sides.
    """
    order = np.ascontiguousarray(ids.digests[:, :8]).view(">u8").ravel()
    chosen = np.argpartition(order, SAMPLE)[:SAMPLE] if len(order) > SAMPLE else np.arange(len(order))
    open_ = np.zeros(len(order), dtype=np.bool_)
    open_[chosen] = True
    found: list[pa.RecordBatch] = []
    start = 0
    for batch in batches_of(path, columns):
        places = ids.places[start : start + batch.num_rows]
        start += batch.num_rows
        has_id = np.flatnonzero(places >= 0)
        rows = has_id[open_[places[has_id]]]
        fresh, first = np.unique(places[rows], return_index=True)
        open_[fresh] = False
        if len(first):
            found.append(batch.take(pa.array(rows[first])))
    return found


def _ids(rows: Sequence[pa.RecordBatch], columns: Sequence[str], rule: KeyRule) -> list[str]:
    """Make the rows' ids, as they are before they are hashed."""
    found: list[str] = []
    for batch in rows:
        values = [normal_of(batch.column(name), rule, place).to_pylist() for place, name in enumerate(columns)]
        found += [_BETWEEN.join(row) for row in zip(*values, strict=True)]
    return found
