"""Every protocol at a size, in processes of their own; a peer that is not installed is left out and said."""

import pytest

from benchmarks import psi, psi_pair, psi_peers


def test_protocols_are_measured_side_by_side(monkeypatch, capsys):
    monkeypatch.setattr(psi, "_ROUNDS", 1)
    for variable in psi_peers.PYTHONS.values():
        monkeypatch.delenv(variable, raising=False)
    rows = psi.measure_one(256, ["curve25519", "oprf"])
    assert {row.name for row in rows} == {f"{what}, oprf, 2^8" for what in psi._READ}
    assert all(row.ours > 0 and row.peer > 0 and row.peer_name == "curve25519" for row in rows)
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
