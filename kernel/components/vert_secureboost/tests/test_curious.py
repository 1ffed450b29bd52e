"""Curious parties: what the promoter decrypts is what is declared and no more, and providers see ciphertexts only.

The promoter knows the blinding factor of each row's ciphertext. If a provider answered with mere products of them, the
factor of an answer would tell which rows it is a product of: the attack is run on the protocol, where it must fail, and
on a provider that does not blind, where it must succeed.
"""

import dataclasses
import functools
import threading

import numpy as np
import pytest
from gmpy2 import invert, powmod

from kernel.components.vert_secureboost.reference import _splits, goes_left
from kernel.components.vert_secureboost.tests.toy import EVERY_CUT, MEMBERS, tables, toy
from kernel.core import Role
from kernel.crypto import paillier
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.scheme import Paillier
from kernel.crypto.prg import Stream
from kernel.data.local import LocalEngine
from kernel.ml.trees import objective
from kernel.ml.trees.binning import code, learn
from kernel.ml.trees.candidates import Candidates
from kernel.ml.trees.quantise import quantise
from kernel.ml.trees.sampling import by_gradient
from kernel.protocol.trees.choice import Choice
from kernel.protocol.trees.fields import Fields
from kernel.protocol.trees.schemes import PAILLIER
from kernel.protocol.trees.state import ProviderState
from kernel.testing import Sample, run_parties
from kernel.testing.parties import MemoryCheckpoint

BITS, N_ROWS, MIN_LEAF = 512, 60, 3
PARAMS = {"n_trees": 2, "max_depth": 2, "min_leaf_rows": MIN_LEAF, "min_child_weight": 0.1}


class _Unblinded(Paillier):
    """What a provider must not do."""

    def rerandomise(self, block):
        return block


@dataclasses.dataclass
class Seen:
    """One run, and what the attack starts from."""

    run: object
    key: object
    samples: dict
    seeds: dict

    def payloads(self, name, **wanted):
        return [
            payload
            for key, payload in self.run.transcript
            if key.message == name and all(getattr(key, part) == value for part, value in wanted.items())
        ]

    @functools.cached_property
    def fields(self):
        return Fields(N_ROWS, 1, BITS - 2)

    @functools.cached_property
    def gradients(self):
        """Integers of the first tree."""
        label = np.array(self.samples["bank"].columns["y"], dtype=float)
        goal = objective.of("binary", label, np.ones(N_ROWS))
        return quantise(*goal.gradients(np.tile(goal.base, (N_ROWS, 1)), label)).values

    def lefts(self, member):
        """Rows left of each of a member's candidates, in the order in which it numbers them."""
        table = self.samples[member].table(LocalEngine(1, n_threads=1))
        found = []
        for bins in learn(table, table.schema.features, 32):
            splits = list(_splits(bins))
            if bins.kind == "number":  # the component numbers missing right first, then missing left
                splits.sort(key=lambda split: split["missing_left"])
            values = self.samples[member].columns[bins.name]
            found += [goes_left(split, values) for split in splits]
        return np.array(found)

    def order(self, member, count):
        return Stream(self.seeds[member], "order", 0, 0).permutation(count)


def _see(**more):
    keys, states = {}, {member: MemoryCheckpoint() for member in MEMBERS}

    def make_key(_, stream):
        keys[threading.current_thread().name] = paillier.generate(BITS, stream, testing_any_size=True)
        return keys[threading.current_thread().name]

    made = toy(BITS, **more)
    promoter = functools.partial(made.run[Role.PROMOTER], make_key=make_key)
    component = dataclasses.replace(made, run=made.run | {Role.PROMOTER: promoter})
    samples = tables(N_ROWS)
    run = run_parties(component, {m: {"train": samples[m]} for m in MEMBERS}, PARAMS, own=EVERY_CUT, checkpoints=states)
    seeds = {m: ProviderState.loads(states[m].load(0)).seed for m in MEMBERS[1:]}
    return Seen(run, keys["bank"], samples, seeds)


@pytest.fixture(scope="module")
def seen():
    return _see()


