import ast
from pathlib import Path

import pytest

from deploy.sentences import __main__ as command
from deploy.sentences.catalogue import catalogue
from deploy.sentences.errors import Errors
from deploy.sentences.sources import source_of
from deploy.sentences.texts import HOLE, Texts
from deploy.sentences.told import Told

CODE = """
from common.errors import HanseError

class Broken(HanseError):
    code = "HAN-0001"
    hint = "Mend it."

class Late(HanseError):
    code = "HAN-0003"

    def __init__(self, seconds):
        super().__init__(f"wait {seconds} s")

class Quiet(HanseError):
    code = "HAN-0002"

TABLE = {"a": (Broken, "the table says {0}")}

def one(name, late):
    raise Broken(f"{name!r} is {'late' if late else 'not there yet'}", hint="Ask " + name)

def two(found):
    told = "nothing came" if not found else f"{found} came"
    raise Broken(told)

def three():
    refuse("a party is missing")
    raise Quiet("nobody reads this")

def refuse(what):
    raise Broken(f"refused: {what}")
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, set[str]]:
    path = tmp_path / "code.py"
    path.write_text(CODE)
    source = source_of("code", path)
    sources = {"code": source}
    errors, texts = Errors(sources, frozenset({"HAN-0002"})), Texts(sources)
    told: dict[str, set[str]] = {}
    for node in ast.walk(source.tree):
        for table, value in Told(sources, errors).at(source, node):
            told.setdefault(table, set()).update(text.replace(HOLE, "*") for text in texts.of(source, value))
    return told


def test_details_are_found_however_they_are_worded(found: dict[str, set[str]]) -> None:
    assert found["HAN-0001"] == {
        "the table says {0}",
        "* is *",  # one word is a value,
        "* is not there yet",  # several are a part of the sentence
        "nothing came",
        "* came",
        "refused: a party is missing",  # the caller's words
    }
    assert found["HAN-0003"] == {"wait * s"}


def test_hints_are_found_where_they_are_raised(found: dict[str, set[str]]) -> None:
    assert found["hints"] == {"Ask *"}


def test_what_nobody_sees_is_left_out(found: dict[str, set[str]]) -> None:
    assert not {text for texts in found.values() for text in texts if "nobody" in text}


def test_commands_and_tests_tell_the_page_nothing() -> None:
    told = catalogue()
    details = told["details"]
    assert isinstance(details, dict)
    assert not [code for code in details if code.startswith("HAN-9")]
    assert "the members have no id in common" in details["HAN-4010"]
    assert "{0} has {1} rows and we {2}, or in another order" in details["HAN-4020"]
    assert "iteration {0} of {1}" in told["steps"]
    assert "Field required" in told["others"]


def test_the_pages_catalogue_is_what_the_code_tells(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0, capsys.readouterr().err
