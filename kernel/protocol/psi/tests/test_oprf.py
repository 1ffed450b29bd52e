"""Several buckets, restarts between them, tables that fail, made up tags, tags that begin alike."""

import numpy as np
import pytest

from kernel.core.errors import BadPayload, PeerGone
from kernel.crypto.okvs import TableFailure
from kernel.protocol.psi.oprf import PSI, plan, receiver, tags
from kernel.protocol.psi.oprf.plan import Plan, UnevenIds
from kernel.protocol.psi.port import Learns, Terms, digests_of
from kernel.testing.psi import checks
from kernel.testing.psi.pair import RECEIVER, SENDER, Line, align


@pytest.fixture
def small(monkeypatch):
    """Three buckets for a hundred ids, and messages for few entries."""
    monkeypatch.setattr(plan, "_BUCKET", 40)
    monkeypatch.setattr(plan, "_ENTRIES", 1000)
    monkeypatch.setattr(plan, "_TAGS", 50)


def ids(*ranges):
    return digests_of([f"id {number}" for span in ranges for number in span], bytes(32))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("learns", [Learns.RECEIVER, Learns.BOTH])
@pytest.mark.parametrize("shape", [(100, 100, 40), (5, 100, 5), (400, 90, 0), (1, 100, 1)], ids=str)
def test_several_buckets_are_exact(learns, shape):
    assert Plan(Terms("t", *shape[:2], learns)).n_buckets == 3
    checks.exact(PSI, learns, shape)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("victim", [SENDER, RECEIVER])
def test_several_buckets_resume(monkeypatch, victim):
    monkeypatch.setattr(plan, "_BUCKET", 25)
    checks.resumes(PSI, Learns.BOTH, victim)


@pytest.mark.usefixtures("small")
def test_a_bucket_whose_outcome_is_kept_is_not_done_again():
    line, sets = Line(), (ids(range(100)), ids(range(60, 160)))
    align(PSI, *sets, Learns.BOTH, line=line)
    first = len(line.transcript)
    line.alter = lambda _, step, payload: payload if step == "common" else b""
    out = align(PSI, *sets, Learns.BOTH, line=line)
    assert [out[role].size for role in (SENDER, RECEIVER)] == [40, 40]
    assert len(line.transcript) == first
    assert line.repeated == []


def test_a_table_that_fails_gets_another_seed(monkeypatch):
    tried = []

    def failing(layout, keys, values):
        tried.append(layout.seed)
        if len(tried) < 3:
            raise TableFailure("drawn badly")
        return encode(layout, keys, values)

    encode = receiver.encode
    monkeypatch.setattr(receiver, "encode", failing)
    checks.exact(PSI, Learns.RECEIVER, (20, 30, 10))
    assert len(set(tried)) == 3


def test_tables_that_always_fail_end_named(monkeypatch):
    def failing(*_):
        raise TableFailure("drawn badly")

    monkeypatch.setattr(receiver, "encode", failing)
    out = align(PSI, ids(range(9)), ids(range(9)), Learns.RECEIVER)
    assert isinstance(out[RECEIVER], TableFailure)
    assert isinstance(out[SENDER], PeerGone)


@pytest.mark.usefixtures("small")
def test_a_made_up_tag_is_not_common():
    line = Line(alter=lambda _, step, payload: b"\xff" * len(payload) if step == "common" else payload)
    out = align(PSI, ids(range(100)), ids(range(2000)), Learns.BOTH, line=line)
    assert isinstance(out[SENDER], BadPayload)


def test_ids_that_do_not_spread_are_named():
    terms = Terms("t", 3_000_000, 3_000_000)
    flat = np.zeros((3_000_000, 16), np.uint8)
    with pytest.raises(UnevenIds):
        Plan(terms).cut(flat, Plan(terms).sender_slots)


def test_buckets_hold_what_honest_digests_bring():
    terms, rng = Terms("t", 3_000_000, 2_000_000), np.random.default_rng(1)
    digests = rng.integers(0, 256, (3_000_000, 16), np.uint8)
    parts = Plan(terms).cut(digests, Plan(terms).sender_slots)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(3_000_000))
    assert max(map(len, parts)) <= Plan(terms).sender_slots < 1.02 * 3_000_000 / Plan(terms).n_buckets


@pytest.mark.parametrize("size", [1, 1 << 16, 1 << 20, 10_000_000])
def test_tags_are_long_enough(size):
    terms = Terms("t", size, size)
    assert 8 * Plan(terms).tag_bytes >= 40 + 2 * np.log2(size)
    assert Plan(terms).tag_bytes <= 16


def as_tags(*numbers):
    return np.frombuffer(b"".join(number.to_bytes(10, "little") for number in numbers), np.uint8).reshape(-1, 10)


def test_tags_match_whole():
    beyond = 1 << 64  # differs in the ninth byte only
    ours, theirs = as_tags(5, 7, 9 + beyond, 3), as_tags(9, 3, 5, 11)
    equal, told = tags.matches(ours, theirs)
    assert (equal.tolist(), told.tolist()) == ([True, False, False, True], [False, True, True, False])
    equal, told = tags.matches(ours, as_tags(9, 9 + beyond, 5))
    assert (equal.tolist(), told.tolist()) == ([True, False, True, False], [False, True, True])
    with pytest.raises(BadPayload, match="twice"):
        tags.matches(ours, as_tags(5, 5))


def test_a_million_takes_at_most_sixty_bytes_an_id():
    assert PSI.n_bytes(Terms("t", 1 << 20, 1 << 20, Learns.BOTH)) < 36 * (1 << 20)
