"""In which encoding a text file is written: said by somebody, by a byte-order mark, or found out; never guessed at.

A file that is UTF-8 throughout is UTF-8. One that is not is taken as GB18030 (and so GBK and GB2312, as Chinese Excel
saves CSV) where it is that throughout, and its letters are such as Chinese texts have: bytes of Latin encodings may
form GB18030, too, but hardly ever letters of its first table. What was taken is told.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from fusion.domain.errors import BadFile

_BLOCK = 4 << 20
_LONGEST_HEADER = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: ("utf-8", "utf-8"),
    codecs.BOM_UTF16_LE: ("utf-16", "utf-16-le"),
    codecs.BOM_UTF16_BE: ("utf-16", "utf-16-be"),
}
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}
_CHINESE = 0.75  # of the letters beyond ASCII
_SAVE = (
    "Save the file as UTF-8 (in Excel: Save as, CSV UTF-8) and add it again; or say its encoding, if that is GB18030"
    " (GBK) or UTF-16."
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a file is written in.

    Parameters
    ----------
    name
        For people; empty: UTF-8, which is the usual.
    codec
        Python's name for what follows the byte-order mark.
    header
        The first line.
    """

    name: str
    codec: str
    header: str


class _Foreign(Exception):
    """A byte, and its place in the file, that the encoding does not have."""

    def __init__(self, line: int, byte: int, found: bytes) -> None:
        super().__init__(line, byte)
        self.line, self.byte, self.found = line, byte, found.hex()


def encoding_of(path: Path, wanted: str = "") -> Encoding:
    """Look through a file for its encoding.

    Parameters
    ----------
    wanted
        "utf-8", "gb18030" or "utf-16"; empty: find out.

    Raises
    ------
    BadFile
        Where and what is not text in it.
    """
    with path.open("rb") as stream:
        start = stream.read(3)
    marked = next((told for mark, told in _MARKS.items() if start.startswith(mark)), None)
    if marked and wanted not in ("", marked[0]):
        told = f"the file begins with the byte-order mark of {_NAMES[marked[0]]}, it is not {_NAMES[wanted]}"
        raise BadFile(told, hint="Leave the encoding to be found out.")
    if wanted == "utf-16" and not marked:
        raise BadFile("the file begins without the byte-order mark of UTF-16", hint=_SAVE)
    name, codec = marked or (wanted or "utf-8", wanted or "utf-8")
    try:
        header, _ = _scanned(path, codec)
    except _Foreign as problem:
        header = "" if wanted or marked else _as_chinese(path)
        if not header:
            told = f"line {problem.line}, byte {problem.byte}: 0x{problem.found} is not {_NAMES[name]}"
            raise BadFile(told, hint=_SAVE) from None
        name = codec = "gb18030"
    if not header.strip():
        raise BadFile("the file is empty, or has no header line")
    if len(header) >= _LONGEST_HEADER:
        raise BadFile(f"line 1: the header has {_LONGEST_HEADER} signs or more")
    return Encoding("" if name == "utf-8" else _NAMES[name], codec, header)


def _as_chinese(path: Path) -> str:
    """Return the header if it is GB18030, and its letters are Chinese ones; else an empty text."""
    try:
        header, share = _scanned(path, "gb18030")
    except _Foreign:
        return ""
    return header if share >= _CHINESE else ""


def _scanned(path: Path, codec: str) -> tuple[str, float]:
    """Return the header, and which share of the letters beyond ASCII is in GB 2312, the first table of Chinese ones."""
    decoder = codecs.getincrementaldecoder(codec)()
    line, before, header, open_ = 1, 0, "", True  # before: bytes of the line at hand that earlier blocks had
    beyond = chinese = 0
    with path.open("rb") as stream:
        block = b"\n"
        while block:
            block = stream.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as problem:
                good = bytes(problem.object[: problem.start]).decode(codec)
                if "\0" not in good:
                    _refuse(problem, good, line, before, codec, at_end=not block)
                text = good
            zero = text.find("\0")
            if zero >= 0:
                raise BadFile(f"line {line + text.count(chr(10), 0, zero)}: a zero byte; this is no text file")
            if open_:
                header += text.partition("\n")[0]
                open_ = "\n" not in text and len(header) < _LONGEST_HEADER
            line += text.count("\n")
            _, newline, last = text.rpartition("\n")
            before = len(last.encode(codec)) if newline else before + len(last.encode(codec))
            plain = len(text.encode("ascii", "ignore"))
            beyond += len(text) - plain
            chinese += len(text.encode("gb2312", "ignore").decode("gb2312")) - plain
    return header.removeprefix("\ufeff"), chinese / beyond if beyond else 1.0


def _refuse(problem: UnicodeDecodeError, good: str, line: int, before: int, codec: str, *, at_end: bool) -> None:
    number = line + good.count("\n")
    if at_end:
        raise BadFile(f"line {number}: the file ends within a letter; it is cut off")
    _, newline, last = good.rpartition("\n")
    byte = len(last.encode(codec)) + 1 + (0 if newline else before)
    raise _Foreign(number, byte, problem.object[problem.start : problem.start + 1])
