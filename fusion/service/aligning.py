"""Runs our side of an accepted alignment; a restart goes on where the files say."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from common import log
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import DataSetChanged, NotReady, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.domain.sums import written
from fusion.service.data_sets import DataSets
from fusion.service.going import Going, StillWaiting
from fusion.service.ids import Ids, read_ids, unread, write_rows
from fusion.service.inbox import Inbox
from fusion.service.numbers import Numbers
from fusion.service.planning import Planning
from fusion.service.ports import PartnerNode
from fusion.service.shelf import Shelf, TaskShelf
from fusion.service.surroundings import NodeVault, NodeWire
from fusion.service.tasks import Tasks
from fusion.service.terms import salt_of, terms_of
from fusion.service.values import read_values
from fusion.store.base import TaskStore, WorkFiles
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Flags, Found, Learns, Side

_LOG = log.get(__name__)


class Aligning:
    """What the driver runs."""

    def __init__(
        self,
        member: str,
        store: TaskStore,
        tasks: Tasks,
        files: WorkFiles,
        data_sets: DataSets,
        inbox: Inbox,
        planning: Planning,
        shelf: Shelf,
        numbers: Numbers,
        over: threading.Event,
    ) -> None:
        self._store, self._tasks, self._files, self._inbox, self._over = store, tasks, files, inbox, over
        self._data_sets = data_sets
        self._member, self._planning, self._shelf, self._numbers = member, planning, shelf, numbers

    def run(self, task: Task, node: PartnerNode, crowded: Callable[[], bool]) -> None:
        """Go on with an alignment.

        Parameters
        ----------
        crowded
            Whether other alignments wait for a thread.

        Raises
        ------
        StillWaiting
            Come back later.
        HanseError
            It cannot succeed.
        """
        if task.state == states.QUEUED:
            task = self._begin(task, node)
        if task.state != states.READY:
            self._align(task, node, crowded)
        if task.role == states.RECEIVER:
            self._tell(task, node)

    def _begin(self, task: Task, node: PartnerNode) -> Task:
        if not task.proposed_here:
            node.accept(task, self._planning.machine)
        elif task.plan is None:  # made here too, since the partner's word is only which protocol
            task = replace(task, plan=self._planning.settled(task).plan)
        planned_ms = int(1000 * (task.plan or {}).get("seconds", 0))
        ends_about_ms = now_ms() + planned_ms if planned_ms else 0
        self._advance(task, states.QUEUED, plan=task.plan, ends_about_ms=ends_about_ms)
        self._shelf.used(task)
        return task

    def _advance(self, task: Task, only_in: str, **values: Any) -> None:
        """Change a task that goes on; StillWaiting when it has ended or is paused, or the node is being stopped."""
        going_on = {"state": states.RUNNING, "phase": "aligning", **values}
        unpaused = {"paused_here": False, "paused_there": False}
        if self._over.is_set() or not self._store.change(task.task, [only_in], unpaused, **going_on):
            raise StillWaiting("the alignment has ended or is paused, or the node ends")

    def _align(self, task: Task, node: PartnerNode, crowded: Callable[[], bool]) -> None:
        going = Going(self._advance, task, crowded)  # to read the ids is work, too, and planned as such
        ids = self._ids(task)
        found = self._protocol(task, node, ids, going)
        if found.common is not None:
            self._write(task, ids, found.common)
        values: dict[str, Any] = {
            "state": states.READY,
            "phase": "telling",
            "progress": 1.0,
            "intersection": found.size,
        }
        if found.total is not None:
            values["total"] = written(found.total, task.value_decimals)
        values |= {"worked_ms": going.worked_ms, "ends_about_ms": 0, "waiting_for": "", "trouble": None}
        done = self._store.change(task.task, [states.RUNNING], **values, has_result=found.common is not None)
        if not done:
            self._files.result(task.task).unlink(missing_ok=True)
            raise StillWaiting("the alignment has ended here")

    def _ids(self, task: Task) -> Ids:
        if task.table_name and task.role == states.SENDER and task.learns == Learns.RECEIVER:
            return unread(task.ids)  # the table holds what the protocol needs of them, and we learn nothing
        salt = salt_of(task, self._member)
        with self._data_sets.reading(task.data_set, task.columns) as place:
            ids = read_ids(place, task.columns, task.key_rule, salt, hashed_here=task.hashed_here)
        if len(ids.digests) != task.ids:
            raise DataSetChanged(f"{len(ids.digests)} ids, where {task.ids} were counted")
        return ids

    def _protocol(self, task: Task, node: PartnerNode, ids: Ids, going: Going) -> Found:
        wire = NodeWire(task, node, self._inbox, self._files, self._over, going.on)
        vault = NodeVault(task.task, self._files)
        values = self._values(task, ids)
        work, shelf = (SystemRng(), self._numbers.map, going.progress), TaskShelf(task, self._shelf)
        side = Side(terms_of(task), wire, vault, *work, shelf=shelf, values=values)
        psi = protocols()[task.runs]
        return (psi.receive if task.role == states.RECEIVER else psi.send)(side, ids.digests)

    def _values(self, task: Task, ids: Ids) -> npt.NDArray[np.int64] | None:
        if not task.value_column:
            return None
        exact = {"empty_as_zero": task.empty_as_zero}
        with self._data_sets.reading(task.data_set, [task.value_column]) as place:
            return read_values(place, ids, task.value_column, task.value_decimals, **exact)

    def _write(self, task: Task, ids: Ids, common: Flags) -> None:
        result = self._files.result(task.task)
        with (
            self._files.room(task.task, result.with_suffix(".part")),
            self._data_sets.reading(task.data_set, task.columns) as place,
        ):
            write_rows(place, ids, common, result)

    def _tell(self, task: Task, node: PartnerNode) -> None:
        """Tell the sender that there is a result, and end."""
        try:
            node.done(task.task)
        except NotReady as error:
            raise StillWaiting(error.detail) from error
        except (UnknownTask, WrongState) as error:
            # They stopped after all had been said: our result is right none the less.
            _LOG.info("done_untold", task=task.task, code=error.code)
        self._tasks.succeed(task.task)

    def done(self, partner: str, name: str) -> None:
        """Take in that the receiver has its result.

        Raises
        ------
        NotReady
            We have not got so far: ask again.
        """
        task = self._inbox.of(partner, name)
        if task.role != states.SENDER:
            raise UnknownTask(f"{partner} ends alignment {name}, in which it is the sender")
        if task.state in (states.RUNNING, states.QUEUED):
            raise NotReady("the sender is still at it", public_detail=NotReady.title)
        if task.state not in (states.READY, states.SUCCEEDED):
            raise WrongState(f"the alignment is {task.state}", public_detail=f"the alignment is {task.state}")
        self._tasks.succeed(name)
