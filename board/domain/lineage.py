"""Where a model comes from."""

from dataclasses import dataclass

from board.domain.projects import Consent


@dataclass(frozen=True, slots=True)
class Step:
    """A node that the model depends on, with the code that ran; `job` is the one that really ran it."""

    node: str
    title: str
    component: str
    version: str
    hash: str
    job: str


@dataclass(frozen=True, slots=True)
class UsedData:
    """A data set that a member brought; `name` is empty when it is not known here."""

    member: str
    data_set: str
    version: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything that this member knows of how a model came to be."""

    model: str
    job: str
    flow: str
    flow_name: str  # empty unless the flow is ours
    project: str
    project_name: str
    started_by: str  # empty unless the job is ours
    steps: tuple[Step, ...]
    data: tuple[UsedData, ...]
    consents: tuple[Consent, ...]  # ours that the job used
    metrics: dict[str, float]
