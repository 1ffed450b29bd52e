"""A table that a sender has prepared once serves many alignments, and only for whom and for what it was made."""

import numpy as np
import pytest

from kernel.core.errors import BadPayload
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi.port import Digests, Found, InMemory, Learns, Terms, digests_of
from kernel.protocol.psi.unbalanced.protocol import PSI
from kernel.protocol.psi.unbalanced.table import prepare
from kernel.testing.channel import Killed
from kernel.testing.psi.pair import RECEIVER, SENDER, Line, align, in_order

LARGE = digests_of([f"id {n}" for n in range(300)], b"salt of the table")


@pytest.fixture
def shelves() -> dict[str, InMemory]:
    return {SENDER: InMemory(), RECEIVER: InMemory()}


def _small(first: int) -> Digests:
    return digests_of([f"id {n}" for n in range(first, first + 20)], b"salt of the table")


def _check(out: dict[str, Found | BaseException], first: int, learns: Learns) -> None:
    ours, theirs = out[RECEIVER], out[SENDER]
    assert isinstance(ours, Found), ours
    assert isinstance(theirs, Found), theirs
    assert ours.common is not None
    assert np.array_equal(ours.common, np.arange(first, first + 20) < 300)
    if learns is Learns.BOTH:
        assert theirs.common is not None
        assert np.array_equal(theirs.common, np.isin(np.arange(300), np.arange(first, first + 20)))


@pytest.mark.parametrize("learns", [Learns.RECEIVER, Learns.BOTH])
def test_a_table_is_sent_once_and_then_only_answers(shelves, learns):
    name = prepare(LARGE, shelves[SENDER], SystemRng(), in_order)
    for kept, first in ((False, 290), (True, 0), (True, 285)):
        line = Line()
        options = {"line": line, "table": name, "table_kept": kept, "shelves": shelves}
        _check(align(PSI, LARGE, _small(first), learns, **options), first, learns)
        assert any(step.startswith("table") for _, step, _ in line.transcript) is not kept
        sent = sum(len(payload) for _, _, payload in line.transcript)
        assert sent == PSI.n_bytes(Terms("t", 300, 20, learns, name, kept))


def test_a_side_that_is_killed_goes_on(shelves):
    name = prepare(LARGE, shelves[SENDER], SystemRng(), in_order)
    for victim in (SENDER, RECEIVER):
        for place in range(1000):
            line = Line()
            options = {"line": line, "table": name, "shelves": shelves}
            out = align(PSI, LARGE, _small(290), Learns.BOTH, dies=(victim, place), **options)
            if not isinstance(out[victim], Killed):
                assert place > 1
                break
            _check(align(PSI, LARGE, _small(290), Learns.BOTH, **options), 290, Learns.BOTH)
            assert line.repeated == []


def test_every_partner_has_a_table_of_its_own(shelves):
    other = InMemory()
    names = [prepare(LARGE, shelf, SystemRng(), in_order) for shelf in (shelves[SENDER], other)]
    assert names[0] != names[1]
    rows = [bytes(shelf[f"table {name}"]) for shelf, name in zip((shelves[SENDER], other), names, strict=True)]
    cut = [{row[place : place + 16] for place in range(0, len(row), 16)} for row in rows]
    assert not cut[0] & cut[1]


def test_rows_of_another_table_are_refused(shelves):
    name = prepare(LARGE, shelves[SENDER], SystemRng(), in_order)

    def altered(side: str, step: str, payload: bytes) -> bytes:
        return bytes(16) + payload[16:] if step == "table 0" else payload

    out = align(PSI, LARGE, _small(0), Learns.RECEIVER, line=Line(altered), table=name, shelves=shelves)
    assert isinstance(out[RECEIVER], BadPayload)
    assert shelves[RECEIVER] == {}


def test_what_was_not_prepared_or_not_kept_is_missed_and_sizes_get_no_table(shelves):
    name = prepare(LARGE, shelves[SENDER], SystemRng(), in_order)
    ours = _small(0)
    absent = align(PSI, LARGE, ours, Learns.RECEIVER, table="0" * 64, shelves=shelves)
    assert isinstance(absent[SENDER], LookupError)
    smaller = align(PSI, LARGE[:-1], ours, Learns.RECEIVER, table=name, shelves=shelves)
    assert isinstance(smaller[SENDER], LookupError)
    unkept = align(PSI, LARGE, ours, Learns.RECEIVER, table=name, table_kept=True, shelves=shelves)
    assert isinstance(unkept[RECEIVER], LookupError)
    size = align(PSI, LARGE, ours, Learns.SIZE, table=name, shelves=shelves)
    assert isinstance(size[SENDER], ValueError)
    none = align(PSI, LARGE, ours, Learns.RECEIVER, table=name)
    assert isinstance(none[SENDER], LookupError)