@pytest.mark.parametrize("member", MEMBERS[1:])
def test_the_promoter_decrypts_the_declared_sums_and_nothing_else(seen, member):
    (answer,) = seen.payloads("candidate_sums_ct", sender=member, step="0 0")
    lefts = seen.lefts(member)
    block = Block.loads(seen.key.public, answer, seen.fields.n_packed(len(lefts)))
    values = [v - int(seen.key.public.n) if 2 * v > seen.key.public.n else v for v in seen.key.decrypt(block)]
    opened = seen.fields.decode(values, len(lefts))
    rows = lefts.sum(axis=1)
    allowed = np.minimum(rows, N_ROWS - rows) >= MIN_LEAF
    wanted = (lefts @ seen.gradients) * allowed[:, None]
    assert not allowed.all()
    assert np.array_equal(opened, wanted[seen.order(member, len(lefts))])
    # The order is no help: it is not that of columns and bins, and another one at every node.
    assert not np.array_equal(opened, wanted)
    stream = Stream(seen.seeds[member], "order", 0, 1)
    assert not np.array_equal(*(stream.permutation(len(lefts)) for _ in range(2)))


def _factors(key, block, plaintexts):
    """What blinds each ciphertext."""
    n2 = key.public.modulus
    pairs = zip(block.ints(), plaintexts, strict=True)
    return [int(c * invert(1 + key.public.n * int(m) % n2, n2) % n2) for c, m in pairs]


def _answers_factors(seen, member):
    """Blinding factors of an answer, and what they would be were it a product of the promoter's ciphertexts."""
    public, fields, lefts = seen.key.public, seen.fields, seen.lefts(member)
    (sent,) = seen.payloads("gradients_ct", receiver=member, step="0 0")
    rows = _factors(seen.key, Block.loads(public, sent, N_ROWS), fields.encode(seen.gradients))
    (answer,) = seen.payloads("candidate_sums_ct", sender=member, step="0 0")
    block = Block.loads(public, answer, fields.n_packed(len(lefts)))
    found = _factors(seen.key, block, seen.key.decrypt(block))
    counts = lefts.sum(axis=1)
    allowed = np.minimum(counts, N_ROWS - counts) >= MIN_LEAF
    products = []
    for left, keeps in zip(lefts, allowed, strict=True):
        product = 1
        for row in np.flatnonzero(left & keeps):
            product = product * rows[row] % int(public.modulus)
        products.append(product)
    ordered = [products[index] for index in seen.order(member, len(lefts)).tolist()]
    packed = []
    for start in range(0, len(ordered), fields.count):
        total = 1
        for slot, product in enumerate(ordered[start : start + fields.count]):
            total = (
                total
                * int(powmod(product, 1 << (slot * fields.fields * fields.width), public.modulus))
                % int(public.modulus)
            )
        packed.append(total)
    return found, packed


def test_answers_are_not_products_of_the_promoters_own_factors(seen):
    for member in MEMBERS[1:]:
        found, products = _answers_factors(seen, member)
        assert not set(found) & set(products)
        assert len(set(found)) == len(found)


def test_the_same_attack_reads_an_answer_that_is_not_blinded_anew():
    leaky = _see(schemes=dataclasses.replace(PAILLIER, other=_Unblinded))
    found, products = _answers_factors(leaky, "bureau")
    assert found == products


def test_providers_see_a_fresh_ciphertext_for_every_row_and_tree(seen):
    """In the first tree there are but two gradients: their ciphertexts must not tell which is which."""
    assert len(np.unique(seen.gradients, axis=0)) == 2
    public = seen.key.public
    payloads = seen.payloads("gradients_ct", receiver="bureau")
    blocks = [Block.loads(public, payload, N_ROWS) for payload in payloads]
    everything = [value for block in blocks for value in block.ints()]
    assert len(blocks) == PARAMS["n_trees"]
    assert len(set(everything)) == len(everything)
    factors = _factors(seen.key, blocks[0], seen.fields.encode(seen.gradients))
    assert len(set(factors)) == N_ROWS
    assert 1 not in factors


def test_nobody_is_told_where_rows_go_after_the_last_level(seen):
    tree = seen.run["bank"].outputs["model"].content["trees"][0]
    last = seen.payloads("choice", step="0 1")
    assert len(last) == 2
    assert sum(owner >= 0 for owner in tree["owner"]) > 1
    for payload in last:
        choice = Choice.loads(payload, 2, 1 << 16)
        assert not choice.flags.any()
        assert choice.bits == b""
    assert not seen.payloads("routes", step="0 1")


