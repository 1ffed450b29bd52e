from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobParty(_message.Message):
    __slots__ = ("member", "role")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    member: str
    role: str
    def __init__(self, member: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...

class NodeInput(_message.Message):
    __slots__ = ("port", "node", "output")
    PORT_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    port: str
    node: str
    output: str
    def __init__(self, port: _Optional[str] = ..., node: _Optional[str] = ..., output: _Optional[str] = ...) -> None: ...

class Node(_message.Message):
    __slots__ = ("id", "component", "component_version", "component_hash", "title", "common_params", "own_params", "inputs", "parties")
    class OwnParamsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bytes
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_HASH_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    COMMON_PARAMS_FIELD_NUMBER: _ClassVar[int]
    OWN_PARAMS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    id: str
    component: str
    component_version: str
    component_hash: bytes
    title: str
    common_params: bytes
    own_params: _containers.ScalarMap[str, bytes]
    inputs: _containers.RepeatedCompositeFieldContainer[NodeInput]
    parties: _containers.RepeatedCompositeFieldContainer[JobParty]
    def __init__(self, id: _Optional[str] = ..., component: _Optional[str] = ..., component_version: _Optional[str] = ..., component_hash: _Optional[bytes] = ..., title: _Optional[str] = ..., common_params: _Optional[bytes] = ..., own_params: _Optional[_Mapping[str, bytes]] = ..., inputs: _Optional[_Iterable[_Union[NodeInput, _Mapping]]] = ..., parties: _Optional[_Iterable[_Union[JobParty, _Mapping]]] = ...) -> None: ...

class JobSpec(_message.Message):
    __slots__ = ("job", "project", "flow", "name", "parties", "nodes", "data_versions", "created_ms", "created_by", "deadline_ms", "reuse_from", "reused")
    class DataVersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ReusedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    JOB_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FLOW_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    DATA_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    CREATED_MS_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    REUSE_FROM_FIELD_NUMBER: _ClassVar[int]
    REUSED_FIELD_NUMBER: _ClassVar[int]
    job: str
    project: str
    flow: str
    name: str
    parties: _containers.RepeatedCompositeFieldContainer[JobParty]
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    data_versions: _containers.ScalarMap[str, str]
    created_ms: int
    created_by: str
    deadline_ms: int
    reuse_from: str
    reused: _containers.ScalarMap[str, str]
    def __init__(self, job: _Optional[str] = ..., project: _Optional[str] = ..., flow: _Optional[str] = ..., name: _Optional[str] = ..., parties: _Optional[_Iterable[_Union[JobParty, _Mapping]]] = ..., nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., data_versions: _Optional[_Mapping[str, str]] = ..., created_ms: _Optional[int] = ..., created_by: _Optional[str] = ..., deadline_ms: _Optional[int] = ..., reuse_from: _Optional[str] = ..., reused: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ("code", "detail", "hint", "party", "component")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    code: str
    detail: str
    hint: str
    party: str
    component: str
    def __init__(self, code: _Optional[str] = ..., detail: _Optional[str] = ..., hint: _Optional[str] = ..., party: _Optional[str] = ..., component: _Optional[str] = ...) -> None: ...

class Waiting(_message.Message):
    __slots__ = ("what", "whom", "since_ms", "until_ms", "text")
    WHAT_FIELD_NUMBER: _ClassVar[int]
    WHOM_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_MS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    what: str
    whom: str
    since_ms: int
    until_ms: int
    text: str
    def __init__(self, what: _Optional[str] = ..., whom: _Optional[str] = ..., since_ms: _Optional[int] = ..., until_ms: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class Attempt(_message.Message):
    __slots__ = ("attempt", "state", "started_ms", "ended_ms", "failure")
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    attempt: int
    state: str
    started_ms: int
    ended_ms: int
    failure: Failure
    def __init__(self, attempt: _Optional[int] = ..., state: _Optional[str] = ..., started_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class Lane(_message.Message):
    __slots__ = ("progress", "step", "waits_for", "failure")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    progress: float
    step: str
    waits_for: str
    failure: Failure
    def __init__(self, progress: _Optional[float] = ..., step: _Optional[str] = ..., waits_for: _Optional[str] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class Task(_message.Message):
    __slots__ = ("task", "component", "state", "attempt", "progress", "step", "waiting", "failure", "started_ms", "ended_ms", "party_states", "reused_from", "past", "lanes", "attempt_ms")
    class PartyStatesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class LanesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Lane
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Lane, _Mapping]] = ...) -> None: ...
    TASK_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    PARTY_STATES_FIELD_NUMBER: _ClassVar[int]
    REUSED_FROM_FIELD_NUMBER: _ClassVar[int]
    PAST_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_MS_FIELD_NUMBER: _ClassVar[int]
    task: str
    component: str
    state: str
    attempt: int
    progress: float
    step: str
    waiting: Waiting
    failure: Failure
    started_ms: int
    ended_ms: int
    party_states: _containers.ScalarMap[str, str]
    reused_from: str
    past: _containers.RepeatedCompositeFieldContainer[Attempt]
    lanes: _containers.MessageMap[str, Lane]
    attempt_ms: int
    def __init__(self, task: _Optional[str] = ..., component: _Optional[str] = ..., state: _Optional[str] = ..., attempt: _Optional[int] = ..., progress: _Optional[float] = ..., step: _Optional[str] = ..., waiting: _Optional[_Union[Waiting, _Mapping]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., started_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., party_states: _Optional[_Mapping[str, str]] = ..., reused_from: _Optional[str] = ..., past: _Optional[_Iterable[_Union[Attempt, _Mapping]]] = ..., lanes: _Optional[_Mapping[str, Lane]] = ..., attempt_ms: _Optional[int] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("spec", "state", "tasks", "waiting", "failure", "started_ms", "ended_ms", "revision", "own_role", "heard_ms")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OWN_ROLE_FIELD_NUMBER: _ClassVar[int]
    HEARD_MS_FIELD_NUMBER: _ClassVar[int]
    spec: JobSpec
    state: str
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    waiting: Waiting
    failure: Failure
    started_ms: int
    ended_ms: int
    revision: int
    own_role: str
    heard_ms: int
    def __init__(self, spec: _Optional[_Union[JobSpec, _Mapping]] = ..., state: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., waiting: _Optional[_Union[Waiting, _Mapping]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., started_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., revision: _Optional[int] = ..., own_role: _Optional[str] = ..., heard_ms: _Optional[int] = ...) -> None: ...

class CreateJobRequest(_message.Message):
    __slots__ = ("spec", "anew")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ANEW_FIELD_NUMBER: _ClassVar[int]
    spec: JobSpec
    anew: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, spec: _Optional[_Union[JobSpec, _Mapping]] = ..., anew: _Optional[_Iterable[str]] = ...) -> None: ...

class CreateJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class PlanJobRequest(_message.Message):
    __slots__ = ("spec", "anew")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ANEW_FIELD_NUMBER: _ClassVar[int]
    spec: JobSpec
    anew: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, spec: _Optional[_Union[JobSpec, _Mapping]] = ..., anew: _Optional[_Iterable[str]] = ...) -> None: ...

class NodePlan(_message.Message):
    __slots__ = ("node", "reused_from", "reason", "about")
    NODE_FIELD_NUMBER: _ClassVar[int]
    REUSED_FROM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    node: str
    reused_from: str
    reason: str
    about: str
    def __init__(self, node: _Optional[str] = ..., reused_from: _Optional[str] = ..., reason: _Optional[str] = ..., about: _Optional[str] = ...) -> None: ...

class PlanJobResponse(_message.Message):
    __slots__ = ("nodes",)
    NODES_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[NodePlan]
    def __init__(self, nodes: _Optional[_Iterable[_Union[NodePlan, _Mapping]]] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class GetJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("project", "state", "after", "page_size", "flow", "text")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    FLOW_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    project: str
    state: str
    after: str
    page_size: int
    flow: str
    text: str
    def __init__(self, project: _Optional[str] = ..., state: _Optional[str] = ..., after: _Optional[str] = ..., page_size: _Optional[int] = ..., flow: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class JobEvent(_message.Message):
    __slots__ = ("id", "time_ms", "task", "attempt", "member", "kind", "state", "code", "text")
    ID_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    id: int
    time_ms: int
    task: str
    attempt: int
    member: str
    kind: str
    state: str
    code: str
    text: str
    def __init__(self, id: _Optional[int] = ..., time_ms: _Optional[int] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., member: _Optional[str] = ..., kind: _Optional[str] = ..., state: _Optional[str] = ..., code: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ListJobEventsRequest(_message.Message):
    __slots__ = ("job", "task", "member", "after", "page_size")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    member: str
    after: int
    page_size: int
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., member: _Optional[str] = ..., after: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class ListJobEventsResponse(_message.Message):
    __slots__ = ("events", "next_after")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[JobEvent]
    next_after: int
    def __init__(self, events: _Optional[_Iterable[_Union[JobEvent, _Mapping]]] = ..., next_after: _Optional[int] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_after")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[Job]
    next_after: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[Job, _Mapping]]] = ..., next_after: _Optional[str] = ...) -> None: ...

class StopJobRequest(_message.Message):
    __slots__ = ("job", "reason")
    JOB_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    job: str
    reason: str
    def __init__(self, job: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class StopJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class ResumeJobRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class ResumeJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class WatchJobsRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class WatchJobsResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class DecideJobRequest(_message.Message):
    __slots__ = ("job", "approve", "reason")
    JOB_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    job: str
    approve: bool
    reason: str
    def __init__(self, job: _Optional[str] = ..., approve: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class ScheduleRun(_message.Message):
    __slots__ = ("time_ms", "job", "problem", "code", "party", "tries", "state", "data_versions")
    class DataVersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    TRIES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DATA_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    time_ms: int
    job: str
    problem: str
    code: str
    party: str
    tries: int
    state: str
    data_versions: _containers.ScalarMap[str, str]
    def __init__(self, time_ms: _Optional[int] = ..., job: _Optional[str] = ..., problem: _Optional[str] = ..., code: _Optional[str] = ..., party: _Optional[str] = ..., tries: _Optional[int] = ..., state: _Optional[str] = ..., data_versions: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Schedule(_message.Message):
    __slots__ = ("schedule", "cron", "timezone", "template", "enabled", "next_run_ms", "last_job", "last_problem", "next_runs_ms", "runs", "window", "max_age_days", "retries")
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    CRON_FIELD_NUMBER: _ClassVar[int]
    TIMEZONE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    NEXT_RUN_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_JOB_FIELD_NUMBER: _ClassVar[int]
    LAST_PROBLEM_FIELD_NUMBER: _ClassVar[int]
    NEXT_RUNS_MS_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    RETRIES_FIELD_NUMBER: _ClassVar[int]
    schedule: str
    cron: str
    timezone: str
    template: JobSpec
    enabled: bool
    next_run_ms: int
    last_job: str
    last_problem: str
    next_runs_ms: _containers.RepeatedScalarFieldContainer[int]
    runs: _containers.RepeatedCompositeFieldContainer[ScheduleRun]
    window: str
    max_age_days: int
    retries: int
    def __init__(self, schedule: _Optional[str] = ..., cron: _Optional[str] = ..., timezone: _Optional[str] = ..., template: _Optional[_Union[JobSpec, _Mapping]] = ..., enabled: _Optional[bool] = ..., next_run_ms: _Optional[int] = ..., last_job: _Optional[str] = ..., last_problem: _Optional[str] = ..., next_runs_ms: _Optional[_Iterable[int]] = ..., runs: _Optional[_Iterable[_Union[ScheduleRun, _Mapping]]] = ..., window: _Optional[str] = ..., max_age_days: _Optional[int] = ..., retries: _Optional[int] = ...) -> None: ...

class PutScheduleRequest(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: Schedule
    def __init__(self, schedule: _Optional[_Union[Schedule, _Mapping]] = ...) -> None: ...

class PutScheduleResponse(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: Schedule
    def __init__(self, schedule: _Optional[_Union[Schedule, _Mapping]] = ...) -> None: ...

class ListSchedulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListSchedulesResponse(_message.Message):
    __slots__ = ("schedules",)
    SCHEDULES_FIELD_NUMBER: _ClassVar[int]
    schedules: _containers.RepeatedCompositeFieldContainer[Schedule]
    def __init__(self, schedules: _Optional[_Iterable[_Union[Schedule, _Mapping]]] = ...) -> None: ...

class RunScheduleRequest(_message.Message):
    __slots__ = ("schedule", "job")
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    schedule: str
    job: str
    def __init__(self, schedule: _Optional[str] = ..., job: _Optional[str] = ...) -> None: ...

class RunScheduleResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: ScheduleRun
    def __init__(self, run: _Optional[_Union[ScheduleRun, _Mapping]] = ...) -> None: ...

class DeleteScheduleRequest(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: str
    def __init__(self, schedule: _Optional[str] = ...) -> None: ...

class DeleteScheduleResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProposeJobRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: JobSpec
    def __init__(self, spec: _Optional[_Union[JobSpec, _Mapping]] = ...) -> None: ...

class ProposeJobResponse(_message.Message):
    __slots__ = ("state", "reason")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    state: str
    reason: str
    def __init__(self, state: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class StartAttemptRequest(_message.Message):
    __slots__ = ("job", "task", "attempt", "resume")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    resume: bool
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., resume: _Optional[bool] = ...) -> None: ...

class StartAttemptResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReportTaskRequest(_message.Message):
    __slots__ = ("job", "task", "attempt", "state", "progress", "step", "waiting_for", "failure")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    state: str
    progress: float
    step: str
    waiting_for: str
    failure: Failure
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., state: _Optional[str] = ..., progress: _Optional[float] = ..., step: _Optional[str] = ..., waiting_for: _Optional[str] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class ReportTaskResponse(_message.Message):
    __slots__ = ("state", "attempt")
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    state: str
    attempt: int
    def __init__(self, state: _Optional[str] = ..., attempt: _Optional[int] = ...) -> None: ...

class ConcludeRequest(_message.Message):
    __slots__ = ("job", "task", "attempt", "state", "failure", "tasks")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    state: str
    failure: Failure
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., state: _Optional[str] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ...) -> None: ...

class ConcludeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PeerJobRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class PeerJobResponse(_message.Message):
    __slots__ = ("state", "tasks", "failure")
    STATE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    state: str
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    failure: Failure
    def __init__(self, state: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class PeerStopRequest(_message.Message):
    __slots__ = ("job", "reason")
    JOB_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    job: str
    reason: str
    def __init__(self, job: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PeerStopResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
