"""A task is divided into what comes before its iterations, each of them, and what comes after."""

from benchmarks import fixed
from benchmarks.secureboost import CLEAR, with_schemes
from kernel.components.vert_secureboost import COMPONENT


def test_parts_of_a_task_are_told_apart(monkeypatch):
    monkeypatch.setattr(fixed, "N_ROWS", 100)
    found = fixed.train(with_schemes(COMPONENT, CLEAR), {"n_trees": 2, "max_depth": 2})
    assert found.before > 0
    assert found.each > 0
    assert found.after >= 0


def test_what_a_key_takes_is_listed():
    makers = fixed._CIPHERS["Okamoto-Uchiyama"]
    rows = fixed._key("toy", *makers)
    assert [row.name for row in rows] == [
        f"{what}, toy"
        for what in ("making a key", "its owner's tables", "another's tables", "another's check of the key")
    ]
    assert abs(sum(row.ours for row in rows) - rows[0].peer) < 0.01
