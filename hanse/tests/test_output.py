"""The command's common habits: where `-o` may stand, and exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from common.errors import InvalidInput
from hanse.cli.main import main
from hanse.cli.output import Output, report


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("form", [["-o", "json"], ["-ojson"], ["--output=json"]])
def test_the_form_may_stand_anywhere(tmp_path: Path, place: int, form: list[str]) -> None:
    """Before the command, after it and at the end mean the same."""
    words = ["doctor", "--home", str(tmp_path)]
    words[place:place] = form
    told = json.loads(CliRunner().invoke(main, words).stdout)
    assert {"check", "result", "do"} == set(told[0])


def test_no_federation_has_a_code_and_a_next_step(tmp_path: Path) -> None:
    """A folder without a federation ends with exit code 4."""
    result = CliRunner().invoke(main, ["status", "--home", str(tmp_path)])
    assert result.exit_code == 4
    assert "HAN-9001" in result.stderr
    assert "hanse up" in result.stderr


_NOTHING = dict.fromkeys(("score", "probability", "classes", "predicted", "value"))
_TOLD = {
    "binary": {"score": 0.5, "probability": 0.622459331},
    "multiclass": {
        "classes": [{"label": "low", "probability": 0.25}, {"label": "high", "probability": 0.75}],
        "predicted": "high",
    },
    "regression": {"score": 7.2, "value": 1339.43},
}


@pytest.mark.parametrize(
    ("task", "columns", "line"),
    [
        ("binary", ["id", "score", "probability", "problem"], ["c1", "0.5", "0.622459"]),
        ("multiclass", ["id", "predicted", "classes", "problem"], ["c1", "high", "low=0.25,", "high=0.75"]),
        ("regression", ["id", "value", "score", "problem"], ["c1", "1339.43", "7.2"]),
    ],
)
def test_predictions_show_what_their_task_tells(
    capsys: pytest.CaptureFixture[str], task: str, columns: list[str], line: list[str]
) -> None:
    """Columns that a task does not fill are left out."""
    rows = [
        {"id": "c1", **_NOTHING, **_TOLD[task], "problem": ""},
        {"id": "c2", **_NOTHING, "problem": "no usable row of this id at bureau"},
    ]
    Output("table").show({"predictions": rows, "model": "j.train", "task": task, "bound": 1e-6})
    head, first, second = (words.split() for words in capsys.readouterr().out.splitlines()[-3:])
    assert (head, first) == (columns, line)
    assert second == ["c2", "no", "usable", "row", "of", "this", "id", "at", "bureau"]


@pytest.mark.parametrize("text", ["[/bold]", "[link=http://x]click[/link]", "[red]a", "\\[/x]"])
def test_texts_of_others_are_no_markup(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A partner's name of an alignment can neither break the list nor dress up in it."""
    output = Output("table")
    output.show([{"name": text, text: 1}])
    output.show({"name": text})
    assert capsys.readouterr().out.count(text) == 3


def test_texts_of_others_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of what a terminal obeys passes, in whatever is printed."""
    output, text = Output("table"), "a\x1b[2Jb\x9b1mc\rd\u202ee\nf"
    output.show([{"name": text}])
    output.show({"name": text})
    report(InvalidInput(text, party=text, hint=text), print)
    told = capsys.readouterr().out
    assert not set(told) & set("\x1b\x9b\r\u202e")
    assert told.count("\ufffd") == 4 * 5


def test_what_is_piped_has_one_line_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids and times stand in one piece, and a time that has not come is empty."""
    rows = [{"task": "a" * 32, "data_set": "b" * 32, "state": "pending_approval", "detail": "c" * 60, "ended_ms": 0}]
    Output("table").show(rows)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [list(rows[0]), ["a" * 32, "b" * 32, "pending_approval", "c" * 60]]
    Output("table").show({"next_ms": [1_790_000_000_000, 1_790_000_060_000]})
    assert capsys.readouterr().out.count("2026-09-") == 2
