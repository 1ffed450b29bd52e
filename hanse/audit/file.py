"""The evidence file's form, as `board/service/evidence.py` writes it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=65536)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FederationPart(_Part):
    """Which federation, and how far its register had come."""

    id: Text
    salt: Text
    head: int


class RecordPart(_Part):
    """A record as it stands on the ledger."""

    kind: Annotated[int, Field(ge=1, le=255)]
    record_id: Text
    body: Text
    owner: Text
    nonce: Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,19})$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]*$")]
    sequence: int
    transaction: Text
    block: int
    time_ms: int


class TermsPart(_Part):
    """What the project's parties agreed on."""

    project: Text
    name: Text
    purpose: Text
    promoter: Text
    providers: list[Text]
    components: list[Text]
    expires_ms: int


class PartyPart(_Part):
    """A party of the job."""

    member: Text
    role: Text


class NodePart(_Part):
    """A node of the job."""

    id: Text
    component: Text
    version: Text
    hash: Text
    title: Text
    params: Any
    inputs: list[dict[str, Text]]
    parties: list[PartyPart]


class JobPart(_Part):
    """The job as all parties agreed on it."""

    job: Text
    project: Text
    flow: Text
    name: Text
    parties: list[PartyPart]
    nodes: list[NodePart]
    data_versions: dict[str, Text]
    created_ms: int
    deadline_ms: int
    reuse_from: Text
    reused: dict[str, Text]


class ModelPart(_Part):
    """The exporting member's part of a model."""

    model: Text
    task: Text
    sha256: Text


class LinePart(_Part):
    """A line of the exporting member's audit log."""

    sequence: int
    time_ms: int
    account: Text
    action: Text
    subject: Text
    detail: Text
    previous: Text
    hash: Text


class ConsentPart(_Part):
    """The columns that one of the exporting member's consents names; none: it is for all but the id."""

    consent: Text
    columns: list[Text]


class EvidenceFile(_Part):
    """All of it."""

    format: Literal["hanse-evidence/2"]
    subject: Text
    member: Text
    made_ms: int
    federation: FederationPart
    terms: TermsPart
    job: JobPart
    own: dict[str, Any]
    columns: dict[str, list[Text]]
    consents: list[ConsentPart]
    models: list[ModelPart]
    audit: list[LinePart]
    records: list[RecordPart]
    seal: Text
