"""What the board notes in the operators' log has words on the web page; a raw name would stand there instead."""

import ast
import re
from pathlib import Path

BOARD = Path(__file__).parents[1]
WORDS = BOARD / "web" / "src" / "i18n" / "en" / "audit.ts"


def _noted() -> set[str]:
    """Every action that a call of `audit.note` names as plain text."""
    found: set[str] = set()
    for file in (file for file in BOARD.rglob("*.py") if "tests" not in file.parts):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("audit.note"):
                parts = (
                    [call.args[1].body, call.args[1].orelse] if isinstance(call.args[1], ast.IfExp) else call.args[1:2]
                )
                found |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_every_action_of_the_log_has_words() -> None:
    known = set(re.findall(r"^    (\w+):", WORDS.read_text("utf-8"), re.MULTILINE))
    noted = _noted()
    assert len(noted) > 30
    assert noted - known == set()
