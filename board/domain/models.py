"""Models of which this member has a part."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of our part that our serving has."""

    version: str
    online: bool
    published_ms: int
    published_by: str
    rows: int  # of the feature snapshot; 0 at the promoter


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
