"""Oblivious transfer: the receiver has the chosen key and no other; what is not of the protocol is refused."""

import numpy as np
import pytest

from kernel.core.errors import BadPayload
from kernel.crypto.ot.base import CHOICES_BYTES, COUNT, BaseReceiver, BaseSender
from kernel.crypto.ot.extension import ExtendingReceiver, ExtendingSender, keys_of, payload_bytes
from kernel.crypto.p256 import POINT_BYTES
from kernel.crypto.prg import Stream

RNG = Stream(b"o" * 32, "ot")


def bits(count, rng=RNG):
    return np.frombuffer(rng.token(count), np.uint8) & 1


CHOICES = bits(COUNT)
SENDER, RECEIVER = BaseSender(b"session", RNG), BaseReceiver.choose(b"session", CHOICES, RNG)
BOTH, CHOSEN = SENDER.keys(RECEIVER.message()), RECEIVER.keys(SENDER.message())


def test_the_receiver_has_the_chosen_keys_only():
    assert [pair[choice] for pair, choice in zip(BOTH, CHOICES, strict=True)] == CHOSEN
    assert len({key for pair in BOTH for key in pair}) == 2 * COUNT


def test_points_look_alike_whatever_is_chosen():
    """Flipping the choice swaps which of the two is drawn, so neither place tells: here, that both are full points."""
    message = RECEIVER.message()
    assert len(message) == CHOICES_BYTES
    assert len({message[at : at + POINT_BYTES] for at in range(0, CHOICES_BYTES, POINT_BYTES)}) == 2 * COUNT


def test_keys_are_bound_to_the_session():
    same = Stream(b"s" * 32, "same")
    other = BaseSender(b"another", same)
    first = BaseSender(b"session", Stream(b"s" * 32, "same"))
    assert other.message() == first.message()
    assert not set(map(tuple, other.keys(RECEIVER.message()))) & set(map(tuple, first.keys(RECEIVER.message())))


@pytest.mark.parametrize("bad", [b"", RECEIVER.message()[:-1], RECEIVER.message() + b"\0", bytes(CHOICES_BYTES)])
def test_what_are_no_points_is_refused(bad):
    with pytest.raises(BadPayload):
        SENDER.keys(bad)
    with pytest.raises(BadPayload):
        RECEIVER.keys(bad)


@pytest.mark.parametrize("count", [1, 7, 8, 1000])
def test_extended_transfers_are_correlated(count):
    sender, receiver = ExtendingSender(CHOICES, CHOSEN), ExtendingReceiver(BOTH)
    choices = bits(count)
    payload, t = receiver.extend("one", choices)
    assert len(payload) == payload_bytes(count)
    q = sender.extend("one", count, payload)
    assert np.array_equal(q, t ^ choices[:, None].astype(np.uint64) * sender.delta)
    zero, one = keys_of(b"session", q), keys_of(b"session", q ^ sender.delta)
    mine = keys_of(b"session", t)
    assert np.array_equal(mine, np.where(choices[:, None] == 1, one, zero))
    assert not np.any(np.all(mine == np.where(choices[:, None] == 1, zero, one), axis=1))
    assert not np.array_equal(receiver.extend("two", choices)[1], t)


def test_extensions_of_another_length_are_refused():
    sender, receiver = ExtendingSender(CHOICES, CHOSEN), ExtendingReceiver(BOTH)
    payload, _ = receiver.extend("one", bits(64))
    for bad in (payload[:-1], payload + b"\0", b""):
        with pytest.raises(BadPayload, match="transfers"):
            sender.extend("one", 64, bad)


def test_equal_rows_have_different_keys_at_different_places():
    rows = np.ones((3, 2), np.uint64)
    assert len({key.tobytes() for key in keys_of(b"session", rows)}) == 3
