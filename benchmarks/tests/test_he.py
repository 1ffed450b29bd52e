"""What is compared: every operation of ours has its peers, on a toy key."""

from benchmarks import he, he_peers
from kernel.crypto import paillier
from kernel.crypto.paillier.scheme import OwnPaillier, Paillier
from kernel.crypto.prg import Stream


def test_every_operation_is_measured_against_every_peer(monkeypatch):
    for module, name, value in ((he, "_ROWS", 40), (he, "_BLOCK", 16), (he, "_ROUNDS", 1), (he_peers, "_CELLS", 4)):
        monkeypatch.setattr(module, name, value)
    key = paillier.generate(512, Stream(b"b" * 32, "toy"), testing_any_size=True)
    stream = Stream(b"b" * 32, "exponents")
    ours = he._Ours(OwnPaillier(key, stream), Paillier(key.public, stream))
    rows = he._rows("512", ours, [he_peers.with_phe(key), he_peers.with_naive_gmpy2(key)])
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
