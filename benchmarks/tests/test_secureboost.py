"""What is compared: every size has its peers, on a toy key; a peer that is not installed is left out and said."""

import numpy as np

from benchmarks import secureboost, xgboost_peer
from kernel.components.vert_secureboost import COMPONENT
from kernel.protocol.trees.schemes import PAILLIER
from kernel.testing.keys import with_toy_keys


def test_a_size_is_measured_against_every_peer(monkeypatch, capsys):
    monkeypatch.delenv(xgboost_peer.PYTHON, raising=False)
    monkeypatch.setattr(xgboost_peer.importlib.util, "find_spec", lambda _: None)
    rows = secureboost.measure_one(
        200,
        2,
        3,
        component=with_toy_keys(COMPONENT, 512),
        clear={"no encryption": PAILLIER},
        ciphers=["paillier"],
        rounds=1,
    )
    assert [row.name.partition(",")[0] for row in rows] == ["a tree", "a tree", "bytes of a tree"]
    assert "pip install xgboost" in capsys.readouterr().err
    assert all(row.ours > 0 and row.peer > 0 for row in rows)
    # Two ciphertexts of a row and a bin would be more, and one of a row is the least.
    assert 200 * 128 < rows[-1].ours < secureboost.calculated_bytes(200, 3)


def test_the_label_follows_all_columns():
    features, label = secureboost.data(2000, 4)
    assert set(label.tolist()) == {0, 1}
    assert all(np.corrcoef(column, label)[0, 1] > 0.1 for column in features.T[1:-1])