def test_neighbouring_candidates_differ_by_many_rows_or_by_none():
    """What the promoter could tell rows by: sums whose difference is that of a few rows."""
    samples, params = tables(200), PARAMS | {"n_trees": 1, "objective": "squared", "min_leaf_rows": 10}
    found = []
    for gap in (1, 12):
        keys = []

        def make_key(_, stream, keys=keys):
            keys.append(paillier.generate(BITS, stream, testing_any_size=True))
            return keys[-1]

        made = toy(BITS)
        promoter = functools.partial(made.run[Role.PROMOTER], make_key=make_key)
        component = dataclasses.replace(made, run=made.run | {Role.PROMOTER: promoter})
        inputs = {"bank": {"train": samples["bank"]}}
        columns = {name: samples["bureau"].columns[name] for name in ("bureau_id", "bureau_number")}
        inputs["bureau"] = {"train": dataclasses.replace(samples["bureau"], columns=columns)}
        run = run_parties(component, inputs, params, own={"bureau": {"min_gap_rows": gap}})
        (answer,) = [p for key, p in run.transcript if key.message == "candidate_sums_ct" and key.step == "0 0"]
        public, fields = keys[0].public, Fields(200, 1, BITS - 2)
        count = 32 + 31
        opened = keys[0].decrypt(Block.loads(public, answer, fields.n_packed(count)))
        values = [v - int(public.n) if 2 * v > public.n else v for v in opened]
        sums = fields.decode(values, count)
        # With squared loss every curvature is the same, so that sums of curvatures count rows.
        found.append(np.unique(sums[:, 1]))
    assert min(np.diff(found[0])) == 1 << 30
    assert len(found[0]) > 40
    assert 5 < len(found[1]) <= 2 * 200 // 12 + 2


def test_a_node_and_one_child_tell_single_rows_of_the_other_as_disclosed():
    """At the default limits: sums that a provider withholds in one child are the parent's less the other child's."""
    rng, n_rows, least = np.random.default_rng(1), 3000, 20
    common = rng.normal(size=n_rows)
    columns = {f"c{k}": (0.8 * common + 0.6 * rng.normal(size=n_rows)).tolist() for k in range(4)}
    table = Sample({"id": [str(row) for row in range(n_rows)], **columns}, "id").table(LocalEngine(1, n_threads=1))
    bins = learn(table, list(columns), 32)
    candidates, codes = Candidates(bins), code(table, bins).collect().astype(np.int64)
    label = common + rng.normal(size=n_rows)
    gradients = quantise((label.mean() - label)[:, None], np.ones((n_rows, 1))).values
    lefts = np.array([candidates.goes_left(k)[codes[:, one.column]] for k, one in enumerate(candidates.all)])

    def told(rows):
        counts = np.zeros((1, candidates.n_codes), dtype=np.int64)
        for column, offset in enumerate(candidates.offsets[:-1].tolist()):
            np.add.at(counts[0], offset + codes[rows, column], 1)
        n_left = lefts[:, rows].sum(axis=1)
        allowed = (np.minimum(n_left, len(rows) - n_left) >= least) & candidates.apart(counts, least)[0]
        return lefts[allowed][:, rows] @ gradients[rows], allowed

    high = common + 0.3 * rng.normal(size=n_rows) > 0.9  # the promoter's own split
    (whole, in_whole), (child, in_child) = told(np.arange(n_rows)), told(np.flatnonzero(~high))
    single = {tuple(gradients[row].tolist()): row for row in np.flatnonzero(high).tolist()}
    differences = (whole[:, None] - child).reshape(-1, 2).tolist()
    read = {single[tuple(value)] for value in differences if tuple(value) in single}
    alone = [np.flatnonzero(left & high).tolist() for left in lefts[in_whole & in_child]]
    assert read == {rows[0] for rows in alone if len(rows) == 1}
    assert read


def test_whom_gradient_sampling_leaves_out_is_of_the_commoner_class_as_disclosed():
    label = (np.random.default_rng(2).random(2000) < 0.1).astype(float)
    goal = objective.of("binary", label, np.ones(2000))
    gradients, _ = goal.gradients(np.tile(goal.base, (2000, 1)), label)
    rows, _ = by_gradient(np.abs(gradients).sum(axis=1), 0.2, 0.1, Stream(bytes(32), "rows").permutation)
    left_out = np.setdiff1d(np.arange(2000), rows)
    assert len(left_out) == 1400
    assert not label[left_out].any()
