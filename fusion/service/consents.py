"""Standing consents: later runs of a partner's schedule are accepted without asking, on the same terms only."""

from typing import Any

from common import log
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain.asking import AlsoNext
from fusion.domain.errors import ConsentDiffers, UnknownSchedule
from fusion.domain.models import Task
from fusion.domain.schedules import Consent, Use
from fusion.store.base import ConsentStore, ScheduleStore
from kernel.protocol.psi.port import Learns

_LOG = log.get(__name__)
_MOST_RUNS, _MOST_A_DAY = 10_000, 1440  # cron has no more ticks
_DAY_MS, _TRIES = 86_400_000, 5
_LONGEST_MS = 5 * 366 * 86_400_000


class Consents:
    """Gives, looks at and withdraws them."""

    def __init__(self, store: ConsentStore, schedules: ScheduleStore) -> None:
        self._store, self._schedules = store, schedules

    def check(self, task: Task, also_next: AlsoNext) -> None:
        """See that later runs can be accepted for an alignment.

        Raises
        ------
        InvalidInput
            It does not repeat, or date or number cannot be.
        """
        if not task.schedule:
            raise InvalidInput("this proposal does not repeat, there are no later runs to accept")
        others = [one.partner for one in self._store.all() if one.schedule == task.schedule]
        if self._schedules.find(task.schedule) is not None or any(other != task.partner for other in others):
            # A partner that takes the id of another schedule would hide its consent behind that one.
            raise InvalidInput("later runs cannot be accepted: the schedule's id is that of another schedule")
        now = now_ms()
        if not now < also_next.until_ms <= now + _LONGEST_MS:
            raise InvalidInput("later runs: the end must be to come, within five years")
        if not 0 < also_next.runs_at_most <= _MOST_RUNS:
            raise InvalidInput(f"later runs: 1 to {_MOST_RUNS} can be accepted in advance")
        if not 0 <= also_next.runs_a_day_at_most <= _MOST_A_DAY:
            raise InvalidInput(f"later runs: 0 (no such limit) to {_MOST_A_DAY} a day can be accepted in advance")

    def give(self, task: Task, also_next: AlsoNext) -> None:
        """Consent to later runs; the data set is the very one that was accepted with."""
        consent = Consent(
            schedule=task.schedule,
            partner=task.partner,
            terms=_terms(task),
            rows=task.partner_rows,
            data_set=task.data_set,
            columns=task.columns,
            columns_of_result=task.columns_of_result,
            hashed_here=task.hashed_here,
            value_column=task.value_column,
            empty_as_zero=task.empty_as_zero,
            until_ms=also_next.until_ms,
            runs_at_most=also_next.runs_at_most,
            runs_a_day_at_most=also_next.runs_a_day_at_most,
            created_ms=now_ms(),
        )
        self._store.put(consent)
        _LOG.info("consent_given", schedule=task.schedule, partner=task.partner, runs=also_next.runs_at_most)

    def exists(self, task: Task) -> bool:
        """Whether there is one for an alignment's schedule, whatever it says."""
        return bool(task.schedule) and self._store.find(task.schedule, task.partner) is not None

    def use(self, task: Task) -> Consent:
        """Use up one run of the consent for an alignment; again for the same one nothing more is used up.

        Raises
        ------
        ConsentDiffers
            What differs from what was accepted: nothing was used up.
        """
        for _ in range(_TRIES):  # others use it at the same moment
            consent = self._store.find(task.schedule, task.partner)
            if consent is None:
                raise ConsentDiffers("the consent was withdrawn")
            self._check_same(consent, task)
            if any(use.task == task.task for use in consent.recent) or self._used(consent, task):
                return consent
        raise ConsentDiffers("the consent changes all the time")

    def _check_same(self, consent: Consent, task: Task) -> None:
        now = _terms(task)
        differs = [name for name in sorted({*now, *consent.terms}) if now.get(name) != consent.terms.get(name)]
        if differs:
            raise ConsentDiffers(f"other than accepted: {', '.join(differs)}")
        # Far fewer ids than before would ask for single persons; far more are another set of people.
        if not consent.rows <= 2 * task.partner_rows <= 4 * consent.rows:
            raise ConsentDiffers(
                f"{task.partner} brings {task.partner_rows} ids; accepted was a run with {consent.rows}, "
                "and later ones with half to twice as many"
            )

    def _used(self, consent: Consent, task: Task) -> bool:
        now = now_ms()
        if not consent.enabled or consent.until_ms <= now or consent.used >= consent.runs_at_most:
            raise ConsentDiffers("the consent is paused, over or used up")
        recent = [use for use in consent.recent if use.ms > now - _DAY_MS]
        if consent.runs_a_day_at_most and len(recent) >= consent.runs_a_day_at_most:
            told = f"{consent.runs_a_day_at_most} runs within a day is the most that was accepted"
            raise ConsentDiffers(told)
        return self._store.use(consent, [*recent, Use(task.task, now)][-_MOST_A_DAY:])

    def all(self) -> list[Consent]:
        """Return all, newest first."""
        return self._store.all()

    def get(self, schedule: str) -> Consent:
        """Return the one for a schedule; raises UnknownSchedule."""
        found = next((consent for consent in self._store.all() if consent.schedule == schedule), None)
        if found is None:
            raise UnknownSchedule(f"there is no schedule {schedule[:80]!r}")
        return found

    def enable(self, consent: Consent, *, enabled: bool) -> None:
        """Let it rest, or hold again."""
        self._store.enable(consent.schedule, consent.partner, enabled=enabled)

    def withdraw(self, consent: Consent) -> None:
        """Ask our people again from now on."""
        self._store.delete(consent.schedule, consent.partner)
        _LOG.info("consent_withdrawn", schedule=consent.schedule, partner=consent.partner)


def _terms(task: Task) -> dict[str, Any]:
    of_sum = {"value_decimals": task.value_decimals, "at_least": task.at_least} if task.learns == Learns.SUM else {}
    return {
        **of_sum,
        "protocol": task.protocol,
        "learns": task.learns,
        "role": task.role,
        "key_rule": task.key_rule.model_dump(),
        "partner_rows_at_most": task.partner_rows_at_most,
        "repeat_cron": task.repeat_cron,
        "repeat_until_ms": task.repeat_until_ms,
    }
