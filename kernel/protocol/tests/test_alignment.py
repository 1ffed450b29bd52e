"""Greetings: what is written is read, other rows and malformed ones are refused with the party named."""

from types import SimpleNamespace

import pytest

from kernel.core.errors import BadPayload, NotAligned
from kernel.core.party import Party, Role
from kernel.core.wire import pack, unpack
from kernel.protocol.alignment import Greeting, Rows, go_on, greeting_bytes
from kernel.testing.parties import MemoryCheckpoint

IDS = [f"c{number}" for number in range(12)]
OURS = Rows.of("job", IDS, 8, 4)
BUREAU = Party("bureau", Role.PROVIDER, 0)


def test_what_is_written_is_read():
    said = Greeting(b"key", (3, 2**32 - 1), (4, 9))
    data = said.dumps(OURS)
    assert Greeting.loads(data, OURS, BUREAU, n_numbers=2) == said
    assert len(Greeting(b"key", (3, 4)).dumps(OURS)) == greeting_bytes(n_numbers=2, n_tables=2) + len(b"key")


@pytest.mark.parametrize(
    "theirs",
    [
        Rows.of("job", IDS[::-1], 8, 4),
        Rows.of("other job", IDS, 8, 4),
        Rows.of("job", IDS, 7, 5),
        Rows.of("job", [*IDS, "c12"], 9, 4),
        Rows.of("job", ["c1", "2", *IDS[2:]], 8, 4),
    ],
)
def test_other_rows_are_refused_with_the_party(theirs):
    with pytest.raises(NotAligned, match="or in another order") as caught:
        Greeting.loads(Greeting().dumps(theirs), OURS, BUREAU)
    assert caught.value.party == "bureau"


def test_validation_rows_at_one_member_only_are_told_as_such():
    with pytest.raises(NotAligned, match="0 validation rows and we 4") as caught:
        Greeting.loads(Greeting().dumps(Rows.of("job", IDS, 12, 0)), OURS, BUREAU)
    assert "Connect `validation`" in caught.value.hint


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("change", [lambda part: part + b"\0", lambda part: part[:-1]])
def test_malformed_greetings_are_refused_with_the_party(place, change):
    parts = unpack(Greeting(b"key", (3,), (4,)).dumps(OURS))
    bad = pack([change(part) if index == place else part for index, part in enumerate(parts)])
    if place == 0:  # what stands first is the protocol's to judge
        assert Greeting.loads(bad, OURS, BUREAU, n_numbers=1).first == change(b"key")
        bad = bad[:-1]
    with pytest.raises(BadPayload) as caught:
        Greeting.loads(bad, OURS, BUREAU, n_numbers=1)
    assert caught.value.party == "bureau"


@pytest.mark.parametrize(
    ("others", "step"), [([(2, 4, 6), (4, 6, 8)], 6), ([(2, 4), (6, 8)], 0), ([()], 0), ([(4, 7), (4,)], 4)]
)
def test_all_go_on_from_the_last_step_that_everybody_has(others, step):
    kept = MemoryCheckpoint()
    for number in (2, 4, 6, 7):
        kept.save(number, b"state")
    assert go_on(SimpleNamespace(checkpoint=kept), [Greeting(steps=steps) for steps in others]) == step
    assert max(kept.steps(), default=0) == step
