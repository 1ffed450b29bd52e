"""What ids a rule makes: of values that somebody types, and of a whole data set, with what looks amiss in it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pyarrow as pa

from fusion.domain.cleaning import Keep
from fusion.domain.key_rule import HASH_DIGITS, KeyRule
from fusion.service.columns import ids_of, normal_of, texts
from fusion.service.ids import batches_of, read_ids
from fusion.service.key_advice import Advice, advice
from fusion.service.looks import Looks
from fusion.service.precheck import check_hashed

_EXAMPLES = 5
_BETWEEN = " | "  # of several columns' values, for people to read
_MANY_EMPTY, _MANY_DUPLICATES = 0.05, 0.1
_ORDER = ("value", "NFC", "NFKC", "trim", *get_args(Keep), "prefix", "lower", "upper")  # of steps, see `KeyRule.steps`


@dataclass(frozen=True, slots=True)
class Example:
    """What a rule makes of typed values, step by step; `problem` says why there is no id."""

    id: str
    steps: tuple[tuple[str, str], ...]
    problem: str


def example(rule: KeyRule, values: Sequence[str], *, hashed_here: bool = False) -> Example:
    """Apply a rule to one row's values."""
    check_hashed(rule, hashed_here=hashed_here)
    done = [(what, _BETWEEN.join(row)) for what, row in _steps(rule, values, hashed_here=hashed_here)]
    key = rule.key(values, hashed_here=hashed_here)
    if key and len(values) > 1:
        done.append(("join", key))
    return Example(key, tuple(done), "" if key else _problem(rule, values, hashed_here=hashed_here))


def _steps(rule: KeyRule, values: Sequence[str], *, hashed_here: bool) -> list[tuple[str, list[str]]]:
    if hashed_here:
        return [("value", list(values)), ("hex", [rule.value(value, hashed_here=True) for value in values])]
    columns = [dict(rule.steps(value, place)) for place, value in enumerate(values)]
    names = list(dict.fromkeys(name for name in _ORDER if any(name in steps for steps in columns)))
    done = []
    row = ["" for _ in values]
    for name in names:
        row = [steps.get(name, before) for steps, before in zip(columns, row, strict=True)]
        done.append((name, row))
    if rule.hash != "none":
        done.append((rule.hash, [rule.value(value, place) for place, value in enumerate(values)]))
    return done


def _problem(rule: KeyRule, values: Sequence[str], *, hashed_here: bool) -> str:
    place = next(place for place, value in enumerate(values) if not rule.value(value, place, hashed_here=hashed_here))
    if hashed_here and values[place].strip():
        return f"value {place + 1} is no {rule.hash}: that has {HASH_DIGITS[rule.hash]} hexadecimal digits"
    if values[place].strip():
        return f"nothing of value {place + 1} stays: such a row has no id"
    return f"value {place + 1} is empty: a row without it has no id"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What ids a data set gives; the warnings are words that fusion/README.md explains.

    Parameters
    ----------
    advice
        Rules that would mend what some of the warnings say.
    """

    ids: int
    duplicates: int
    rows_without_id: int
    examples: tuple[tuple[list[str], str], ...]
    warnings: tuple[str, ...]
    advice: tuple[Advice, ...]


def key_check(path: Path, columns: Sequence[str], rule: KeyRule, *, hashed_here: bool = False) -> KeyCheck:
    """Look through a whole data set."""
    check_hashed(rule, hashed_here=hashed_here)
    ids = read_ids(path, columns, rule, secrets.token_bytes(32), hashed_here=hashed_here)
    looks = [Looks() for _ in columns]
    examples: list[tuple[list[str], str]] = []
    for batch in batches_of(path, columns):
        for place, (look, name) in enumerate(zip(looks, columns, strict=True)):
            column = batch.column(name)
            look.see(texts(column), texts(column) if hashed_here else normal_of(column, rule, place))
        if len(examples) < _EXAMPLES:
            examples += _examples(batch, columns, rule, hashed_here=hashed_here)
    rows = len(ids.places)
    warnings = ["many_empty"] if ids.without_id > _MANY_EMPTY * rows else []
    warnings += ["many_duplicates"] if ids.duplicates > _MANY_DUPLICATES * rows else []
    mending: list[Advice] = []
    for place, (look, name) in enumerate(zip(looks, columns, strict=True)):
        told = look.warnings(rule, rule.cleaning(place), HASH_DIGITS[rule.hash] if hashed_here else 0)
        warnings += told
        mending += advice(told, look, rule, place, name)
    told = list(dict.fromkeys(warnings))
    return KeyCheck(
        len(ids.digests), ids.duplicates, ids.without_id, tuple(examples[:_EXAMPLES]), tuple(told), tuple(mending)
    )


def _examples(
    batch: pa.RecordBatch, columns: Sequence[str], rule: KeyRule, *, hashed_here: bool
) -> list[tuple[list[str], str]]:
    part = batch.slice(0, 100 * _EXAMPLES)
    keys = ids_of(part, columns, rule, hashed_here=hashed_here).to_pylist()
    rows = zip(*(texts(part.column(name)).to_pylist() for name in columns), strict=True)
    return [(list(row), key) for row, key in zip(rows, keys, strict=True) if key]
