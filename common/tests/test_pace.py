"""A pace lets through what it says, for each key, in constant memory."""

from hypothesis import given
from hypothesis import strategies as st

from common.pace import Pace


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 300), st.lists(st.floats(0, 90), max_size=200))
def test_never_more_than_two_minutes_worth_within_a_minute_and_always_what_it_promised(per_minute, pauses):
    clock = Clock()
    pace, let_in = Pace(per_minute, clock=clock), []
    for pause in pauses:
        clock.now += pause
        wait = pace.wait_s("a")
        if wait:
            assert wait <= 60 / per_minute
            clock.now += wait + 1e-5
            assert pace.wait_s("a") == 0.0, "who waits as long as it was told is let in"
        let_in.append(clock.now)
    for start in let_in:
        assert sum(start <= moment < start + 60 for moment in let_in) <= 2 * per_minute


def test_so_many_at_once_after_a_rest_and_none_beyond():
    clock = Clock()
    pace = Pace(5, clock=clock)
    assert [pace.wait_s("a") for _ in range(5)] == [0.0] * 5
    assert abs(pace.wait_s("a") - 12) < 0.01
    assert pace.wait_s("b") == 0.0, "others are not kept waiting"
    clock.now += 12.01
    assert (pace.wait_s("a"), pace.wait_s("a") > 0) == (0.0, True)


def test_memory_has_a_limit():
    pace = Pace(1, most_keys=100)
    for number in range(10_000):
        pace.wait_s(str(number))
    assert len(pace._full) == 100
    assert pace.wait_s("9999") > 0
