"""Every protocol at a size, in processes of their own; a peer that is not installed is left out and said."""

import os
import socket
import time

import pytest

from benchmarks import psi, psi_naive, psi_pair, psi_peers, shaped


def test_protocols_are_measured_side_by_side(monkeypatch, capsys):
    monkeypatch.setattr(psi, "_ROUNDS", 1)
    for variable in psi_peers.PYTHONS.values():
        monkeypatch.delenv(variable, raising=False)
    rows = psi.measure_one(256, ["curve25519", "oprf"])
    assert {row.name for row in rows} == {f"{what}, {name}, 256 ids" for what in psi._READ for name in ("oprf",)} | {
        "seconds, curve25519, 256 ids"
    }
    assert all(row.ours > 0 and row.peer > 0 and row.peer_name in {"curve25519", "foretold"} for row in rows)
    told = capsys.readouterr().err
    assert all(variable in told for variable in psi_peers.PYTHONS.values())


def test_bytes_are_those_of_the_protocol():
    figures = psi_pair.align("oprf", 100)
    terms = psi_pair.Terms("t", 100, 100)
    assert figures.n_bytes == psi_pair.protocols()["oprf"].n_bytes(terms)
    assert figures.peak_bytes > 10 << 20


def test_a_wrong_result_is_no_figure():
    sender = (1.0, 2.0, 30, 400, None)
    assert psi_pair.combined("oprf", 50, [sender, (3.0, 1.0, 10, 300, 50)]) == psi_pair.Figures(
        3.0, 2.0, 1.0, 40, 400, 300
    )
    for size in (49, 51, None):
        with pytest.raises(RuntimeError, match="found"):
            psi_pair.combined("oprf", 50, [sender, (3.0, 1.0, 10, 300, size)])


def test_a_table_that_is_kept_is_not_sent_again():
    first, again = (psi_pair.align("unbalanced", 3000, 40, again=again).n_bytes for again in (False, True))
    assert again == 64 * 40
    assert first > again + 3000 * 8


def test_powers_of_a_longer_key_take_longer():
    assert psi_naive.per_second(1024) > 2 * psi_naive.per_second(2048)


def test_a_slow_way_is_slow_and_keeps_order():
    with shaped.ends(shaped.Shape(mbit=10, round_trip_ms=40)) as (near, far):
        start = time.monotonic()
        near.sendall(bytes(range(100)))
        assert far.recv(100) == bytes(range(100))
        assert time.monotonic() - start > 0.02
        start, data = time.monotonic(), os.urandom(125_000)  # a tenth of a second's worth
        near.sendall(data)
        near.shutdown(socket.SHUT_WR)
        with far.makefile("rb") as stream:
            assert stream.read() == data
        assert time.monotonic() - start > 0.12
