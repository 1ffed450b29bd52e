"""What is special to sums: too few common ids, values that do not fit, and totals that no honest side sends."""

import numpy as np
import pytest

from kernel.core.errors import BadPayload, TooFewRows
from kernel.protocol.psi.intersection_sum.protocol import PSI
from kernel.protocol.psi.port import Learns, digests_of
from kernel.testing.psi.pair import RECEIVER, SENDER, Line, align

SENDERS = digests_of([f"id {n}" for n in range(30)], bytes(32))
RECEIVERS = digests_of([f"id {n}" for n in range(25, 50)], bytes(32))


def test_the_sum_over_too_few_is_told_to_nobody():
    line = Line()
    out = align(PSI, SENDERS, RECEIVERS, Learns.SUM, line=line, at_least=6)
    assert all(isinstance(out[side], TooFewRows) for side in (SENDER, RECEIVER))
    assert all(step != "sum" for _, step, _ in line.transcript)
    (total,) = [payload for _, step, payload in line.transcript if step == "total"]
    assert total[8:] == bytes(512)
    out = align(PSI, SENDERS, RECEIVERS, Learns.SUM, at_least=5)
    assert [out[side].size for side in (SENDER, RECEIVER)] == [5, 5]


@pytest.mark.parametrize("values", [None, np.zeros(29, np.int64), np.full(30, 1 << 47), np.full(30, -(1 << 47))])
def test_values_that_do_not_fit_are_refused_before_anything_is_sent(values):
    line = Line()
    out = align(PSI, SENDERS, RECEIVERS, Learns.SUM, line=line, values=lambda _: values)
    assert isinstance(out[SENDER], ValueError)
    assert all(side == RECEIVER for side, _, _ in line.transcript)


def test_the_largest_values_of_either_sign_are_exact():
    for value in ((1 << 47) - 1, 1 - (1 << 47)):
        out = align(PSI, SENDERS, RECEIVERS, Learns.SUM, values=lambda _, value=value: np.full(30, value))
        assert [out[side].total for side in (SENDER, RECEIVER)] == [5 * value] * 2


@pytest.mark.parametrize(
    ("step", "victim", "bad"),
    [
        ("total", SENDER, lambda payload: (31).to_bytes(8, "big") + payload[8:]),
        ("total", SENDER, lambda payload: payload[:8] + bytes(512)),
        ("key", RECEIVER, lambda payload: payload[:8] + bytes(768)),
        ("pairs 0", RECEIVER, lambda payload: payload[: 30 * 32] + bytes(30 * 512)),
        ("sum", RECEIVER, lambda payload: payload + b"\0"),
    ],
)
def test_what_no_honest_side_sends_is_refused(step, victim, bad):
    def alter(side, name, payload):
        return bad(payload) if name == step else payload

    out = align(PSI, SENDERS, RECEIVERS, Learns.SUM, line=Line(alter))
    assert isinstance(out[victim], BadPayload)
