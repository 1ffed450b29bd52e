"""What the contract refuses and what a ledger's node can get wrong, each cause with its code (HAN-2nnn)."""

from __future__ import annotations

from common.errors import HanseError


class RecordInvalid(HanseError):
    """A record's body or id does not follow the rules of its kind."""

    code = "HAN-2001"
    title = "The record is not valid"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Correct the named field; docs/reference/records.md lists the fields of each kind."


class BadSignature(HanseError):
    """The owner's signature does not fit the record."""

    code = "HAN-2002"
    title = "The owner's signature does not fit the record"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Sign the record as it is sent (EIP-712, low s) with the key of `owner` and this federation's salt."


class WrongNonce(HanseError):
    """The owner's nonce has been used, or one is missing before it."""

    code = "HAN-2003"
    title = "The record's nonce is not the owner's next"
    status = "ABORTED"
    http = 409
    hint = "Ask NextNonce for the owner's next nonce, sign again, and send records of one owner one after the other."


class ForeignRecord(HanseError):
    """The id, or the address, belongs to another member."""

    code = "HAN-2004"
    title = "This id belongs to another owner"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Choose another id, or sign with the key of the owner that used it first."


class NotAdmitted(HanseError):
    """The member may not write this in its present status."""

    code = "HAN-2005"
    title = "The member's status does not allow this"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "The federation's governance has to admit the member first: `python -m union admit MEMBER`."


class UnknownMember(HanseError):
    """There is no such member."""

    code = "HAN-2006"
    title = "The federation has no such member"
    status = "NOT_FOUND"
    http = 404
    hint = "Register the member first (a record of kind MEMBER)."


class NotGovernor(HanseError):
    """The signature is not a governor's."""

    code = "HAN-2007"
    title = "Only the federation's governance may do this"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Sign with a governance key of this federation."


class AlreadyVoted(HanseError):
    """The governor has signed this decision before."""

    code = "HAN-2008"
    title = "This governor has already signed this decision"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Other governors have to sign until the threshold is reached."


class LedgerInUse(HanseError):
    """The embedded ledger's file is open elsewhere."""

    code = "HAN-2020"
    title = "The union's data folder is open in another process"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Another union runs on this data folder: stop it, or give this one a folder of its own."


class LedgerRefused(HanseError):
    """The ledger's node refused a transaction."""

    code = "HAN-2021"
    title = "The ledger refused the transaction"
    status = "INTERNAL"
    http = 500
    hint = "Look at the union's log, and at the node's."


class LedgerUnreachable(HanseError):
    """The ledger's node does not answer."""

    code = "HAN-2022"
    title = "The ledger cannot be reached"
    status = "UNAVAILABLE"
    http = 503
    hint = "Check that the node at `ledger_url` runs and that this machine may reach it; then try again."


class LedgerMismatch(HanseError):
    """The ledger does not hold what this union remembers."""

    code = "HAN-2023"
    title = "The ledger is not the one this union knows"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Restore the ledger's data, or remove the union's data folder to begin a new register."


class WrongChain(HanseError):
    """The node belongs to another chain than the register's."""

    code = "HAN-2026"
    title = "The ledger's node belongs to another chain"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Set `ledger_url` to a node of the register's chain; to change the chain, run `python -m union move`."


class RelayUnfunded(HanseError):
    """The account that relays transactions has no gas money."""

    code = "HAN-2027"
    title = "The relaying account cannot pay for gas"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Fund it: send gas money to the named account. FISCO BCOS from 3.16.4 wants a balance above 0 even where gas "
        "is free."
    )


class ForeignContract(HanseError):
    """The contract was made for another federation."""

    code = "HAN-2028"
    title = "The contract belongs to another federation"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Correct `contract` in the settings; the federation's salt and governors stand in <home>/federation.json."


class RegisterMoved(HanseError):
    """The contract is closed: the federation went to another one."""

    code = "HAN-2033"
    title = "The federation's register has moved"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Ask a union on the new ledger for its card (`python -m union card`). Then, for this one: "
        "`python -m union join --home HOME --card CARD`, set `ledger_url` to a node of that chain, and start again."
    )


class RegisterNotOpen(HanseError):
    """A move is writing this contract; governance has not opened it yet."""

    code = "HAN-2034"
    title = "The federation has not moved to this register yet"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Wait until the move is complete (`python -m union move` says so), or use the register it comes from."
