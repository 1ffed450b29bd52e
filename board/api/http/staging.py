"""What waits to become a data set: from opened folders and databases, a look at it, and the import."""

from typing import Annotated, Any, Literal

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.data_sets import DataSetView, Line, NameLine, Tag
from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Text
from board.api.http.uploads import UploadView
from board.domain.accounts import Account
from board.service.data_sets import About
from board.service.ports import Database, Order, Reading
from board.service.uploads import Uploads

Kind = Literal["int", "float", "string", "bool", "date"]


class SourceQuery(Fields):
    """Which folder to list."""

    path: Annotated[Text, Field(max_length=4000)] = Field(default="", description="Empty: the opened folders.")


class SourceEntry(View):
    """A file or folder."""

    path: str
    folder: bool
    bytes: int


class SourcesView(View):
    """What the operator has opened for imports."""

    items: list[SourceEntry]
    databases: list[str] = Field(description="host:port")


class NewPath(Fields):
    """A file on the server."""

    path: Annotated[Text, Field(min_length=1, max_length=4000)]


class NewDatabase(Fields):
    """A table or a query of a database."""

    system: Literal["postgresql", "mysql"]
    host: Annotated[Line, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    database: Line = ""
    user: Line = ""
    password: Annotated[str, Field(max_length=1000)] = Field(default="", description="Used once and kept nowhere.")
    table: Line = ""
    query: Annotated[Text, Field(max_length=20_000)] = Field(default="", description="One SELECT.")


class ReadingModel(Fields):
    """How to read a text file; what is empty is found out."""

    encoding: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    types: Annotated[dict[Line, Kind], Field(max_length=5000)] = Field(default={}, description="Column → its type.")

    def reading(self) -> Reading:
        """Return it as the use cases take it."""
        return Reading(self.encoding, self.delimiter, self.types)


class DetectionView(View):
    """What the beginning of a file says."""

    encoding: str
    delimiter: str
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    sampled: int
    complete: bool = Field(description="Whether the sample is the whole file.")
    problem: dict[str, Any] | None = Field(description="What keeps it from being read, if something does.")
    notes: list[dict[str, Any]] = Field(description="Columns that are empty, constant or unique.")


class NewDataSet(ReadingModel):
    """What to make of an upload."""

    name: NameLine
    id_columns: Annotated[list[Line], Field(max_length=10)] = Field(
        default=[], description="Several together name a row; empty: rows are numbered."
    )
    label_column: Line = ""
    leave_out: Annotated[list[Line], Field(max_length=5000)] = Field(default=[])
    duplicates: Literal["refuse", "first"] = "refuse"
    visibility: Literal["private", "members", "federation"] = "private"
    readers: Annotated[list[MemberId], Field(max_length=100)] = Field(default=[])
    tags: Annotated[list[Tag], Field(max_length=32)] = Field(default=[])
    previous: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")] = Field(
        default="", description="The data set of which this is a new version."
    )


def staging(service: Uploads) -> Resource:
    """Make the resource."""
    resource = Resource("staging")

    @resource.operation("POST", "/uploads/{upload}/detection", "Look at what came", answer=DetectionView)
    def detect(upload: str, account: Account, body: ReadingModel) -> object:
        return service.detect(account.account, upload, body.reading())

    @resource.operation(
        "POST", "/uploads/{upload}/data-set", "Make a data set of it", answer=DataSetView, status=201, idempotent=True
    )
    def make(upload: str, account: Account, body: NewDataSet) -> Reply:
        staged = service.find(account.account, upload)
        order = Order(
            "",
            body.name,
            tuple(body.id_columns),
            body.label_column,
            body.duplicates,
            tuple(body.leave_out),
            body.reading(),
        )
        about = About(
            body.name, body.visibility, tuple(body.readers), tuple(body.tags), body.previous, staged.file_name
        )
        made = service.make(account.account, upload, order, about)
        return Reply(made, f"/data-sets/{made.data_set}")

    @resource.operation("GET", "/import-sources", "Folders and databases that are opened", answer=SourcesView)
    def sources(query: SourceQuery) -> dict[str, object]:
        entries, databases = service.folder(query.path)
        return {"items": entries, "databases": databases}

    @resource.operation("POST", "/path-uploads", "Take a file of an opened folder", answer=UploadView, status=201)
    def from_path(account: Account, body: NewPath) -> Reply:
        staged = service.from_path(account.account, body.path)
        return Reply(staged, f"/uploads/{staged.upload}")

    @resource.operation("POST", "/database-uploads", "Read an opened database", answer=UploadView, status=201)
    def from_database(account: Account, body: NewDatabase) -> Reply:
        staged = service.from_database(account.account, Database(**body.model_dump()))
        return Reply(staged, f"/uploads/{staged.upload}")

    return resource
