"""Two members' boards, as the board's own tests have them, and the command."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from board.tests.conftest import bank, bureau, houses, ledger
from hanse.cli.main import main

__all__ = ["bank", "bureau", "houses", "ledger"]
Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    def call(*words: str, code: int = 0, form: str = "json") -> Any:
        done = CliRunner().invoke(main, [*words, "-o", form])
        assert done.exit_code == code, done.output
        if code:
            return done.stderr
        return json.loads(done.stdout or "null") if form == "json" and words[1] != "logs" else done.stdout

    return call
