"""What the use cases need of the member's other services and of the federation, one file a service."""

from board.service.ports.data import Database, FolderEntry, Order, Reading, Staged, Upload
from board.service.ports.flow import Flow
from board.service.ports.gateway import AnswerT, Gateway, Reached, TaskBytes
from board.service.ports.kernel import Kernel, LogPage, LogSearch
from board.service.ports.services import Identity, Services
from board.service.ports.serving import Serving
from board.service.ports.union import Federation, LedgerEntry, Page, SignedEntry, Union

__all__ = [
    "AnswerT",
    "Database",
    "Federation",
    "Flow",
    "FolderEntry",
    "Gateway",
    "Identity",
    "Kernel",
    "LedgerEntry",
    "LogPage",
    "LogSearch",
    "Order",
    "Page",
    "Reached",
    "Reading",
    "Services",
    "Serving",
    "SignedEntry",
    "Staged",
    "TaskBytes",
    "Union",
    "Upload",
]
