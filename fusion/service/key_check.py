"""What ids a rule makes: of values that somebody types, and of a whole data set, with what looks amiss in it."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from fusion.domain.key_rule import HASH_DIGITS, KeyRule
from fusion.service.columns import ids_of, texts
from fusion.service.ids import batches_of, read_ids
from fusion.service.precheck import check_hashed

_EXAMPLES = 5
_BETWEEN = " | "  # of several columns' values, for people to read
_HASHES = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$"
_SCIENTIFIC = r"^[+-]?[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"
_DECIMAL = r"^[0-9]+\.0+$"
_SPACED = r"^\+?[0-9]+([ -][0-9]+)+$"  # 138 0000 1111, 138-0000-1111
_ROUNDED = "^[1-9][0-9]{14}0+$"  # Excel keeps fifteen digits of a number
_MANY_EMPTY, _MANY_DUPLICATES, _MOST, _SOME, _FEW = 0.05, 0.1, 0.9, 0.1, 0.01


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
    columns = [rule.steps(value) for value in values]
    done = [(rows[0][0], [value for _, value in rows]) for rows in zip(*columns, strict=True)]
    if rule.hash != "none":
        done.append((rule.hash, [rule.value(value) for value in values]))
    return done


def _problem(rule: KeyRule, values: Sequence[str], *, hashed_here: bool) -> str:
    place = next(number for number, value in enumerate(values, 1) if not rule.value(value, hashed_here=hashed_here))
    if hashed_here and values[place - 1].strip():
        return f"value {place} is no {rule.hash}: that has {HASH_DIGITS[rule.hash]} hexadecimal digits"
    return f"value {place} is empty: a row without it has no id"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What ids a data set gives; the warnings are words that fusion/README.md explains."""

    ids: int
    duplicates: int
    rows_without_id: int
    examples: tuple[tuple[list[str], str], ...]
    warnings: tuple[str, ...]


def key_check(path: Path, columns: Sequence[str], rule: KeyRule, *, hashed_here: bool = False) -> KeyCheck:
    """Look through a whole data set."""
    check_hashed(rule, hashed_here=hashed_here)
    ids = read_ids(path, columns, rule, secrets.token_bytes(32), hashed_here=hashed_here)
    looks = [_Looks() for _ in columns]
    examples: list[tuple[list[str], str]] = []
    for batch in batches_of(path, columns):
        for look, name in zip(looks, columns, strict=True):
            look.see(texts(batch.column(name)))
        if len(examples) < _EXAMPLES:
            examples += _examples(batch, columns, rule, hashed_here=hashed_here)
    rows = len(ids.places)
    warnings = ["many_empty"] if ids.without_id > _MANY_EMPTY * rows else []
    warnings += ["many_duplicates"] if ids.duplicates > _MANY_DUPLICATES * rows else []
    for look in looks:
        warnings += look.warnings(HASH_DIGITS[rule.hash] if hashed_here else 0)
    told = tuple(dict.fromkeys(warnings))
    return KeyCheck(len(ids.digests), ids.duplicates, ids.without_id, tuple(examples[:_EXAMPLES]), told)


def _examples(
    batch: pa.RecordBatch, columns: Sequence[str], rule: KeyRule, *, hashed_here: bool
) -> list[tuple[list[str], str]]:
    part = batch.slice(0, 100 * _EXAMPLES)
    keys = ids_of(part, columns, rule, hashed_here=hashed_here).to_pylist()
    rows = zip(*(texts(part.column(name)).to_pylist() for name in columns), strict=True)
    return [(list(row), key) for row, key in zip(rows, keys, strict=True) if key]


class _Looks:
    """What the values of one column look like."""

    def __init__(self) -> None:
        self._values = self._hashes = self._scientific = self._decimal = self._rounded = self._zeros = self._spaced = 0
        self._digits = Counter[int]()  # length → values of digits only
        self._lengths = Counter[int]()  # length → hexadecimal values

    def see(self, text: pa.Array) -> None:
        """Look at some values."""
        text = pc.utf8_trim_whitespace(text)
        text = text.filter(pc.not_equal(text, ""))
        self._values += len(text)
        self._scientific += _count(text, _SCIENTIFIC)
        self._decimal += _count(text, _DECIMAL)
        self._rounded += _count(text, _ROUNDED)
        self._spaced += _count(text, _SPACED)
        digits = text.filter(pc.match_substring_regex(text, "^[0-9]+$"))
        self._zeros += _count(digits, "^0")
        _tally(self._digits, digits)
        _tally(self._lengths, text.filter(pc.match_substring_regex(text, _HASHES)))

    def warnings(self, hash_digits: int) -> list[str]:
        """Return what looks amiss.

        Parameters
        ----------
        hash_digits
            How many hexadecimal digits the values ought to have; 0: they ought to be none.
        """
        hashes, digits = self._lengths.total(), self._digits.total()
        found = {
            "not_hashed": hash_digits and self._values - self._lengths[hash_digits] > _FEW * self._values,
            "looks_hashed": not hash_digits and hashes > _MOST * self._values,
            "scientific_notation": self._scientific,
            "decimal_numbers": self._decimal,
            "spaced_numbers": digits and self._spaced,
            "rounded_numbers": self._rounded > _SOME * self._values,
        }
        told = [name for name, holds in found.items() if holds]
        if digits > _MOST * self._values and len(self._digits) > 1 and "looks_hashed" not in told:
            most, longest = max(self._digits.values()), max(self._digits)
            zeros_lost = not self._zeros and 2 * self._digits[longest] >= digits
            told += ["leading_zeros_lost"] if zeros_lost else []
            told += ["mixed_lengths"] if not zeros_lost and digits - most > _FEW * digits else []
        return told


def _count(text: pa.Array, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(text, pattern)).as_py() or 0)


def _tally(counter: Counter[int], text: pa.Array) -> None:
    for entry in pc.value_counts(pc.utf8_length(text)).to_pylist():
        counter[entry["values"]] += entry["counts"]
