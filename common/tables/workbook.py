"""Excel workbooks (.xlsx): what they unpack to is looked at first, and a sheet is read row by row."""

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from common.errors import InvalidInput

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
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as problem:
        raise InvalidInput(f"the workbook cannot be read: {problem}", hint="Save it as .xlsx again.") from problem
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


@contextmanager
def _opened(path: Path, sheet: str) -> Iterator[Iterator[tuple[object, ...]]]:
    import openpyxl  # slow to load, and few read workbooks
    from openpyxl.utils.exceptions import InvalidFileException

    book = None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        names = [found.title for found in book.worksheets]
        if not names or (sheet and sheet not in names):
            told = f"the workbook has no sheet {sheet[:80]!r}" if names else "the workbook has no sheet with cells"
            raise InvalidInput(told, hint=f"Its sheets: {', '.join(names)[:400]}." if names else None)
        chosen = book[sheet or names[0]]
        chosen.reset_dimensions()  # what other programs write there is often wrong, and then rows would be cut off
        yield chosen.iter_rows(values_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError, EOFError) as problem:
        # A SyntaxError is the XML parser's.
        raise InvalidInput(f"the workbook cannot be read: {problem}", hint="Save it as .xlsx again.") from problem
    finally:
        if book is not None:
            book.close()


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
    return str(int(value)) if value.is_integer() else repr(value)
