"""Everything that a registry contract holds, read from a node or from an embedded ledger's file."""

import re
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eth_utils.crypto import keccak

from common.errors import HanseError
from hanse.audit.errors import LedgerIncomplete, NoLedger
from ledger.bodies import parse_body, speaker
from ledger.errors import RecordInvalid
from ledger.federation import Governance
from ledger.json_rpc import JsonRpcNode
from ledger.ports import Node
from ledger.record import Kind, Posted
from ledger.refusals import named_errors
from ledger.registry import Registry

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_FILE = "file:"
# FISCO BCOS answers for ten blocks only, and does not say that it left out the others; the count tells.
_PAGES = (2000, 10)
_MILLISECONDS = 10**11


@dataclass(frozen=True)
class Register:
    """What stands on the ledger, complete from the first record to the last."""

    governance: Governance
    records: dict[int, Posted]  # by sequence
    generation: int = 1  # of the contract

    @cached_property
    def copied(self) -> int:
        """The sequence of the last record that a move has copied here: the one that opened this contract."""
        opening = str(self.generation - 1)
        return max((p.sequence for p in self.valid if _closes(p, opening)), default=0)

    @cached_property
    def valid(self) -> list[Posted]:
        """Those that the federation's unions show: the rules of their kind hold, and nobody speaks for another."""
        return [posted for posted in self.records.values() if _is_valid(posted)]

    def of(self, member: str) -> list[Posted]:
        """Return the valid records of a member and the decisions about it, in order."""
        name = keccak(member.encode())
        return [posted for posted in self.valid if posted.member_hash == name]


def read_register(ledger: str, contract: str) -> Register:
    """Read a contract's whole history.

    Parameters
    ----------
    ledger : str
        JSON-RPC URL, or file:PATH of an embedded ledger (its file is copied first, so that its union may run).
    contract : str
        The registry contract's address.

    Raises
    ------
    NoLedger, LedgerIncomplete, HanseError
        There is no such ledger; the node hides records; the union's own errors.
    """
    if not _ADDRESS.fullmatch(contract):
        raise NoLedger(f"{contract!r} is no address: 0x and 40 hexadecimal digits")
    with _nodes(ledger) as (first, *others):
        for node in (first, *others):
            registry = Registry(node, contract)
            head = registry.head()
            pages = registry.read(0, head.block)
            found = [posted for _, page in pages for posted in page if posted.sequence <= head.sequence]
            if [posted.sequence for posted in found] == list(range(1, head.sequence + 1)):
                records = {posted.sequence: posted for posted in found}
                return Register(registry.governance(), records, registry.generation)
    raise LedgerIncomplete(f"the contract counts {head.sequence} records, the node shows {len(found)}")


@contextmanager
def _nodes(ledger: str) -> Iterator[list[Node]]:
    if ledger.startswith(_FILE):
        with tempfile.TemporaryDirectory() as folder, _embedded(Path(ledger.removeprefix(_FILE)), Path(folder)) as node:
            yield [node]
        return
    if not ledger.startswith(("http://", "https://")):
        raise NoLedger(f"{ledger!r} is neither a URL nor file:PATH")
    # Nothing is sent, so the account is one that nobody has.
    nobody = secrets.token_hex(32)
    with named_errors("the node does not tell its newest block"):
        block = JsonRpcNode(ledger, nobody).web3.eth.get_block("latest")
    unit = 1 if int(block["timestamp"]) > _MILLISECONDS else 1000
    yield [JsonRpcNode(ledger, nobody, page_blocks=blocks, timestamp_unit_ms=unit) for blocks in _PAGES]


@contextmanager
def _embedded(path: Path, folder: Path) -> Iterator[Node]:
    # py-evm takes a second to load, which only files need.
    from ledger.embedded import EmbeddedNode

    copy = folder / "ledger.db"
    try:
        with (
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True) as source,
            sqlite3.connect(copy) as target,
        ):
            source.backup(target)
        source.close()
        target.close()
        node = EmbeddedNode(copy, secrets.token_hex(32))
    except (sqlite3.Error, OSError) as problem:
        raise NoLedger(f"{path} is no embedded ledger: {problem}") from problem
    try:
        yield node
    finally:
        node.close()


def _closes(posted: Posted, generation: str) -> bool:
    return (posted.record.kind, posted.record.record_id) == (Kind.CLOSING, generation)


def _is_valid(posted: Posted) -> bool:
    try:
        body = parse_body(posted.record)
    except (RecordInvalid, HanseError):
        return False
    named = speaker(body)  # nobody: governance's own word
    expected = keccak(named.encode()) if named else bytes(len(posted.member_hash))
    return posted.record.kind == Kind.ADMISSION or expected == posted.member_hash
