"""Logs are JSON and hold no secrets."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from common import log


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    before = logging.getLogger().handlers[:]
    level = logging.getLogger().level
    logging.getLogger().handlers.clear()
    log.configure("toy", "info", tmp_path / "toy.log")
    yield tmp_path / "toy.log"
    for handler in logging.getLogger().handlers:
        handler.close()
    logging.getLogger().handlers[:] = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_events_are_json_lines_without_secrets(file: Path) -> None:
    log.get("a.b").info("job_started", job="j1", password="hunter2")
    log.get("a.b").debug("not_logged")
    logging.getLogger("other").warning("plain %s", "text")
    first, second = (json.loads(line) for line in file.read_text().splitlines())
    assert first["event"] == "job_started"
    assert (first["service"], first["job"], first["level"], first["password"]) == ("toy", "j1", "info", "[redacted]")
    assert second["event"] == "plain text"
    assert "hunter2" not in file.read_text()
