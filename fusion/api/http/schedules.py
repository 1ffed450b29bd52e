"""What repeats: our schedules, and partners' ones whose later runs we accept."""

from common.http.operation import Resource
from common.rpc.wire import now_ms
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_fields import FailureOut
from fusion.api.http.schema_schedules import AlsoNextOut, RunOut, ScheduleOut, SchedulesOut
from fusion.domain.errors import TickMissed, WrongState
from fusion.domain.schedules import Consent, Run, Schedule
from fusion.domain.sums import REPEATED
from fusion.service.consents import Consents
from fusion.service.scheduling import Scheduling
from fusion.service.tasks import Tasks
from kernel.protocol.psi.port import Learns

_NEXT, _LAST = 5, 20


class Repeating:
    """Both kinds behind one id; of a partner's schedule it is our consent that rests or is withdrawn."""

    def __init__(self, scheduling: Scheduling, consents: Consents, tasks: Tasks) -> None:
        self._scheduling, self._consents, self._tasks = scheduling, consents, tasks

    def all(self) -> list[ScheduleOut]:
        """Describe all."""
        return [*map(self._ours, self._scheduling.all()), *map(_theirs, self._consents.all())]

    def show(self, schedule: str) -> ScheduleOut:
        """Describe one; raises UnknownSchedule."""
        found = self._scheduling.find(schedule)
        return self._ours(found) if found else _theirs(self._consents.get(schedule))

    def delete(self, schedule: str) -> None:
        """Repeat no more."""
        found = self._scheduling.find(schedule)
        if found:
            self._scheduling.delete(found)
        else:
            self._consents.withdraw(self._consents.get(schedule))

    def enable(self, schedule: str, *, enabled: bool) -> ScheduleOut:
        """Let it rest, or go on."""
        found = self._scheduling.find(schedule)
        if found:
            self._scheduling.enable(found, enabled=enabled)
        else:
            self._consents.enable(self._consents.get(schedule), enabled=enabled)
        return self.show(schedule)

    def run(self, schedule: str) -> RunOut:
        """Run ours now."""
        found = self._scheduling.find(schedule)
        if found is None:
            raise WrongState(f"{self._consents.get(schedule).partner} runs this schedule")
        return self._run(self._scheduling.run(found))

    def _ours(self, schedule: Schedule) -> ScheduleOut:
        runs = [self._run(one) for one in self._scheduling.runs(schedule, _LAST)]
        return _ours(schedule, self._scheduling.coming(schedule, _NEXT), runs)

    def _run(self, run: Run) -> RunOut:
        problem = FailureOut.model_validate(run.problem) if run.problem else None
        state = "missed" if problem and problem.code == TickMissed.code else "refused"
        if run.task:
            state = self._tasks.get(run.task).state
        return RunOut(due_ms=run.due_ms, task=run.task, state=state, problem=problem)


def schedule_resource(repeating: Repeating) -> Resource:
    """Declare what is done with what repeats."""
    resource = Resource("schedules", BASE)

    @resource.declare("GET", "/schedules", "List what repeats.", access=OWN, answer=SchedulesOut)
    def every() -> SchedulesOut:
        return SchedulesOut(items=repeating.all(), next_after="")

    @resource.declare("GET", "/schedules/{schedule}", "Describe what repeats.", access=OWN, answer=ScheduleOut)
    def show(schedule: str) -> ScheduleOut:
        return repeating.show(schedule)

    @resource.declare("DELETE", "/schedules/{schedule}", "Repeat no more; a partner's is asked for again.", access=OWN)
    def delete(schedule: str) -> None:
        repeating.delete(schedule)

    @resource.declare("POST", "/schedules/{schedule}/pause", "Let it rest.", access=OWN, answer=ScheduleOut)
    def pause(schedule: str) -> ScheduleOut:
        return repeating.enable(schedule, enabled=False)

    @resource.declare("POST", "/schedules/{schedule}/resume", "Let it go on.", access=OWN, answer=ScheduleOut)
    def resume(schedule: str) -> ScheduleOut:
        return repeating.enable(schedule, enabled=True)

    @resource.declare("POST", "/schedules/{schedule}/run", "Run it now.", access=OWN, answer=RunOut)
    def run(schedule: str) -> RunOut:
        return repeating.run(schedule)

    return resource


def _ours(schedule: Schedule, coming: list[int], runs: list[RunOut]) -> ScheduleOut:
    over = not schedule.next_ms or schedule.until_ms <= now_ms()
    return ScheduleOut(
        schedule=schedule.schedule,
        name=schedule.name,
        partner=schedule.partner,
        proposed_here=True,
        cron=schedule.cron,
        until_ms=schedule.until_ms,
        state="ended" if over else "active" if schedule.enabled else "paused",
        data_set=schedule.data_set_name,
        columns=list(schedule.new["columns"]),
        learns=schedule.new["learns"],
        protocol=schedule.new["protocol"],
        next_ms=coming,
        runs=runs,
        also_next=None,
        terms=schedule.new,
        caution=REPEATED if schedule.new["learns"] == Learns.SUM else "",
    )


def _theirs(consent: Consent) -> ScheduleOut:
    over = consent.until_ms <= now_ms() or consent.used >= consent.runs_at_most
    return ScheduleOut(
        schedule=consent.schedule,
        name="",
        partner=consent.partner,
        proposed_here=False,
        cron=consent.terms["repeat_cron"],
        until_ms=consent.terms["repeat_until_ms"],
        state="ended" if over else "active" if consent.enabled else "paused",
        data_set=consent.data_set,
        columns=list(consent.columns),
        learns=consent.terms["learns"],
        protocol=consent.terms["protocol"],
        next_ms=[],
        runs=[],
        also_next=AlsoNextOut.model_validate(consent),
        terms=consent.terms,
        caution=REPEATED if consent.terms["learns"] == Learns.SUM else "",
    )
