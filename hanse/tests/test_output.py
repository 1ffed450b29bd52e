"""The command's common habits: where `-o` may stand, and exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hanse.cli.main import main


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
