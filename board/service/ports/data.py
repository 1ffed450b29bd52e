"""Files and rows on their way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is to become a data set."""

    data_set: str
    name: str
    file_name: str
    total_bytes: int
    id_column: str
    label_column: str
    encoding: str
    duplicates: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A file at the kernel that waits to become a data set."""

    upload: str
    file_name: str
    total_bytes: int
    received: int
    sha256: str = ""
    expires_ms: int = 0


@dataclass(frozen=True, slots=True)
class Database:
    """Where rows are read from; the password is used for one call and kept nowhere."""

    system: str
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    query: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text file is to be read; what is empty is found out."""

    encoding: str = ""
    delimiter: str = ""
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a staged file."""

    data_set: str
    name: str
    id_columns: tuple[str, ...] = ()
    label_column: str = ""
    duplicates: str = "refuse"
    leave_out: tuple[str, ...] = ()
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A file or folder that the operator has opened for imports."""

    path: str
    folder: bool
    bytes: int
