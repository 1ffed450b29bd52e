"""How pytest-xdist shares the tests among its workers, and what holds for all of them.

A file stays whole, so that what a module sets up is set up once, and all that use the one running federation stay
together, first, since they take longest.
"""

from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

_FEDERATION = "tests/e2e/"
settings.register_profile("hanse", deadline=None)  # on a loaded machine an example takes its time, and none is asserted
settings.load_profile("hanse")


class _Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _FEDERATION if nodeid.startswith(_FEDERATION) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    config.option.loadscopereorder = False
    return _Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_FEDERATION))
