"""Models of which this member has a part."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of our part that our serving has."""

    version: str
    online: bool
    published_ms: int
    published_by: str
    rows: int  # of the feature snapshot; 0 at the promoter


class Stage(StrEnum):
    """What our people think of a model; being online at our serving is another matter."""

    DRAFT = "draft"
    CANDIDATE = "candidate"
    APPROVED = "approved"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Card:
    """What people should know of a model before they use it; our own words, seen at this member only."""

    purpose: str = ""
    limits: str = ""
    notes: str = ""
    stage: Stage = Stage.DRAFT
    revision: int = 0
    changed_ms: int = 0
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One trained model; `model` is "<job>.<task>" at all members."""

    model: str
    job: str
    task: str
    output: str  # the port at which the kernel keeps our part
    project: str
    name: str
    kind: str
    role: str
    members: tuple[str, ...]  # promoter first
    made_ms: int
    import_task: str = ""  # the node that read our data set; its table becomes the snapshot of features
    import_job: str = ""  # the job in which that node ran
    data_set: str = ""  # what it read
    publications: tuple[Publication, ...] = ()
