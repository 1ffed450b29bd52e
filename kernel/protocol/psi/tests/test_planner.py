"""The planner's choices, and that what it says of each protocol can be true."""

import pytest

from kernel.protocol.psi import protocols
from kernel.protocol.psi.effort import NONE, VECTORS, Effort, Link, Machine, this_machine
from kernel.protocol.psi.planner import in_words, plan
from kernel.protocol.psi.port import Learns, Terms

WIDE = Machine(2, "avx512")
LOCAL, SLOW = Link(1e10, 1e-4), Link(1e8, 0.01)


def _terms(n_sender: int, n_receiver: int, learns: Learns = Learns.RECEIVER) -> Terms:
    return Terms("t", n_sender, n_receiver, learns)


def test_small_sets_keep_the_usual_protocol():
    made = plan(_terms(1000, 1000), WIDE, WIDE, SLOW)
    assert (made.protocol, {other.protocol for other in made.others}) == (
        "curve25519",
        set(protocols()) - {"curve25519"},
    )
    assert made.n_bytes == protocols()["curve25519"].n_bytes(_terms(1000, 1000))
    assert all(other.why for other in made.others)


def test_large_sets_of_one_size_take_oprf_and_a_large_one_against_a_small_one_the_table():
    assert plan(_terms(10**7, 10**7), WIDE, WIDE, LOCAL).protocol == "oprf"
    masks = {"curve25519", "unbalanced"}
    assert plan(_terms(10**7, 1000), WIDE, Machine(1, NONE), LOCAL, masks).protocol == "unbalanced"


def test_only_what_can_be_agreed_on_is_picked():
    made = plan(_terms(10**7, 10**7, Learns.SIZE), WIDE, WIDE, LOCAL)
    assert Learns.SIZE in protocols()[made.protocol].learns
    (oprf,) = [other for other in made.others if other.protocol == "oprf"]
    assert (oprf.seconds, oprf.n_bytes) == (0.0, 0)
    assert "size" in oprf.why
    with pytest.raises(ValueError, match="'size'"):
        plan(_terms(10, 10, Learns.SIZE), WIDE, WIDE, LOCAL, {"oprf"})


def test_signatures_are_taken_by_name_only():
    assert plan(_terms(10, 10), WIDE, WIDE, LOCAL, {"rsa"}).protocol == "rsa"
    assert plan(_terms(10, 10), WIDE, WIDE, LOCAL, {"rsa", "curve25519"}).protocol == "curve25519"


@pytest.mark.parametrize("name", sorted(protocols()))
def test_more_ids_slower_machines_and_a_slower_way_take_longer(name):
    psi = protocols()[name]
    learns = min(psi.learns)

    def seconds(size: int, machine: Machine, link: Link) -> float:
        return plan(_terms(size, size, learns), machine, machine, link, {name}).seconds

    one = Machine(1, "avx512", ready=True)
    assert seconds(10**6, one, LOCAL) > 3 * seconds(10**5, one, LOCAL)
    assert seconds(10**6, one, Link(1e6, 0.01)) > seconds(10**6, one, LOCAL)
    assert seconds(10**6, Machine(1, NONE, ready=True), LOCAL) > seconds(10**6, one, LOCAL)
    for vectors in VECTORS:
        assert psi.effort(_terms(1, 1), Machine(1, vectors), Machine(1, vectors)).sender_s > 0


def test_sides_that_take_turns_add_up_and_cores_divide():
    sides = (Machine(2, "none"), Machine(4, "none"))
    assert Effort(8, 8, on_all_cores=True, at_once=False, round_trips=0).seconds(*sides) == 6
    assert Effort(8, 8, on_all_cores=True, at_once=True, round_trips=0).seconds(*sides) == 4
    assert Effort(8, 9, on_all_cores=False, at_once=True, round_trips=0).seconds(*sides) == 9


def test_a_machine_is_one_that_exists():
    assert this_machine().cores >= 1
    for cores, vectors in ((0, "none"), (10**6, "none"), (1, "sse")):
        with pytest.raises(ValueError, match="no such machine"):
            Machine(cores, vectors)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "less than a second"), (90, "90 s"), (150, "2 min"), (8000, "2 h")]
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize("name", sorted(protocols()))
def test_what_a_process_loads_first_is_foretold_and_what_is_loaded_is_used_for_small_sets(name):
    psi = protocols()[name]
    learns = min(psi.learns)
    cold, ready = (Machine(1, "avx512", ready=ready) for ready in (False, True))
    for size in (2**10, 2**14, 2**18):
        first, later = (
            plan(_terms(size, size, learns), machine, machine, LOCAL, {name}).seconds for machine in (cold, ready)
        )
        assert first > later
        assert first - later < 2.5, "loading takes seconds, whatever the sizes"
    made = plan(_terms(2**14, 2**14, learns), ready, ready, LOCAL, {name}, around_s=7.0)
    assert made.seconds == pytest.approx(7 + plan(_terms(2**14, 2**14, learns), ready, ready, LOCAL, {name}).seconds)
