"""What a node or the contract answers instead of a result, in Hanse's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from eth_abi.abi import decode
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address
from requests.exceptions import RequestException
from web3.exceptions import ContractLogicError, TimeExhausted, Web3Exception

from ledger.contracts import load_artifact
from ledger.errors import (
    AlreadyVoted,
    BadSignature,
    ForeignRecord,
    LedgerRefused,
    LedgerUnreachable,
    NotAdmitted,
    NotGovernor,
    RecordInvalid,
    RegisterMoved,
    RegisterNotOpen,
    UnknownMember,
    WrongNonce,
)
from ledger.record import MemberStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.errors import HanseError

_CLASSES: dict[str, tuple[type[HanseError], str]] = {
    "UnknownKind": (RecordInvalid, "the register knows no records of kind {0}"),
    "BadId": (RecordInvalid, "a record id has 1 to 128 printable ASCII characters, without quote and backslash"),
    "BodyTooLarge": (RecordInvalid, "the body has {0} bytes; 16384 are allowed"),
    "BadAdmission": (RecordInvalid, "the body is not one of the decisions that governance can take, in canonical JSON"),
    "WrongNonce": (WrongNonce, "the owner's next nonce is {0}"),
    "BadSignature": (BadSignature, "the signature is not the owner's"),
    "HighS": (BadSignature, "the signature has a high s"),
    "ZeroOwner": (BadSignature, "the zero address owns nothing"),
    "ForeignOwner": (ForeignRecord, "the id belongs to another member"),
    "AddressTaken": (ForeignRecord, "the owner's address belongs to another member id already"),
    "UnknownMember": (UnknownMember, "the owner is no member, or the named member is not registered"),
    "WrongStatus": (NotAdmitted, "the member is {0}"),
    "NotGovernor": (NotGovernor, "the owner is no governor of this federation"),
    "AlreadyVoted": (AlreadyVoted, "this governor's signature is counted already"),
    "BadClosing": (RecordInvalid, "the body is no closing record of this generation, in canonical JSON"),
    "NotOpen": (RegisterNotOpen, "the contract takes copies only, from the account that created it"),
    "Closed": (RegisterMoved, "the register moved to contract {0} on chain {1}"),
}
_STATUS, _CLOSED = "WrongStatus", "Closed"
_UNREACHABLE = (RequestException, ConnectionError, TimeoutError, TimeExhausted)


@contextmanager
def named_errors(doing: str) -> Iterator[None]:
    """Turn what web3.py raises into the union's errors; `doing` says what went wrong where the node only refuses."""
    try:
        yield
    except ContractLogicError as revert:
        raise refusal(revert, doing) from revert
    except _UNREACHABLE as problem:
        raise LedgerUnreachable(f"the node does not answer: {problem}") from problem
    except Web3Exception as problem:
        raise LedgerRefused(f"{doing}: {problem}") from problem
    except ValueError as problem:  # no JSON
        raise LedgerUnreachable(f"the node does not answer as an EVM node: {problem}") from problem


def refusal(revert: ContractLogicError, doing: str) -> HanseError:
    """Return the error that the contract's answer means."""
    data = revert.data if isinstance(revert.data, str) else ""
    raw = bytes.fromhex(data.removeprefix("0x"))
    for entry in load_artifact().abi:
        if entry["type"] != "error" or entry["name"] not in _CLASSES:
            continue
        if raw[:4] != function_abi_to_4byte_selector(entry):  # type: ignore[arg-type]
            continue
        values = decode([item["type"] for item in entry["inputs"]], raw[4:])
        if entry["name"] == _STATUS:
            values = (MemberStatus.from_contract(values[0]) if values[0] else "unregistered",)
        if entry["name"] == _CLOSED:
            values = (to_checksum_address(values[0]), values[1])
        error, words = _CLASSES[entry["name"]]
        detail = words.format(*values)
        # The rules and the states of members are no secret among those who may call.
        return error(detail, public_detail=detail)
    return LedgerRefused(f"{doing}: the contract answers {data or revert}")
