"""Dishonest sides of the protocols on curve25519 that the common checks do not play."""

import pytest

from kernel.core.errors import BadPayload
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Learns, digests_of
from kernel.testing.psi.pair import RECEIVER, Line, align

SETS = [digests_of([f"id {n}" for n in numbers], bytes(32)) for numbers in (range(30), range(10, 50))]


@pytest.mark.parametrize(("name", "step", "width"), [("curve25519", "twice 0", 10), ("unbalanced", "answers 0", 32)])
@pytest.mark.parametrize("learns", [Learns.RECEIVER, Learns.BOTH, Learns.SIZE])
def test_a_sender_that_makes_several_ids_look_like_one_is_refused(name, step, width, learns):
    def alter(side: str, sent: str, payload: bytes) -> bytes:
        return payload[:width] * 2 + payload[2 * width :] if sent == step else payload

    out = align(protocols()[name], *SETS, learns, line=Line(alter))
    assert isinstance(out[RECEIVER], BadPayload)
