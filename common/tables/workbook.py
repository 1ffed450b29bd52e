"""Excel workbooks (.xlsx): what they unpack to is looked at first, and a sheet is read row by row."""

import itertools
import math
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from common.errors import HanseError, InvalidInput

_MOST_UNPACKED = 1 << 30
_MOST_TEXTS = 256 << 20  # the one part that is held as a whole, as Python's texts
_TEXTS = "xl/sharedStrings.xml"


def check_unpacked(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than it is; more than its list says is never unpacked.

    Raises
    ------
    InvalidInput
        It is too large, or no workbook.
    """
    with _refusing(), zipfile.ZipFile(path) as archive:
        sizes = {part.filename: part.file_size for part in archive.infolist()}
    for size, limit in ((sum(sizes.values()), _MOST_UNPACKED), (sizes.get(_TEXTS, 0), _MOST_TEXTS)):
        if size > limit:
            told = f"the workbook unpacks to {size} bytes, the limit is {limit}"
            raise InvalidInput(told, hint="Save the sheet as CSV or Parquet.")


def sheet_rows(path: Path, sheet: str = "") -> Iterator[list[str]]:
    """Yield a sheet's rows as texts, the header first; cells behind the header's last are left out when empty.

    Parameters
    ----------
    sheet
        Its name; empty: the first one.

    Raises
    ------
    InvalidInput
        No workbook, no such sheet, or a row that is longer than the header.
    """
    check_unpacked(path)
    with _opened(path, sheet) as rows:
        width = 0
        for number, values in enumerate(rows, 1):
            cells = [text_of_cell(value) for value in values]
            while cells and not cells[-1] and len(cells) > width:
                cells.pop()
            if number == 1:
                width = len(cells)
            if len(cells) > width:
                raise InvalidInput(f"row {number}: {len(cells)} values where the header has {width}")
            if any(cells):  # Excel keeps rows that people have emptied
                yield cells + [""] * (width - len(cells))


def count_rows(path: Path, most: int) -> dict[str, int]:
    """Return each sheet's number of rows that are not empty, in the sheets' order; counting ends at `most`.

    Raises
    ------
    InvalidInput
        No workbook.
    """
    check_unpacked(path)
    with _book(path) as book:
        return {sheet.title: _filled(sheet, most) for sheet in book.worksheets}


def _filled(sheet: Any, most: int) -> int:
    with _rows(sheet) as rows:
        filled = (row for row in rows if any(text_of_cell(value) for value in row))
        return sum(1 for _ in itertools.islice(filled, most))


@contextmanager
def _opened(path: Path, sheet: str) -> Iterator[Iterator[tuple[object, ...]]]:
    with _book(path) as book, _rows(book[_chosen([found.title for found in book.worksheets], sheet)]) as rows:
        yield rows


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    import openpyxl  # slow to load, and few read workbooks

    with _refusing(), path.open("rb") as stream:  # of a path, its ending would have to be Excel's
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            yield book


@contextmanager
def _rows(sheet: Any) -> Iterator[Iterator[tuple[object, ...]]]:
    sheet.reset_dimensions()  # what other programs write there is often wrong, and then rows would be cut off
    with closing(sheet.iter_rows(values_only=True)) as rows:
        yield rows


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except HanseError:
        raise
    except Exception as problem:  # in a damaged file the libraries come upon anything
        raise InvalidInput(f"the workbook cannot be read: {problem}", hint="Save it as .xlsx again.") from problem


def _chosen(names: list[str], sheet: str) -> str:
    if not names:
        raise InvalidInput("the workbook has no sheet with cells")
    if sheet and sheet not in names:
        told = f"the workbook has no sheet {sheet[:80]!r}"
        raise InvalidInput(told, hint=f"Its sheets: {', '.join(names)[:400]}.")
    return sheet or names[0]


def text_of_cell(value: object) -> str:
    """Write a cell's value as text: whole numbers without point or exponent, moments as ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()  # a day's cell is its midnight
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    # The digits that the cell has: those of the nearest binary number would be made up.
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")
