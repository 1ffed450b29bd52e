"""A trial tells that a protocol works here, and what happened where it does not."""

from dataclasses import dataclass

import pytest

from kernel.protocol.psi import trial
from kernel.protocol.psi.port import Digests, Found, Learns, Side


@dataclass(frozen=True)
class Broken:
    found: int
    learns = frozenset({Learns.RECEIVER})

    def send(self, side: Side, digests: Digests) -> Found:
        side.wire.recv("what nobody sends")
        return Found(None, None)

    def receive(self, side: Side, digests: Digests) -> Found:
        if not self.found:
            raise ZeroDivisionError("no such luck")
        side.wire.send("what nobody sends", b"")
        return Found(None, self.found)


@pytest.mark.parametrize("name", ["curve25519", "oprf", "intersection_sum"])
def test_protocols_pass(name):
    assert trial.tried(name) > 0


@pytest.mark.parametrize(("found", "told"), [(0, "broken: ZeroDivisionError: no such luck"), (17, "a wrong result")])
def test_what_does_not_work_is_told(monkeypatch, found, told):
    monkeypatch.setattr(trial, "protocols", lambda: {"broken": Broken(found)})
    with pytest.raises(trial.TrialFailed, match=told):
        trial.tried("broken")
