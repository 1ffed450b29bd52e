"""Alignments as people see them: propose, answer, watch, stop, and take the result."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from common import log
from common.errors import DeadlineExceeded, HanseError, InvalidInput, Unavailable
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import (
    BadColumns,
    Dishonest,
    NoIds,
    NoResult,
    PartnerEnded,
    TooManyRows,
    UnknownTask,
    WrongState,
)
from fusion.domain.key_rule import KeyRule, rule_of
from fusion.domain.models import Failure, NewTask, Task
from fusion.domain.shapes import Shapes
from fusion.service import precheck
from fusion.service.data_sets import DataSets
from fusion.service.ids import Ids, read_ids
from fusion.service.partners import Partners
from fusion.service.precheck import PreCheck
from fusion.service.terms import check_protocol
from fusion.store.base import TaskStore, WorkFiles

_LOG = log.get(__name__)
SALT_BYTES = 32
_LONGEST_REASON = 500
_STOPPABLE = tuple(state for state in states.OPEN if state != states.READY)


class Tasks:
    """Use cases of people, and the ends of alignments."""

    def __init__(
        self,
        store: TaskStore,
        partners: Partners,
        data_sets: DataSets,
        files: WorkFiles,
        max_rows: int,
        timeout_s: int,
        wake: Callable[[], None],
    ) -> None:
        self._store, self._partners, self._data_sets, self._files = store, partners, data_sets, files
        self._max_rows, self._timeout_ms, self.wake = max_rows, 1000 * timeout_s, wake

    def propose(self, new: NewTask, offer: Callable[[Task], None]) -> Task:
        """Propose an alignment; `offer` brings it to the partner, which may also be done later when nobody answers.

        Raises
        ------
        UnknownPartner, UnknownDataSet, BadColumns, NoIds, TooManyRows, InvalidInput
            What is wrong here.
        HanseError
            What the partner says against it; the task has failed then.
        """
        self._partners.confirmed(new.partner)
        check_protocol(new.protocol, new.learns)
        if new.role not in (states.RECEIVER, states.SENDER):
            raise InvalidInput("role is receiver or sender")
        rule = rule_of(new.key_rule, len(new.columns))
        salt = secrets.token_bytes(SALT_BYTES)
        ids, rows = self._ids(new.data_set, new.columns, rule, salt, hashed_here=new.hashed_here)
        now = now_ms()
        limit = min(new.partner_rows_at_most or self._max_rows, self._max_rows)
        task = Task(
            task=secrets.token_hex(16),
            name=new.name or self._data_sets.get(new.data_set).name,
            partner=new.partner,
            role=new.role,
            proposed_here=True,
            state=states.CREATED,
            protocol=new.protocol,
            learns=new.learns,
            key_rule=rule,
            created_ms=now,
            expires_ms=now + self._timeout_ms,
            phase="proposing",
            partner_rows_at_most=limit,
            salt=salt,
            hashed_here=new.hashed_here,
            shapes=self._shapes(new, rule, ids, salt),
            **_counted(new.data_set, new.columns, ids, rows),
        )
        # Kept first: a partner never has a proposal of which we know nothing.
        self._store.add(task)
        try:
            offer(task)
            self.offered(task.task)
        except (Unavailable, DeadlineExceeded):
            self._store.change(task.task, [states.CREATED], waiting_for=new.partner)
        except HanseError as error:
            failure = Failure(error.code, error.detail, error.hint, error.party)
            self.end(task.task, states.FAILED, failure=failure, told=True)
            raise
        _LOG.info("task_proposed", task=task.task, partner=task.partner, role=task.role)
        self.wake()
        return self.get(task.task)

    def offered(self, task: str) -> None:
        """Note that the partner has the proposal."""
        partner = self.get(task).partner
        self._store.change(task, [states.CREATED], state=states.WAITING, waiting_for=partner, phase="approval")

    def _shapes(self, new: NewTask, rule: KeyRule, ids: Ids, salt: bytes) -> Shapes | None:
        """Return what the partner is told of our ids' shapes."""
        if not new.pre_check or new.hashed_here:
            return None
        return precheck.tell(self._files.table(new.data_set), new.columns, rule, ids, salt)

    def pre_check(self, task: str, data_set: str, columns: Sequence[str], *, hashed_here: bool = False) -> PreCheck:
        """Look whether ids of ours can match those of a partner's proposal at all, before it is answered."""
        found = self.get(task)
        if found.proposed_here:
            raise WrongState("this alignment was proposed here; the partner looks whether its ids match")
        ids, _ = self._ids(data_set, columns, found.key_rule, found.salt, hashed_here=hashed_here)
        return precheck.compare(found, self._files.table(data_set), columns, ids, hashed_here=hashed_here)

    def _ids(
        self, data_set: str, columns: Sequence[str], rule: KeyRule, salt: bytes, *, hashed_here: bool
    ) -> tuple[Ids, int]:
        precheck.check_hashed(rule, hashed_here=hashed_here)
        place = self._data_sets.table(data_set, columns)
        if len(columns) != rule.columns:
            raise BadColumns(f"{len(columns)} columns, but the proposal's ids are made of {rule.columns}")
        ids = read_ids(place, columns, rule, salt, hashed_here=hashed_here)
        if not len(ids.digests):
            hashed = f", or hold no {rule.hash}" if hashed_here else ""
            raise NoIds(f"the columns {', '.join(columns)} are empty in every row{hashed}")
        if len(ids.digests) > self._max_rows:
            raise TooManyRows(f"{len(ids.digests)} ids; this node takes {self._max_rows}")
        return ids, len(ids.places)

    def get(self, task: str) -> Task:
        """Return one; raises UnknownTask."""
        found = self._store.find(task)
        if found is None:
            raise UnknownTask(f"there is no alignment {task[:80]!r}")
        return found

    def page(self, after: str, limit: int) -> list[Task]:
        """Return a page, newest first."""
        return self._store.page(after, limit)

    def accept(
        self,
        task: str,
        data_set: str,
        columns: Sequence[str],
        *,
        hashed_here: bool = False,
        accept_anyway: bool = False,
    ) -> Task:
        """Accept a partner's proposal with a data set of one's own.

        Parameters
        ----------
        hashed_here
            The columns hold hashes already, see `KeyRule.key`.
        accept_anyway
            Also where our ids do not look like the partner's at all.
        """
        found = self.get(task)
        if found.state != states.PENDING:
            raise WrongState(f"the alignment is {found.state}; only a proposal of the partner can be answered")
        self._partners.confirmed(found.partner)
        ids, rows = self._ids(data_set, columns, found.key_rule, found.salt, hashed_here=hashed_here)
        values = _counted(data_set, columns, ids, rows)
        if len(ids.digests) > found.partner_rows_at_most:
            raise TooManyRows(f"{len(ids.digests)} ids; {found.partner} takes {found.partner_rows_at_most} at most")
        looked = precheck.compare(found, self._files.table(data_set), columns, ids, hashed_here=hashed_here)
        values |= {"hashed_here": hashed_here, "warning": precheck.check(looked, anyway=accept_anyway)}
        if not self._store.change(task, [states.PENDING], state=states.QUEUED, phase="accepting", **values):
            raise WrongState("the proposal was answered or withdrawn meanwhile")
        _LOG.info("task_accepted", task=task, partner=found.partner)
        self.wake()
        return self.get(task)

    def refuse(self, task: str, reason: str) -> Task:
        """Refuse a partner's proposal."""
        found = self.get(task)
        if not self.end(task, states.REFUSED, reason, only_in=[states.PENDING]):
            raise WrongState(f"the alignment is {found.state}; only a proposal of the partner can be answered")
        return self.get(task)

    def stop(self, task: str, reason: str = "") -> Task:
        """Stop an alignment, or waiting for the partner's last word; the partner is told."""
        if not self.end(task, states.STOPPED, reason, only_in=_STOPPABLE):
            found = self.get(task)
            if found.state != states.READY:
                raise WrongState(f"the alignment is {found.state} already")
            self.end_ready(found, states.STOPPED, reason, None, told=False)
        return self.get(task)

    def stop_with(self, partner: str, reason: str) -> None:
        """Stop all alignments with a partner, whom nobody tells: it is blocked."""
        for task in self._store.in_states(states.OPEN):
            if task.partner != partner:
                continue
            if not self.end(task.task, states.STOPPED, reason, only_in=_STOPPABLE, told=True):
                self.end_ready(task, states.STOPPED, reason, None, told=True)

    def end(
        self,
        task: str,
        state: str,
        reason: str = "",
        *,
        failure: Failure | None = None,
        only_in: Sequence[str] = states.OPEN,
        told: bool = False,
    ) -> bool:
        """End an alignment without a result and forget its secrets; False when it had ended.

        Parameters
        ----------
        told : bool
            The partner knows already: it was the partner who ended it.
        """
        done = self._store.change(
            task,
            only_in,
            state=state,
            reason=reason[:_LONGEST_REASON],
            failure=failure,
            untold=not told,
            waiting_for="",
            ended_ms=now_ms(),
        )
        if done:
            self._files.forget(task)
            _LOG.info("task_ended", task=task, state=state, code=failure.code if failure else "")
            self.wake()
        return done

    def succeed(self, task: str) -> None:
        """End as agreed on, and forget the secrets."""
        values = {"state": states.SUCCEEDED, "phase": "done", "waiting_for": "", "ended_ms": now_ms()}
        if self._store.change(task, [states.READY], **values):
            self._files.forget(task)
            _LOG.info("task_ended", task=task, state=states.SUCCEEDED)

    def end_ready(self, task: Task, state: str, reason: str, failure: Failure | None, *, told: bool) -> None:
        """End what is ready, and lacks no more than the partner's word: by success where there is a result here."""
        if task.role == states.RECEIVER or task.has_result:
            self.succeed(task.task)
        else:  # the sender is done with its part, and whether the receiver has its result it cannot know
            self.end(task.task, state, reason, failure=failure, only_in=[states.READY], told=told)

    def ended_there(self, partner: str, task: str, state: str, reason: str) -> None:
        """Take in that the partner has ended without a result; a result that we have already stays."""
        if state not in states.UNHAPPY:
            raise Dishonest(f"{state[:32]!r} is no such end", party=partner, public_detail="a bad state")
        told = f"{partner}: {reason}" if reason else f"{partner} ended the alignment as {state}"
        failure = Failure(PartnerEnded.code, told, PartnerEnded.hint, partner)
        ended = self.end(task, state, told, failure=failure, only_in=_STOPPABLE, told=True)
        found = self.get(task)
        if not ended and found.state == states.READY:
            self.end_ready(found, state, told, failure, told=True)

    def fail(self, task: str, error: HanseError) -> bool:
        """End an alignment by an error; what is ready lacks the partner's word only, and stays."""
        failure = Failure(error.code, error.detail, error.hint, error.party)
        return self.end(task, states.FAILED, error.public_detail, failure=failure, only_in=_STOPPABLE)

    def result(self, task: str) -> Path:
        """Return the place of one's own rows in the intersection; raises NoResult."""
        found = self.get(task)
        if not found.has_result:
            raise NoResult(f"the alignment is {found.state}; its role here is {found.role}")
        return self._files.result(task)


def _counted(data_set: str, columns: Sequence[str], ids: Ids, rows: int) -> dict[str, Any]:
    return {
        "data_set": data_set,
        "columns": tuple(columns),
        "rows": rows,
        "ids": len(ids.digests),
        "duplicates": ids.duplicates,
        "rows_without_id": ids.without_id,
    }
