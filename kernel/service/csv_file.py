"""What a text file with columns is like: its encoding, its separator, its header, and what can be wrong with them."""

import codecs
from collections.abc import Mapping
from csv import Error as CsvError
from csv import reader as csv_reader
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

from common.errors import HanseError

_SAMPLE = 1 << 18
_BLOCK = 1 << 20
_LINES = 100
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class RaggedFile(HanseError):
    """A line has more or fewer fields than the header."""

    code = "HAN-4201"
    title = "A line has the wrong number of fields"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Correct the line (a field that holds a comma needs double quotes) and import again. Nothing was imported."


class BadEncoding(HanseError):
    """Bytes that are not text in the file's encoding."""

    code = "HAN-4202"
    title = "The file is not text in this encoding"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Save the file as UTF-8, or name its encoding. Nothing was imported."


class BadHeader(HanseError):
    """Column names that are empty or repeated."""

    code = "HAN-4203"
    title = "Unusable header"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Give each column a name of its own in the first line. Nothing was imported."


class BadType(HanseError):
    """A value that is not of the column's type."""

    code = "HAN-4205"
    title = "A value does not fit its column's type"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Choose another type for the column (text takes everything), or correct the value. Nothing was imported."


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a text file; what is empty is found out.

    Parameters
    ----------
    types
        Column → int, float, string, bool or date.
    only_empty_is_missing
        Whether words like NA are values, as in rows that come from a database.
    """

    encoding: str = ""
    delimiter: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    only_empty_is_missing: bool = False


def detect_delimiter(path: Path, encoding: str) -> str:
    """Return the sign that splits the first lines most evenly; a comma when none does."""
    with path.open("rb") as stream:
        text = stream.read(_SAMPLE).decode(encoding, "ignore")
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    best, score = ",", 1
    for sign in (",", ";", "\t", "|"):
        try:
            counts = [len(row) for row in csv_reader(lines, delimiter=sign)]
        except CsvError:  # a field of more than 128 KiB: with another sign, perhaps several
            continue
        if counts and min(counts) == max(counts) and counts[0] > score:
            best, score = sign, counts[0]
    return best


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file, judged by its beginning."""
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        try:
            # GB18030 takes nearly any bytes; that its text is Chinese tells it from the Latin encodings.
            text = codecs.getincrementaldecoder("gb18030")().decode(sample)
            if sum("\u4e00" <= sign <= "\u9fff" for sign in text) * 2 > sum(sign > "\x7f" for sign in text):
                return "gb18030"
        except UnicodeDecodeError:
            pass
        best = from_bytes(sample).best()
        return best.encoding if best else "utf-8"
    return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8"


def check_name(encoding: str) -> None:
    """Raise BadEncoding unless this is an encoding of text; others unpack or cipher, and may fill the memory."""
    try:
        "a".encode(encoding)
    except (LookupError, UnicodeError):
        raise BadEncoding(f"there is no encoding {encoding!r}") from None


def check_encoding(path: Path, encoding: str) -> None:
    """Raise BadEncoding with line and column of the first byte that is not text."""
    check_name(encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, column = 1, 1
    with path.open("rb") as stream:
        last = False
        while not last:
            block = stream.read(_BLOCK)
            last = not block  # then the decoder says whether the file ends within a sign
            try:
                text = decoder.decode(block, last)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "replace")
                line += good.count("\n")
                column = len(good) - good.rfind("\n") if "\n" in good else column + len(good)
                found = error.object[error.start : error.start + 1].hex()
                raise BadEncoding(f"line {line}, column {column}: byte 0x{found} is not {encoding}") from None
            line += text.count("\n")
            column = len(text) - text.rfind("\n") if "\n" in text else column + len(text)


def check_header(names: list[str]) -> None:
    """Raise BadHeader unless each column has a name of its own."""
    if len(names) == 1 and (found := next((words for mark, words in _SEPARATORS.items() if mark in names[0]), "")):
        raise BadHeader(
            f"line 1: the columns are separated by {found}, not by commas",
            hint="Save the file with commas between the fields and import again. Nothing was imported.",
        )
    for index, name in enumerate(names):
        if not name.strip():
            raise BadHeader(f"line 1, column {index + 1}: the column has no name")
        if name in names[:index]:
            raise BadHeader(f"line 1: two columns are named {name!r}")
