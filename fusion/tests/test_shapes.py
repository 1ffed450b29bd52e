"""Shapes of ids: what a proposal tells, what it does not, and what it lets the other side see in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidInput
from fusion.domain.shapes import Shapes, in_common, shape_of, shapes_of
from fusion.service import shape_tags
from proto.fusion.v1 import fusion_pb2 as pb

SALT = b"s" * 32
PHONES = [str(13_000_000_000 + 7919 * number) for number in range(1000)]


def test_shapes_name_kinds_of_signs_and_their_number():
    assert shape_of("138-0000 ab", counted=True) == "9{3}-{1}9{4} {1}a{2}"
    assert shape_of("138-0000 ab", counted=False) == "9+-+9+ +a+"
    assert shape_of("Ann é王９", counted=True) == "A{1}a{2} {1}x{3}"
    assert shape_of("", counted=True) == ""


def test_ids_of_one_kind_have_their_shape_in_common():
    told = shapes_of(PHONES[:500], SALT)
    assert (told.counted, list(told.shares.values())) == (True, [10])
    assert in_common(PHONES[500:], told, SALT) == 1
    assert in_common([f"+86{phone}" for phone in PHONES], told, SALT) == 0
    assert in_common([f"0{phone}" for phone in PHONES], told, SALT) == 0
    assert in_common([*PHONES[:500], *["x"] * 500], told, SALT) == 0.5


def test_ids_of_many_lengths_are_told_without_lengths():
    mails = [f"{'a' * (1 + number % 37)}@{'b' * (1 + number % 23)}.org" for number in range(1000)]
    told = shapes_of(mails, SALT)
    assert not told.counted
    assert in_common(["someone@some.net"], told, SALT) == 1
    assert in_common(["SOMEONE@some.net"], told, SALT) == 0


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=200))
def test_little_is_told_and_none_of_it_readable(ids):
    told = shapes_of(ids, SALT)
    assert len(told.shares) <= 16
    assert all(len(tag) == 16 and 1 <= tenths <= 10 for tag, tenths in told.shares.items())
    assert shape_tags.taken(pb.TaskOffer(**shape_tags.told(told))) == (told if told.shares else None)
    other = shapes_of(ids, b"t" * 32)
    assert not set(told.shares) & set(other.shares), "tags of two alignments cannot be linked"


def test_shapes_of_single_ids_among_many_are_not_told():
    told = shapes_of([*PHONES, "A-1"], SALT)
    assert in_common(["A-1"], told, SALT) == 0


@pytest.mark.parametrize(
    "tags",
    [
        [pb.ShapeTag(tag=b"1" * 7, tenths=1)],
        [pb.ShapeTag(tag=b"1" * 8, tenths=0)],
        [pb.ShapeTag(tag=b"1" * 8, tenths=11)],
        [pb.ShapeTag(tag=b"1" * 8, tenths=1)] * 2,
        [pb.ShapeTag(tag=bytes([number]) * 8, tenths=1) for number in range(17)],
    ],
)
def test_shapes_that_no_node_sends_are_refused(tags):
    with pytest.raises(InvalidInput):
        shape_tags.taken(pb.TaskOffer(shapes=tags))


def test_an_offer_without_shapes_tells_nothing():
    assert shape_tags.taken(pb.TaskOffer()) is None
    assert shape_tags.told(None) == {}
    assert Shapes(counted=True, shares={}).shares == {}
