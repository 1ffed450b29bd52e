"""What keeps an audit from being made; what an audit finds is no error."""

from common.errors import HanseError


class LedgerIncomplete(HanseError):
    """The node shows fewer records than the contract counts."""

    code = "HAN-9010"
    title = "The ledger's node does not show every record"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask another node of the same chain; a node that keeps no old logs cannot prove anything."


class NoLedger(HanseError):
    """There is no registry to compare with."""

    code = "HAN-9011"
    title = "The ledger cannot be read"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Give --ledger http://NODE:PORT, or file:PATH of an embedded ledger, and --contract 0x…"
