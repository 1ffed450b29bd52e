"""What is compared: every operation of ours has its peers, on a toy key."""

import pytest

from benchmarks import he
from kernel.crypto import paillier
from kernel.crypto.prg import Stream

pytest.importorskip("phe")


def test_every_operation_is_measured_against_every_peer(monkeypatch):
    for name, value in (("_ROWS", 40), ("_BLOCK", 16), ("_CELLS", 4), ("_ROUNDS", 1)):
        monkeypatch.setattr(he, name, value)
    key = paillier.generate(512, Stream(b"b" * 32, "toy"), testing_any_size=True)
    rows = he._rows("512", he._Ours(key), [he._Phe(key), he._Naive(key)])
    assert len(rows) == 2 * 7
    assert {row.peer_name for row in rows} == {"phe", "gmpy2, naive"}
    assert all(row.ours > 0 and row.peer > 0 for row in rows)


def test_a_measurement_leaves_no_path_forced(monkeypatch):
    monkeypatch.setenv(he.arithmetic.VARIABLE, "portable")
    monkeypatch.delenv(he._THREADS, raising=False)
    with he._on("wide"):
        assert he.os.environ[he.arithmetic.VARIABLE] == "wide"
    assert he.os.environ[he.arithmetic.VARIABLE] == "portable"
    assert he._THREADS not in he.os.environ
