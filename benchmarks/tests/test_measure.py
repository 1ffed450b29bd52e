"""The measuring itself."""

from itertools import cycle

import pytest

from benchmarks.measure import compare, machine, per_second


def test_ratio_is_of_medians_and_sides_take_turns() -> None:
    order: list[str] = []
    ours, peer = cycle([10.0, 30.0, 20.0]), cycle([5.0, 5.0, 50.0])
    row = compare(
        "n",
        lambda: (order.append("ours"), next(ours))[1],
        lambda: (order.append("peer"), next(peer))[1],
        unit="u",
        peer_name="p",
        better="higher",
        rounds=3,
    )
    assert (row.ours, row.peer, row.ratio, row.spread) == (20.0, 5.0, 4.0, 0.5)
    assert order == ["ours", "peer"] * 3


def test_per_second_counts_calls() -> None:
    calls: list[int] = []
    assert per_second(10, lambda: calls.append(1)) > 0
    assert len(calls) == 10


def test_machine_is_described() -> None:
    assert machine()["cores"] == pytest.approx(machine()["cores"])
    assert machine()["processor"]
