"""Two members' flows for the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.tests.federation import Member


@pytest.fixture
def members(tmp_path: Path) -> Iterator[dict[str, Member]]:
    members: dict[str, Member] = {}
    for name in ("bank", "bureau"):
        members[name] = Member(name, tmp_path, members).start()
    yield members
    for member in members.values():
        member.kernel.hold.set()
        member.close()
        member.engine.dispose()
