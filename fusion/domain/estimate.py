"""How fast an alignment goes, and what is left of it."""


def rate(done: float, ids: int, worked_s: float) -> float:
    """Return the ids (of both sides) a second, on the average of the whole run."""
    return done * ids / worked_s if worked_s > 0 else 0.0


def remaining_s(done: float, worked_s: float, planned_s: float) -> float:
    """Estimate the seconds that are left.

    At first the plan is believed, which knows both machines and the way; the more is done, the more what has been
    measured. Both change slowly, and so does what is told.

    Parameters
    ----------
    done
        0 to 1.
    worked_s
        Seconds of work until now.
    planned_s
        Seconds that were planned for all.
    """
    by_plan = max(planned_s - worked_s, planned_s * (1 - done))
    if done <= 0:
        return by_plan
    by_progress = worked_s * (1 - done) / done
    return done * by_progress + (1 - done) * by_plan
