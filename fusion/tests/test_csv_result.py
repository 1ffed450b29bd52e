"""Results as CSV: exact, or with what a spreadsheet would compute defused so that the exact value can be had back."""

import csv
import io
import re

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.service.csv_result import BOM, csv_of, defused

FORMULA = re.compile("'*[=+@\t\r\n＝＋－＠-]")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def rows_of(path, columns, **how):
    content = b"".join(csv_of(path, columns, **how))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+86 138-0000-1111", "'+86 138-0000-1111"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("'=1", "''=1"),
        ("+8613800001111", "+8613800001111"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5e+3", "-5e+3"),
        ("-5e+", "'-5e+"),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
        ("13800001111", "13800001111"),
        ("", ""),
        (None, None),
    ],
)
def test_what_is_defused_and_what_is_not(value, told):
    assert defused(pa.array([value], pa.string())).to_pylist() == [told]


@given(st.lists(st.text(alphabet="'=+-@\t\r\n＝a1.", max_size=6)))
def test_nothing_looks_like_a_formula_and_the_exact_value_can_be_had_back(values):
    safe = defused(pa.array(values, pa.string())).to_pylist()
    for value, told in zip(values, safe, strict=True):
        assert not re.match("[=+@\t\r\n＝＋－＠-]", told) or NUMBER.fullmatch(told)
        back = told[1:] if re.match("'+[=+@\t\r\n＝＋－＠-]", told) and not NUMBER.fullmatch(told) else told
        assert back == value


def test_texts_only_are_defused_and_only_when_it_is_asked_for(tmp_path):
    path = tmp_path / "in.parquet"
    dictionary = pa.array(["=a", "b"]).dictionary_encode()
    table = pa.table({"=id": ["+86 1", "-5"], "v": [-1, 2], "w": pa.array([-0.5, None]), "d": dictionary})
    pa.parquet.write_table(table, path)
    columns = ["=id", "v", "w", "d"]
    assert rows_of(path, columns) == [columns, ["+86 1", "-1", "-0.5", "=a"], ["-5", "2", "", "b"]]
    assert rows_of(path, columns, defuse=True) == [
        ["'=id", "v", "w", "d"], ["'+86 1", "-1", "-0.5", "'=a"], ["-5", "2", "", "b"],
    ]  # fmt: skip
    assert b"".join(csv_of(path, ["v"], bom=True)) == BOM + b'"v"\n-1\n2\n'
    assert next(csv_of(path, ["v"])) == b'"v"\n'
