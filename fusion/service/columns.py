"""The values of id columns as ids, a batch of rows at a time: exactly what `KeyRule.key` makes of each row.

Nearly all values are plain ASCII, for which Arrow has the rule's steps over whole columns; the others go through the
rule itself, one by one.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from common.tables.workbook import text_of_cell
from fusion.domain.cleaning import Cleaning
from fusion.domain.key_rule import HASH_DIGITS, KeyRule

_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f "  # what Python's strip takes of ASCII
_GOING = {  # of ASCII, by what is kept
    "no_separators": r"[\x00-\x20\x7f.()\[\]{}-]",
    "letters_and_digits": "[^0-9A-Za-z]",
    "digits": "[^0-9]",
}
_ESCAPED = '["\\\\\\x00-\\x1f]'  # what JSON writes otherwise


def ids_of(batch: pa.RecordBatch, columns: Sequence[str], rule: KeyRule, *, hashed_here: bool = False) -> pa.Array:
    """Return the rows' ids (n,) as texts; empty where a row has none."""
    parts = [parts_of(batch.column(name), rule, place, hashed_here=hashed_here) for place, name in enumerate(columns)]
    return parts[0] if len(parts) == 1 else _joined(parts, rule)


def parts_of(column: pa.Array, rule: KeyRule, place: int = 0, *, hashed_here: bool = False) -> pa.Array:
    """Return what the column at a place of the rule gives to the ids (n,): its values, hashed where it says so."""
    text = texts(column)
    plain = pc.string_is_ascii(text)
    if hashed_here:
        quick = pc.ascii_lower(pc.ascii_trim(text, _SPACES))
        right = pc.match_substring_regex(quick, f"^[0-9a-f]{{{HASH_DIGITS.get(rule.hash, 0)}}}$")
        quick = pc.if_else(right, quick, "")
    else:
        quick = _hashed(_normal(text, rule, place), plain, rule)
    return _mended(quick, text, plain, lambda value: rule.value(value, place, hashed_here=hashed_here))


def normal_of(column: pa.Array, rule: KeyRule, place: int = 0) -> pa.Array:
    """Return the values (n,) of the column at a place of the rule, before they are hashed."""
    text = texts(column)
    normal = _normal(text, rule, place)
    return _mended(normal, text, pc.string_is_ascii(text), lambda value: rule.steps(value, place)[-1][1])


def texts(column: pa.Array) -> pa.Array:
    """Return a column's values as texts (n,), a missing one as an empty text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_large_string(kind):
        return pc.fill_null(pc.cast(column, pa.string()), "")
    return pa.array([_text(value) for value in column.to_pylist()], pa.string())


def _text(value: Any) -> str:
    """Write one value as a workbook or a database would give it: the same id, from whatever file it comes."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return format(value, "f")
    # A column of whole numbers with gaps is often stored as floats. A float of 32 bits has come as one of 64.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return text_of_cell(value)


def _normal(text: pa.Array, rule: KeyRule, place: int) -> pa.Array:
    """Apply the rule's steps as they are for ASCII, on which Unicode's normal forms change nothing."""
    if rule.trim:
        text = pc.ascii_trim(text, _SPACES)
    text = _cleaned(text, rule.cleaning(place))
    if rule.case != "keep":
        text = (pc.ascii_lower if rule.case == "lower" else pc.ascii_upper)(text)
    return text


def _cleaned(text: pa.Array, cleaning: Cleaning) -> pa.Array:
    if cleaning.keep != "all":
        text = pc.replace_substring_regex(text, _GOING[cleaning.keep], "")
    if cleaning.prefixes:
        # The first that leaves enough, and the spaces behind it: as the rule, which tries them in this order, too.
        prefixes = "|".join(map(re.escape, cleaning.prefixes))
        rest = rf"[^\t-\r\x1c-\x20](?s:.){{{cleaning.rest_at_least - 1},}}"
        text = pc.replace_substring_regex(text, rf"^(?:{prefixes})[\t-\r\x1c-\x20]*({rest})$", r"\1")
    return text


def _hashed(text: pa.Array, plain: pa.Array, rule: KeyRule) -> pa.Array:
    if rule.hash == "none":
        return text
    made = [
        hashlib.new(rule.hash, value.encode(), usedforsecurity=False).hexdigest() if value and quick else ""
        for value, quick in zip(text.to_pylist(), plain.to_pylist(), strict=True)
    ]
    return pa.array(made, pa.string())


def _mended(quick: pa.Array, text: pa.Array, plain: pa.Array, by_rule: Any) -> pa.Array:
    """Put what the rule itself says in the place of what is not plain ASCII."""
    if pc.all(plain, min_count=0).as_py():
        return quick
    odd = pc.invert(plain)
    return pc.replace_with_mask(quick, odd, pa.array([by_rule(value) for value in text.filter(odd).to_pylist()]))


def _joined(parts: Sequence[pa.Array], rule: KeyRule) -> pa.Array:
    whole, odd = pa.scalar(value=True), pa.scalar(value=False)
    for part in parts:
        whole = pc.and_(whole, pc.not_equal(part, ""))
        odd = pc.or_(odd, pc.match_substring_regex(part, _ESCAPED))
    quick = pc.binary_join_element_wise('["', pc.binary_join_element_wise(*parts, '","'), '"]', "")
    quick = pc.if_else(whole, quick, "")
    odd = pc.and_(whole, odd)
    if not pc.any(odd, min_count=0).as_py():
        return quick
    rows = zip(*(part.filter(odd).to_pylist() for part in parts), strict=True)
    return pc.replace_with_mask(quick, odd, pa.array([rule.joined(row) for row in rows]))
