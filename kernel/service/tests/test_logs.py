"""Pages of a log: by text, by level, of any length."""

import json
from pathlib import Path

import pytest

from common.errors import NotFound
from kernel.service import logs
from kernel.service.logs import read_page
from kernel.service.results import Results
from kernel.store.layout import Layout

_MANY = 200_000


def _write(path: Path, events: list[tuple[str, str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"time_ms": 1, "level": level, "event": event, "step": step}) for level, event, step in events]
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return path


def test_lines_are_found_by_text_and_level(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "log.jsonl",
        [
            ("info", "started", ""),
            ("info", "step", "Tree 1"),
            ("warning", "stopped", ""),
            ("error", "failed", "tree 2"),
        ],
    )
    everything = read_page(path)
    assert (everything.total, everything.matching, everything.first_error) == (4, 4, 4)
    trees = read_page(path, text="TREE")
    assert (trees.numbers, trees.matching, trees.first_error) == ([2, 4], 2, 2)
    assert read_page(path, level="warning").numbers == [3, 4]
    assert read_page(path, level="error", text="nothing").matching == 0
    assert read_page(path, text="tree", after=1, size=1).numbers == [4]
    assert read_page(path, text=".*").matching == 0, "a search is for words, not for a pattern"


def test_a_line_that_is_still_written_is_not_read(tmp_path: Path) -> None:
    path = _write(tmp_path / "log.jsonl", [("info", "started", "")])
    with path.open("a") as stream:
        stream.write('{"time_ms": 1, "level": "err')
    page = read_page(path)
    assert (page.total, len(page.lines)) == (1, 1)
    (tmp_path / "empty.jsonl").touch()
    assert read_page(tmp_path / "empty.jsonl").total == 0


def test_a_long_log_is_paged_to_its_end(tmp_path: Path) -> None:
    path = _write(tmp_path / "log.jsonl", [("info", "step", f"iteration {number}") for number in range(_MANY)])
    last = read_page(path, after=_MANY - 2, size=10)
    assert [json.loads(line)["step"] for line in last.lines] == [f"iteration {_MANY - 2}", f"iteration {_MANY - 1}"]
    found = read_page(path, text=f"iteration {_MANY - 1}")
    assert (found.numbers, found.total) == ([_MANY], _MANY)


def test_each_attempt_has_a_log_of_its_own(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for attempt in (1, 2):
        _write(layout.attempt("j", "t", attempt) / "log.jsonl", [("info", f"attempt_{attempt}", "")])
    page, attempts = Results(layout).logs("j", "t", 0)
    assert attempts == [1, 2]
    assert json.loads(page.lines[0])["event"] == "attempt_2"
    assert json.loads(Results(layout).logs("j", "t", 1)[0].lines[0])["event"] == "attempt_1"
    with pytest.raises(NotFound):
        Results(layout).logs("j", "t", 3)


@pytest.mark.parametrize("block", [1, 64, 100, 1000])
def test_lines_are_the_same_wherever_blocks_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    levels = ("info", "warning", "info", "error", "info")
    path = _write(
        tmp_path / "log.jsonl", [(levels[number % 5], "step", f"Round {number} round") for number in range(40)]
    )
    monkeypatch.setattr(logs, "_BLOCK", block)
    assert read_page(path, level="warning").numbers == [n + 1 for n in range(40) if n % 5 in (1, 3)]
    found = read_page(path, text="round 3", after=1, size=3)
    assert (found.numbers, found.matching, found.total) == ([31, 32, 33], 11, 40)
    assert found.first_error == 1
    assert json.loads(found.lines[0])["step"] == "Round 30 round"
