"""Fields, rows, plans, choices, histograms by subtraction, and sums of ciphertexts."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.core.errors import BadPayload, OutOfRange
from kernel.crypto import paillier
from kernel.crypto.paillier.encoding import Complement
from kernel.crypto.paillier.scheme import OwnPaillier
from kernel.crypto.prg import Stream
from kernel.data.local import LocalEngine
from kernel.ml.trees.binning import ColumnBins
from kernel.ml.trees.gain import Penalty
from kernel.ml.trees.quantise import FRAC_BITS, Quantised
from kernel.ml.trees.sums import Numbers
from kernel.protocol.trees import best
from kernel.protocol.trees import ciphers as ciphers_module
from kernel.protocol.trees.choice import Choice
from kernel.protocol.trees.ciphers import Ciphers
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.histograms import TreeHistograms
from kernel.protocol.trees.plan import Plan
from kernel.protocol.trees.rows import Rows, from_bits, to_bits
from kernel.protocol.trees.schemes import PAILLIER
from kernel.protocol.trees.total import Totals

BITS = 512


def _packed(fields, sums):
    """Do to plaintexts what `paillier.pack` does: part after part."""
    step = fields.fields * fields.width
    by_part = np.array(fields.encode(sums), dtype=object).reshape(len(sums), fields.n_parts).T
    return [
        sum(value << (step * slot) for slot, value in enumerate(part[start : start + fields.count]))
        for part in by_part.tolist()
        for start in range(0, len(part), fields.count)
    ]


@given(st.data())
def test_sums_come_back_from_packed_fields(data):
    n_rows, n_outputs = data.draw(st.integers(1, 1 << 20)), data.draw(st.integers(1, 12))
    fields = Fields(n_rows, n_outputs, BITS - 2)
    bound = n_rows << FRAC_BITS
    count = data.draw(st.integers(1, 9))
    edge = st.sampled_from([-bound, -1, 0, 1, bound]) | st.integers(-bound, bound)
    sums = np.array(data.draw(st.lists(edge, min_size=2 * n_outputs * count, max_size=2 * n_outputs * count)))
    sums = sums.reshape(count, 2 * n_outputs)
    packed = _packed(fields, sums)
    assert len(packed) == fields.n_packed(count)
    assert all(2 * abs(value) < 1 << (BITS - 1) for value in packed)
    assert np.array_equal(fields.decode(packed, count), sums)
    assert np.array_equal(fields.decode(_complement(packed), count), sums)


def _complement(values):
    return Complement(
        np.frombuffer(b"".join(value.to_bytes(BITS // 8, "little", signed=True) for value in values), np.uint8).reshape(
            -1, BITS // 8
        )
    )


@pytest.mark.parametrize("written", [list, _complement])
def test_a_sum_that_no_rows_have_is_refused(written):
    fields = Fields(10, 1, BITS - 2)
    packed = _packed(fields, np.array([[10 << FRAC_BITS, 0]]))
    assert fields.decode(written(packed), 1)[0, 0] == 10 << FRAC_BITS
    for value in (packed[0] + 1, 1 << (BITS - 3), -(1 << (BITS - 3)), 1 << (BITS - 2), -1 << (BITS - 1)):
        with pytest.raises(OutOfRange):
            fields.decode(written([value]), 1)
    with pytest.raises(OutOfRange):
        Fields(1 << 31, 1, BITS - 2)


def test_many_classes_are_shared_out_evenly():
    fields = Fields(100, 13, 2046)
    assert (fields.n_parts, fields.fields) == (1, 26)
    fields = Fields(100, 13, BITS - 2)
    assert (fields.n_parts, fields.fields) == (3, 10)


def test_rows_go_down_level_by_level():
    rows = Rows(6, 4)
    assert rows.of(0).tolist() == [0, 1, 2, 3, 4, 5]
    rows.descend(np.array([3], np.uint8), np.array([1, 0, 1, 0, 0, 1], bool))
    assert [rows.of(node).tolist() for node in range(2)] == [[0, 2, 5], [1, 3, 4]]
    assert [rows.entries(slot).tolist() for slot in range(2)] == [[0, 2], [1, 3]]
    assert rows.small().tolist() == [0]
    assert rows.large(3).tolist() == [False, False]
    left = np.zeros(rows.n_places, bool)
    rows.put(left, np.array([False, True]), np.array([True, False, False]))
    assert left.tolist() == [False, False, False, True, False, False]
    assert rows.take(left, np.array([True, True])).tolist() == left.tolist()
    assert rows.take(left, np.array([False, True])).tolist() == [True, False, False]
    assert rows.take(left, np.array([False, False])).tolist() == []
    rows.descend(np.array([0, 2], np.uint8), left)
    assert (rows.n_nodes, rows.n_places, rows.open.tolist()) == (1, 3, [3])
    assert rows.of(0).tolist() == [3, 4]
    assert rows.sizes.tolist() == [0, 0, 1, 1]
    assert rows.small().tolist() == [2]  # no node, but what is left of the parent without it is the node
    rows.close(rows.large(2))
    assert rows.n_nodes == 0


def test_entries_of_sampled_rows_are_counted_among_themselves():
    rows = Rows(6, 5, np.array([True, False, True, True, False]))
    assert rows.entries(0).tolist() == [0, 1, 2]
    rows.descend(np.array([3], np.uint8), np.array([0, 1, 1, 0, 0, 1], bool))
    assert [rows.entries(slot).tolist() for slot in range(2)] == [[1], [0, 2]]
    assert rows.sizes.tolist() == [1, 2]


def test_bitmaps_of_another_length_are_refused():
    mask = np.array([True, False, True] * 5)
    assert np.array_equal(from_bits(to_bits(mask), 15, "bank"), mask)
    for count in (7, 17):
        with pytest.raises(BadPayload) as caught:
            from_bits(to_bits(mask), count, "bank")
        assert caught.value.party == "bank"


def test_choices_travel():
    choice = Choice(np.array([3, 0, 1], np.uint8), [(0, 7), (2, 1)], b"\x80")
    again = Choice.loads(choice.dumps(), 3, 8)
    assert (again.flags.tolist(), again.wins, again.bits) == ([3, 0, 1], [(0, 7), (2, 1)], b"\x80")
    for n_nodes, n_candidates in ((2, 8), (4, 8), (3, 7)):
        with pytest.raises(BadPayload):
            Choice.loads(choice.dumps(), n_nodes, n_candidates)


def test_who_serves_when():
    plan = Plan(6, 3, "skip", 2, 1, alone=False, with_candidates=(True, False, True))
    assert [plan.members(tree, 0) for tree in range(4)] == [(0,), (2,), (0,), (2,)]
    assert plan.members(1, 3) == ()
    assert list(plan.reach(2, 0)) == [0, 1]
    assert list(plan.reach(2, 2)) == [2, 3]
    assert list(plan.reach(1, 0)) == [0, 1, 2, 3, 4, 5, 6]
    layered = Plan(6, 3, "layered", 2, 0, alone=False, with_candidates=(True, True, True))
    assert [layered.members(0, depth) for depth in range(4)] == [(1, 2), (1, 2), (0,), ()]
    assert Plan(6, 3, "layered", 2, 0, alone=False, with_candidates=(True, False, False)).members(0, 0) == (0,)
    assert Plan(6, 3, "layered", 2, 0, alone=False, with_candidates=(False, True, True)).members(0, 2) == ()
    assert Plan(6, 3, "skip", 2, 0, alone=True, with_candidates=(False, True, True)).members(1, 2) == (0,)


def _columns(codes, n_codes, engine):
    bins = [
        ColumnBins(
            f"c{i}", "number", tuple(float(b) for b in range(n - 2)), (), tuple(np.bincount(codes[:, i], minlength=n))
        )
        for i, n in enumerate(n_codes)
    ]
    return Columns(bins, [engine.blocks(codes)])


@pytest.mark.parametrize("sampled", [False, True])
@pytest.mark.parametrize("arriving", [False, True])
def test_siblings_by_subtraction_equal_sums_of_their_rows(sampled, arriving):
    rng = np.random.default_rng(4)
    n_codes = [3, 9, 4]
    codes = np.array([rng.integers(0, n, 400) for n in n_codes], dtype=np.uint8).T
    codes[:, 0] = rng.random(400) < 0.05  # one bin has nearly all rows
    columns = _columns(codes, n_codes, LocalEngine(3, n_threads=1))
    mask = rng.random(400) < 0.6 if sampled else np.ones(400, bool)
    values = rng.integers(-1000, 1000, (400, 2))
    histograms = TreeHistograms(columns, np.array([0, 1, 2]), mask if sampled else None, Numbers(2))
    entries = values[mask]
    if arriving:
        for start in range(0, len(entries), 70):
            histograms.arrive(entries[start : start + 70])
        histograms.ready()
    else:
        histograms.put(entries)
    rows, totals = Rows(400, 400, mask if sampled else None), Totals(entries)
    for flags in ([3], [3, 3], [1, 2, 0, 3], [3] * 4):
        counts, sums = histograms.level(rows)
        whole = totals.level(rows)
        for number in range(rows.n_nodes):
            here = mask & np.isin(np.arange(400), rows.of(number))
            assert np.array_equal(whole[number], values[here].sum(axis=0))
            wanted = [values[here & (codes[:, c] == b)].sum(axis=0) for c, n in enumerate(n_codes) for b in range(n)]
            assert np.array_equal(sums[number], wanted)
            assert counts[number].sum() == 3 * here.sum()
        rows.descend(np.array(flags, np.uint8), rng.random(rows.n_places) < 0.3)
    histograms.drop()


def test_ciphertexts_add_up_like_their_plaintexts(monkeypatch):
    key = paillier.generate(BITS, Stream(bytes(32), "key"), testing_any_size=True)
    ciphers = Ciphers(key.public.dumps(), BITS, 2, PAILLIER, bytes(32))
    owner = OwnPaillier(key, Stream(bytes(32), "own"))
    values = np.arange(-10, 10).reshape(10, 2)
    rows = owner.encrypt(values.ravel()).data.reshape(10, ciphers.width)
    assert ciphers.public == key.public
    sent = copy.copy(ciphers)  # made as one that travels to executors: without the key's tables
    assert sent == ciphers
    assert "public" not in vars(sent)

    def opened(entries):
        return np.array(owner.decrypt(ciphers._block(entries))).reshape(-1, 2)

    groups = np.array([[0, 1], [1, -1], [0, 0]] * 3 + [[2, 2]])
    sums = opened(ciphers.sums(rows, groups.T, 3))
    for column in range(2):
        for group in range(3):
            assert sums[3 * column + group].tolist() == values[groups[:, column] == group].sum(axis=0).tolist()
    assert np.array_equal(opened(ciphers.add(rows, rows)), 2 * values)
    assert not opened(ciphers.subtract(rows, rows)).any()
    assert not opened(ciphers.zeros(4)).any()
    parts = ciphers.running(rows[:6].reshape(3, 2, 1, -1), [2, 1, 1])
    wanted = [values[0], values[1], values[0] + values[2], values[3], values[0] + values[2] + values[4], values[5]]
    assert opened(parts).tolist() == [value.tolist() for value in wanted]
    fields = Fields(10, 8, BITS - 2)
    assert fields.n_parts == 2
    engine = LocalEngine(3, n_threads=1)
    answer = ciphers.answer(engine, rows, fields, 1)
    again = ciphers.answer(engine, rows, fields, 2)
    step = fields.fields * fields.width
    wanted = [
        sum(int(value) << (step * slot) for slot, value in enumerate(part[start : start + fields.count]))
        for part in values.T
        for start in range(0, 10, fields.count)
    ]
    assert owner.decrypt(answer) == owner.decrypt(again) == wanted
    assert not {row.tobytes() for row in answer.data} & {row.tobytes() for row in again.data}
    # Many of portable arithmetic are packed by executors.
    monkeypatch.setattr(ciphers_module, "_HERE", 0)
    monkeypatch.setattr(ciphers_module, "_LEAST", 1)
    monkeypatch.setattr(ciphers_module, "chosen", lambda _: "portable")
    asked = []
    monkeypatch.setattr(engine, "run", lambda function, tasks: asked.append(len(tasks)) or list(map(function, tasks)))
    assert owner.decrypt(ciphers.answer(engine, rows, fields, 1)) == wanted
    assert asked == [2 * 3]  # a task for each partition, and for each ciphertext of an entry


def test_nodes_are_looked_at_some_at_a_time_and_alike(monkeypatch):
    rng = np.random.default_rng(8)
    totals = np.stack([rng.integers(-1000, 1000, (9, 3)), np.full((9, 3), 5000)], axis=2).reshape(9, 6)
    sums = np.stack([rng.integers(-900, 900, (9, 40, 3)), rng.integers(0, 5000, (9, 40, 3))], axis=3).reshape(9, 40, 6)
    gradients, found = Quantised(totals, 2.0**30, 2.0**30), []
    for entries in (1, 1 << 9, 1 << 22):
        monkeypatch.setattr(best, "_ENTRIES", entries)
        chosen = best.Best(totals, gradients, Penalty(0.0, 1.0, 0.0, 0.0))
        chosen.choose([(member, sums[:, 20 * member : 20 * member + 20]) for member in range(2)])
        found.append((chosen.owner.tolist(), chosen.number.tolist(), chosen.gain.tolist(), chosen.flags().tolist()))
    assert found[0] == found[1] == found[2]
    assert set(found[0][0]) == {0, 1}
