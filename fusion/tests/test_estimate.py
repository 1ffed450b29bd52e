"""What is told of the time that is left."""

from hypothesis import given
from hypothesis import strategies as st

from fusion.domain.estimate import rate, remaining_s

_SHARES = st.floats(0.001, 1)
_SECONDS = st.floats(0.01, 1e6)


def test_at_first_the_plan_is_believed_and_at_last_what_was_measured() -> None:
    assert remaining_s(0, 0, 60) == 60
    assert remaining_s(0.01, 10, 60) < 70  # a slow beginning is not yet a slow end
    assert 100 < remaining_s(0.9, 1000, 60) < 1000 / 9  # sixteen times slower than planned: known by now
    assert remaining_s(1, 1000, 60) == 0


@given(_SECONDS, st.lists(_SHARES, min_size=2, max_size=20, unique=True))
def test_a_run_that_goes_as_planned_is_told_exactly(planned: float, shares: list[float]) -> None:
    for done in shares:
        left = remaining_s(done, planned * done, planned)
        assert abs(left - planned * (1 - done)) <= 1e-6 * planned


@given(_SHARES, _SECONDS, _SECONDS)
def test_no_estimate_is_negative_or_beyond_both(done: float, worked: float, planned: float) -> None:
    left = remaining_s(done, worked, planned)
    assert 0 <= left <= max(planned, worked * (1 - done) / done) * (1 + 1e-9)


def test_the_rate_counts_both_sides_ids() -> None:
    assert rate(0.5, 1_000, 10) == 50
    assert rate(0.5, 1_000, 0) == 0
