"""What the board's figures are made with: jobs that are listed, a log that is searched, a large flow that is valid."""

from pathlib import Path

from benchmarks import board, browser
from common.sql import open_database
from flow.service.jobs import Jobs
from flow.store.sql import SqlJobStore
from kernel.service.logs import read_page

DATA = {"bank": "d1", "bureau": "d2"}


def test_both_stores_give_the_same_pages(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/flow.db", migrations=board.MIGRATIONS)
    ours, whole = SqlJobStore(engine), board.WholeListStore(engine)
    for number in range(30):
        ours.add(board.job(number))
    for wanted in ({}, {"state": "failed"}, {"flow": "flow-2"}, {"text": "SCORING 2"}):
        first = ours.find(**wanted, limit=5)
        assert first
        assert whole.find(**wanted, limit=5) == first
        assert whole.find(**wanted, limit=5, after=first[-1].id) == ours.find(**wanted, limit=5, after=first[-1].id)
    with board.listed(tmp_path, "bank", Jobs(ours)) as get:
        assert get("/jobs?limit=5&state=failed") > 0
    engine.dispose()


def test_the_log_has_what_is_searched(tmp_path: Path) -> None:
    board.write_log(tmp_path / "log.jsonl", 2000)
    found = read_page(tmp_path / "log.jsonl", text="message 1999")
    assert (found.numbers, found.total) == ([2000], 2000)
    assert read_page(tmp_path / "log.jsonl", level="warning").matching == 3


def test_the_large_flow_has_its_nodes() -> None:
    nodes = browser.large(DATA)["nodes"]
    names = {node["id"] for node in nodes}
    assert len(names) == len(nodes) == browser.NODES
    assert {item["node"] for node in nodes for item in node["inputs"]} <= names
