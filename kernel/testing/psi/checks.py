"""What every PSI protocol must hold; `tests/conformance/test_psi.py` runs these on all that are registered."""

# ruff: noqa: S101, PLR2004  checks are made of asserts, as tests are

import numpy as np

from kernel.core.errors import BadPayload, ComponentFailure, PeerGone
from kernel.protocol.psi.port import DIGEST_BYTES, Digests, Found, Learns, Psi, Terms, digests_of
from kernel.testing.channel import Killed
from kernel.testing.psi.pair import RECEIVER, SENDER, Alter, Line, align, values_of

_SALT = bytes(32)


def _sets(n_sender: int, n_receiver: int, n_common: int) -> tuple[Digests, Digests, set[bytes]]:
    """Two shuffled sets of which the first ids of each are common."""
    common = [f"common {n} 客户" for n in range(n_common)]
    rng = np.random.default_rng(n_sender + n_receiver)
    sets = []
    for who, count in ((SENDER, n_sender), (RECEIVER, n_receiver)):
        ids = [*common, *(f"{who} {n}" for n in range(count - n_common))]
        sets.append(digests_of([ids[at] for at in rng.permutation(count)], _SALT))
    return sets[0], sets[1], {digest.tobytes() for digest in digests_of(common, _SALT)}


def _agrees(out: dict[str, Found | BaseException], sets: tuple[Digests, Digests, set[bytes]], learns: Learns) -> None:
    sender, receiver, common = sets
    for name, digests in ((SENDER, sender), (RECEIVER, receiver)):
        found = out[name]
        assert isinstance(found, Found), (name, found)
        if learns is Learns.BOTH or (learns is Learns.RECEIVER and name == RECEIVER):
            assert found.common is not None
            assert {row.tobytes() for row in digests[found.common]} == common
        else:
            assert found.common is None
        knows_size = learns in {Learns.BOTH, Learns.SUM} or name == RECEIVER
        assert found.size == (len(common) if knows_size else None)
        theirs = np.frombuffer(b"".join(sorted(common)), np.uint8).reshape(-1, DIGEST_BYTES)
        assert found.total == (int(values_of(theirs).sum()) if learns is Learns.SUM else None)


SHAPES = ((1, 1, 0), (1, 1, 1), (1, 50, 1), (50, 1, 0), (200, 200, 77), (300, 40, 40), (30, 400, 30), (64, 64, 64))


def exact(psi: Psi, learns: Learns, shape: tuple[int, int, int]) -> None:
    """Exactly the common ones are found, and told to exactly those who may learn them."""
    sets = _sets(*shape)
    line = Line()
    _agrees(align(psi, *sets[:2], learns, line=line), sets, learns)
    assert sum(len(payload) for _, _, payload in line.transcript) == psi.n_bytes(Terms("task-1", *shape[:2], learns))


def nothing_plain(psi: Psi, learns: Learns) -> None:
    """No digest of a side, whole or halved, occurs in what it sends."""
    sender, receiver, _ = sets = _sets(90, 80, 33)
    line = Line()
    _agrees(align(psi, *sets[:2], learns, line=line), sets, learns)
    for side, _, payload in line.transcript:
        for digest in sender if side == SENDER else receiver:
            assert digest.tobytes()[:8] not in payload
            assert digest.tobytes()[8:] not in payload


def fresh(psi: Psi, learns: Learns) -> None:
    """Two alignments of the same sets have no message of a side in common but those that tell the outcome."""
    sets = _sets(40, 40, 40)
    lines = Line(), Line()
    for line in lines:
        align(psi, *sets[:2], learns, line=line)
    first, second = ({(side, p) for side, step, p in line.transcript if step != "common"} for line in lines)
    assert not {item for item in first & second if len(item[1]) >= 16}


def resumes(psi: Psi, learns: Learns, victim: str) -> None:
    """Kill a side before any use of its wire goes on with its vault, and sends nothing different the second time."""
    sets = _sets(60, 50, 20)
    for place in range(1000):
        line = Line()
        out = align(psi, *sets[:2], learns, line=line, dies=(victim, place))
        if not isinstance(out[victim], Killed):
            _agrees(out, sets, learns)
            assert place > 1
            return
        # Of the side that lived on it is asked the same: its task is started again.
        _agrees(align(psi, *sets[:2], learns, line=line), sets, learns)
        assert line.repeated == []
    raise AssertionError("a protocol with a thousand messages")


def damaged(psi: Psi, learns: Learns) -> None:
    """Cut each message, prolonged or emptied once: the side that gets it names what is wrong; nobody is fooled."""
    sets = _sets(40, 30, 11)
    line = Line()
    align(psi, *sets[:2], learns, line=line)
    for side, step, payload in list(line.transcript):
        for bad in (payload[:-1], payload + b"\0", b"", payload + payload):
            _refused(psi, learns, sets, side, step, bad)


def malicious(psi: Psi, learns: Learns, bad: bytes) -> None:
    """Put what no honest side sends (zeros, ones: points of small order, no units) in the place of all items."""
    sets = _sets(40, 30, 11)
    line = Line()
    align(psi, *sets[:2], learns, line=line)
    for side, step, payload in list(line.transcript):
        other = (bad * (len(payload) // len(bad) + 1))[: len(payload)]
        out = align(psi, *sets[:2], learns, line=Line(alter=_swap(side, step, other)))
        for found in out.values():  # either refused by name, or nothing that is not common is taken for common
            if isinstance(found, Found):
                assert found.size is None or found.size <= min(len(sets[0]), len(sets[1]))
            else:
                assert isinstance(found, ComponentFailure), found


def _refused(
    psi: Psi, learns: Learns, sets: tuple[Digests, Digests, set[bytes]], side: str, step: str, bad: bytes
) -> None:
    victim = RECEIVER if side == SENDER else SENDER
    out = align(psi, *sets[:2], learns, line=Line(alter=_swap(side, step, bad)))
    assert isinstance(out[victim], BadPayload), (step, out[victim])
    assert isinstance(out[side], (Found, PeerGone, BadPayload)), (step, out[side])


def _swap(side: str, step: str, bad: bytes) -> Alter:
    return lambda who, name, payload: bad if (who, name) == (side, step) else payload
