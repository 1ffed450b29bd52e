"""The sheets of a workbook: none is taken silently where others have rows, too."""

from dataclasses import dataclass
from pathlib import Path

from common.errors import InvalidInput
from common.tables.workbook import count_rows
from fusion.domain.errors import BadFile, ChooseSheet

_ENOUGH = 2  # rows by which a sheet has a header and a row


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name, and whether it has a header and a row at least."""

    name: str
    has_rows: bool


def sheets_of(path: Path) -> list[Sheet]:
    """List a workbook's sheets in their order; raises BadFile where it is none."""
    try:
        return [Sheet(name, rows >= _ENOUGH) for name, rows in count_rows(path, _ENOUGH).items()]
    except InvalidInput as problem:
        raise BadFile(problem.detail, hint=problem.hint) from problem


def only_sheet(path: Path) -> str:
    """Return the one sheet that has rows, or the first where none has.

    Raises
    ------
    ChooseSheet
        With the names of those that have.
    """
    sheets = sheets_of(path)
    full = [sheet.name for sheet in sheets if sheet.has_rows]
    if len(full) > 1:
        raise ChooseSheet(f"sheets with rows: {', '.join(full)[:2000]}")
    return (full or [sheet.name for sheet in sheets] or [""])[0]
