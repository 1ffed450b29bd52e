"""What a node loads at its start, and that its plans know whether it has."""

import threading
from typing import Any

import pytest

from fusion.domain.asking import Sketch
from fusion.service.links import Links
from fusion.service.planning import Planning
from fusion.service.table_choice import TableChoice
from fusion.service.warming import Warming
from kernel.protocol.psi.trial import TrialFailed


class Store:
    """No way was ever measured."""

    def find(self, _partner: str) -> None:
        return None


def _planning(ready: bool) -> Planning:  # noqa: FBT001
    unused: Any = None
    store: Any = Store()
    return Planning(Links(store, unused, 1e9, 0.001), TableChoice(unused), 2, lambda: ready)


def test_each_protocol_is_tried_once_and_one_that_fails_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fails(name: str) -> float:
        tried.append(name)
        if name == "b":
            raise TrialFailed("b: a wrong result")
        return 0.1

    monkeypatch.setattr("fusion.service.warming.tried", fails)
    warming = Warming(["a", "b", "c"], threading.Event())
    assert not warming.done()
    warming.start()
    warming._thread.join(30)
    assert warming.done()
    assert tried == ["a", "b", "c"]
    over = threading.Event()
    over.set()
    stopped = Warming(["a"], over)
    stopped.start()
    stopped.close()
    assert (tried, stopped.done()) == (["a", "b", "c"], False)


def test_plans_count_in_what_is_not_loaded_yet() -> None:
    for size in (2**10, 2**14, 2**18):
        sketch = Sketch(size, size, "receiver", "sender")
        cold, ready = (_planning(ready).before(sketch, 0, 0) for ready in (False, True))
        oprf = [
            next(one for one in [made, *made["alternatives"]] if one["protocol"] == "oprf")["seconds"]
            for made in (cold, ready)
        ]
        assert 0.5 < oprf[0] - oprf[1] < 2
        assert cold["seconds"] >= ready["seconds"]
        assert ready["seconds"] > 0.1, "calls and files take their time, too"
