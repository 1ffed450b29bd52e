"""flow's clients: the own kernel, gateway and board, and the other members' flows through the gateways."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from common import canonical
from common.rpc import peer_call
from flow.api.rpc.peer import SERVICE
from flow.domain.job import Failure, Job, Task
from flow.domain.render import failure_message
from flow.domain.telling import told_to
from flow.service.ports import KernelStatus
from proto.board.v1 import board_pb2
from proto.board.v1.board_pb2_grpc import BoardServiceStub
from proto.flow.v1 import flow_pb2 as pb
from proto.gateway.v1 import gateway_pb2
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from proto.kernel.v1 import kernel_pb2
from proto.kernel.v1.kernel_pb2_grpc import KernelServiceStub

_GRANT_MS = 7 * 24 * 3600 * 1000
_PEER_TIMEOUT_S = 8.0
_PREPARE_S = 15.0  # our board asks the partners', all at once
_CATALOGUE_S = 60.0
_WATCH_S = 24 * 3600.0


class KernelClient:
    """See `Kernel`."""

    def __init__(self, stub: KernelServiceStub) -> None:
        self._stub = stub
        self._lock = threading.Lock()
        self._catalogue: dict[str, dict[str, Any]] = {}
        self._read_s = 0.0

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """See `Kernel.catalogue`; read again once a minute."""
        with self._lock:
            if not self._catalogue or time.monotonic() - self._read_s > _CATALOGUE_S:
                answer = self._stub.ListComponents(kernel_pb2.ListComponentsRequest())
                self._catalogue = {item["name"]: item for item in canonical.loads(answer.catalogue)}
                self._read_s = time.monotonic()
            return self._catalogue

    def start(self, job: Job, task: Task) -> None:
        """See `Kernel.start`."""
        node = job.node(task.task)
        params = {
            "common": canonical.loads(node.common_params or b"{}"),
            "own": canonical.loads(node.own_params.get(job.member, b"") or b"{}"),
        }
        spec = kernel_pb2.TaskSpec(
            job=job.id,
            task=task.task,
            attempt=task.attempt,
            component=node.component,
            component_version=node.component_version,
            params=canonical.dumps(params),
            parties=_parties(job, task.task),
            member=job.member,
            deadline_ms=job.spec.deadline_ms,
            resume=task.resume,
        )
        for item in node.inputs:
            spec.inputs.add(port=item.port, task=item.node, output=item.output, job=job.tasks[item.node].reused_from)
        if params["own"].get("data_set"):
            name = params["own"]["data_set"]
            spec.inputs.add(port="data_set", output=name, version=job.spec.data_versions.get(name, ""))
        self._stub.StartTask(kernel_pb2.StartTaskRequest(spec=spec))

    def stop(self, job: str, task: str) -> None:
        """See `Kernel.stop`."""
        self._stub.StopTask(kernel_pb2.StopTaskRequest(job=job, task=task))

    def release(self, job: str) -> None:
        """See `Kernel.release`."""
        self._stub.ReleaseJob(kernel_pb2.ReleaseJobRequest(job=job))

    def watch(self) -> Iterator[KernelStatus]:
        """See `Kernel.watch`."""
        for answer in self._stub.WatchTasks(kernel_pb2.WatchTasksRequest(), timeout=_WATCH_S):
            status = answer.status
            failure = None
            if status.HasField("failure"):
                told = status.failure
                failure = Failure(told.code, told.detail, told.hint, told.party, public_detail=told.public_detail)
            yield KernelStatus(
                job=status.job,
                task=status.task,
                attempt=status.attempt,
                state=status.state,
                progress=status.progress,
                step=status.step,
                waiting_for=status.waiting_for,
                failure=failure,
            )


class GatewayClient:
    """See `Gateway`."""

    def __init__(self, stub: GatewayServiceStub) -> None:
        self._stub = stub

    def open(self, job: Job, task: Task, manifest: dict[str, Any]) -> None:
        """See `Gateway.open`."""
        grant = gateway_pb2.TaskGrant(
            job=job.id,
            task=task.task,
            attempt=task.attempt,
            component=manifest["name"],
            component_version=manifest["version"],
            component_hash=bytes.fromhex(manifest["hash"]),
            expires_ms=int(time.time() * 1000) + _GRANT_MS,
        )
        for party in job.parties_of(task.task):
            grant.parties.add(member=party.member, role=party.role)
        for message in manifest["messages"]:
            grant.messages.add(
                name=message["name"], from_role=message["from"], to_role=message["to"], carries=message["carries"]
            )
        self._stub.OpenTask(gateway_pb2.OpenTaskRequest(grant=grant))

    def close(self, job: str, task: str) -> None:
        """See `Gateway.close`."""
        self._stub.CloseTask(gateway_pb2.CloseTaskRequest(job=job, task=task))


class BoardClient:
    """See `Board`."""

    def __init__(self, stub: BoardServiceStub) -> None:
        self._stub = stub

    def check(self, spec: pb.JobSpec, origin: str) -> tuple[str, str]:
        """See `Board.check`."""
        answer = self._stub.CheckJob(board_pb2.CheckJobRequest(spec=spec, origin=origin))
        return answer.decision, answer.reason

    def ended(self, job: str, state: str) -> None:
        """See `Board.ended`."""
        self._stub.JobEnded(board_pb2.JobEndedRequest(job=job, state=state))

    def prepare(self, schedule: str, template: pb.JobSpec, max_age_days: int) -> pb.JobSpec:
        """See `Board.prepare`."""
        request = board_pb2.PrepareRunRequest(schedule=schedule, template=template, max_age_days=max_age_days)
        return self._stub.PrepareRun(request, timeout=_PREPARE_S).spec


class PeerClient:
    """See `Peers`."""

    def __init__(self, stub: GatewayServiceStub) -> None:
        self._stub = stub

    def propose(self, member: str, spec: pb.JobSpec) -> tuple[str, str]:
        """See `Peers.propose`."""
        answer = self._call(member, "ProposeJob", pb.ProposeJobRequest(spec=spec), pb.ProposeJobResponse)
        return answer.state, answer.reason

    def start_attempt(self, member: str, job: str, task: Task) -> None:
        """See `Peers.start_attempt`."""
        request = pb.StartAttemptRequest(job=job, task=task.task, attempt=task.attempt, resume=task.resume)
        self._call(member, "StartAttempt", request, pb.StartAttemptResponse)

    def report(self, member: str, job: str, task: Task, state: str, failure: Failure | None) -> tuple[str, int]:
        """See `Peers.report`; only the public half of a failure leaves."""
        request = pb.ReportTaskRequest(
            job=job,
            task=task.task,
            attempt=task.attempt,
            state=state,
            progress=task.progress,
            step=task.step,
            waiting_for=task.waiting.whom if task.waiting else "",
            failure=failure_message(failure.public() if failure else None),
        )
        answer = self._call(member, "ReportTask", request, pb.ReportTaskResponse)
        return answer.state, answer.attempt

    def conclude(self, member: str, job: Job, task: str, attempt: int, state: str, failure: Failure | None) -> None:
        """See `Peers.conclude`."""
        request = pb.ConcludeRequest(
            job=job.id,
            task=task,
            attempt=attempt,
            state=state,
            failure=failure_message(failure.public() if failure else None),
            tasks=told_to(member, job),
        )
        self._call(member, "Conclude", request, pb.ConcludeResponse)

    def job(self, member: str, job: str) -> pb.PeerJobResponse:
        """See `Peers.job`."""
        answer: pb.PeerJobResponse = self._call(member, "PeerJob", pb.PeerJobRequest(job=job), pb.PeerJobResponse)
        return answer

    def stop(self, member: str, job: str, reason: str) -> None:
        """See `Peers.stop`."""
        self._call(member, "PeerStop", pb.PeerStopRequest(job=job, reason=reason), pb.PeerStopResponse)

    def _call(self, member: str, method: str, request: Any, answer: type[Any]) -> Any:
        return peer_call(self._stub, member, f"{SERVICE}{method}", request, answer, timeout_s=_PEER_TIMEOUT_S)


def _parties(job: Job, task: str) -> list[kernel_pb2.Party]:
    counted: dict[str, int] = {}
    parties = []
    for party in job.parties_of(task):
        parties.append(kernel_pb2.Party(member=party.member, role=party.role, index=counted.get(party.role, 0)))
        counted[party.role] = counted.get(party.role, 0) + 1
    return parties
