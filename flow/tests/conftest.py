"""Two members' flows for the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.tests.federation import Member, running


@pytest.fixture
def members(tmp_path: Path) -> Iterator[dict[str, Member]]:
    with running(tmp_path, "bank", "bureau") as members:
        yield members
