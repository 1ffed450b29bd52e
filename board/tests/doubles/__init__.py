"""The member's other services and the federation, in memory, as the board's ports see them; one file a port."""

from board.tests.doubles.flow import MemoryFlow
from board.tests.doubles.gateway import MemoryGateway
from board.tests.doubles.kernel import CATALOGUE, MemoryKernel
from board.tests.doubles.serving import MemoryServing
from board.tests.doubles.token import MemoryToken
from board.tests.doubles.union import Ledger, MemoryUnion

__all__ = [
    "CATALOGUE",
    "Ledger",
    "MemoryFlow",
    "MemoryGateway",
    "MemoryKernel",
    "MemoryServing",
    "MemoryToken",
    "MemoryUnion",
]
