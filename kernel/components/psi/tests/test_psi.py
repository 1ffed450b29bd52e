"""What is special to psi: exactness with 2 to 4 parties, one order for all, and who sees what."""

import numpy as np
import pytest

from kernel.components.psi import COMPONENT
from kernel.components.psi.reference import common_ids
from kernel.core.errors import BadParameters, BadPayload, DuplicateIds, NoOverlap
from kernel.testing import Sample, run_parties


def _inputs(sets):
    names = ["bank", "bureau", "retailer", "shop"]
    return {
        name: {"table": Sample({f"key{i}": list(ids), "x": [float(hash(v) % 97) for v in ids]}, f"key{i}")}
        for i, (name, ids) in enumerate(zip(names, sets, strict=False))
    }


def _sets(n_parties, seed):
    rng = np.random.default_rng(seed)
    return [[f"id{v}" for v in rng.permutation(300)[: 100 + 30 * i]] for i in range(n_parties)]


@pytest.mark.parametrize("n_parties", [2, 3, 4])
def test_all_parties_keep_the_same_rows_in_the_same_order(n_parties):
    sets = _sets(n_parties, n_parties)
    run = run_parties(COMPONENT, _inputs(sets))
    orders = [result.outputs["table"].ids().tolist() for result in run.results.values()]
    assert all(order == orders[0] for order in orders)
    assert set(orders[0]) == common_ids(sets)
    assert orders[0] != sorted(orders[0])
    for ids, result in zip(sets, run.results.values(), strict=True):
        kept = result.outputs["table"].collect()
        value_of = {v: float(hash(v) % 97) for v in ids}
        assert kept.column("x").to_pylist() == [value_of[v] for v in kept.column(0).to_pylist()]


def test_the_order_and_the_masks_are_of_the_job():
    sets = _sets(3, 1)
    first, second = (run_parties(COMPONENT, _inputs(sets), seed=s) for s in (1, 2))
    assert first["bank"].outputs["table"].ids().tolist() != second["bank"].outputs["table"].ids().tolist()
    points = [
        {p[i : i + 32] for k, p in run.transcript if "masked_set" in k.message for i in range(0, len(p), 32)}
        for run in (first, second)
    ]
    assert not points[0] & points[1]


def test_the_promoter_cannot_follow_its_own_ids():
    """Its set comes back in an order unrelated to the one in which it left."""
    sets = [[f"id{v}" for v in range(200)], [f"id{v}" for v in range(100, 300)]]
    run = run_parties(COMPONENT, _inputs(sets), {"protocol": "ring"})
    payload = {(k.sender, k.step): p for k, p in run.transcript if "masked_set" in k.message}
    back = payload["bureau", "set 0 done"]
    returned = [back[i : i + 32] for i in range(0, len(back), 32)]
    assert len(set(returned)) == 200
    assert [k.message for k, _ in run.transcript].count("common_tags") == 1


def test_overlaps_are_reported_to_the_promoter_only():
    sets = _sets(3, 4)
    run = run_parties(COMPONENT, _inputs(sets))
    rows = dict(run["bank"].blocks[0][2]["rows"])
    assert rows["overlap of bank and bureau"] == len(set(sets[0]) & set(sets[1]))
    assert rows["overlap of bureau and retailer"] == len(set(sets[1]) & set(sets[2]))
    assert not any("overlap" in row[0] for row in run["bureau"].blocks[0][2]["rows"])


def test_nothing_in_common_fails_by_name_everywhere():
    run = run_parties(COMPONENT, _inputs([["a", "b"], ["c"], ["d", "a"]]), check=False)
    assert all(isinstance(result.error, NoOverlap) for result in run.results.values())


def test_duplicates_are_refused():
    with pytest.raises(DuplicateIds):
        run_parties(COMPONENT, _inputs([["a", "a"], ["a"]]))


@pytest.mark.parametrize("protocol", ["auto", "unbalanced", "oprf"])
def test_the_report_tells_protocol_and_time(protocol):
    sets = [[f"id{v}" for v in range(20)], [f"id{v}" for v in range(10, 25)]]
    run = run_parties(COMPONENT, _inputs(sets), {"protocol": protocol})
    for result in run.results.values():
        assert set(result.outputs["table"].ids().tolist()) == common_ids(sets)
        rows = dict(result.blocks[0][2]["rows"])
        assert rows["protocol"] == ("curve25519" if protocol == "auto" else protocol)
        assert rows["seconds taken"] >= 0 < rows["seconds foretold"]


def test_three_members_go_round_the_ring_or_are_told_to():
    run_parties(COMPONENT, _inputs(_sets(3, 4)), {"protocol": "auto"})
    with pytest.raises(BadParameters, match="for two members"):
        run_parties(COMPONENT, _inputs(_sets(3, 4)), {"protocol": "oprf"})


@pytest.mark.parametrize("protocol", ["curve25519", "rsa"])
@pytest.mark.parametrize(
    ("message", "victim", "blamed"),
    [
        ("protocol_to_promoter", "bank", "bureau"),
        ("protocol_to_provider", "bureau", "bank"),
        ("common_positions", "bureau", "bank"),
        ("order_salt", "bureau", "bank"),
        ("set_size_to_promoter", "bank", "bureau"),
    ],
)
def test_who_sends_what_the_protocol_has_not_is_named(protocol, message, victim, blamed):
    def alter(key, payload):
        return payload + b"\0" if key.message == message else payload

    sets = [[f"id{v}" for v in range(20)], [f"id{v}" for v in range(10, 25)]]
    run = run_parties(COMPONENT, _inputs(sets), {"protocol": protocol}, alter=alter, check=False)
    assert isinstance(run[victim].error, BadPayload)
    assert run[victim].error.party == blamed
