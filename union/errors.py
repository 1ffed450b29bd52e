"""What can go wrong in the union beyond its ledger, each cause with its code (HAN-2nnn)."""

from __future__ import annotations

from common.errors import HanseError
from ledger.errors import LedgerMismatch


class NoSuchRecord(HanseError):
    """There is no record of this kind and id."""

    code = "HAN-2009"
    title = "The register has no such record"
    status = "NOT_FOUND"
    http = 404
    hint = "Check kind and id."


class FederationIncomplete(HanseError):
    """The union's home lacks a file."""

    code = "HAN-2024"
    title = "The union's home is not complete"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Run `python -m union init --home DIR` first."


class RegisterFull(HanseError):
    """Too many registrations wait for admission."""

    code = "HAN-2025"
    title = "Too many members wait for admission"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Ask the federation's governance to admit or remove those who wait."


class LedgerRolledBack(LedgerMismatch):
    """The ledger holds less, or something else, than it held before."""

    code = "HAN-2029"
    title = "The ledger was rolled back"
    hint = (
        "Ask the chain's operators what happened. If the chain is right as it is, stop the union and run "
        "`python -m union --config FILE --rebuild-index`; members refuse a head lower than they have seen."
    )


class IndexUnreachable(HanseError):
    """The read index's database does not answer."""

    code = "HAN-2030"
    title = "The union's read index cannot be reached"
    status = "UNAVAILABLE"
    http = 503
    hint = "Check that the database at `database_url` runs and that this machine may reach it; then try again."


class MoveDiffers(HanseError):
    """The new ledger does not hold what the old one holds."""

    code = "HAN-2031"
    title = "The two ledgers do not hold the same records"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Nothing was switched. If somebody wrote to the old ledger meanwhile, run the move again; if the new contract "
        "holds other records, remove move.json from the data folder first, so that a fresh one is made."
    )


class MoveUnfinished(HanseError):
    """A move was cut off while it switched from one ledger to the other."""

    code = "HAN-2032"
    title = "A move to another ledger was cut off"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Run `python -m union move` again with the same arguments: it goes on where it was cut off."


class ContractOutdated(HanseError):
    """The register stands on a contract of earlier rules."""

    code = "HAN-2035"
    title = "The register's contract is of an earlier version"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Stop every union of the federation and bring it to a contract of this version, on the same ledger or another: "
        "`python -m union move --config FILE --to URL` (or `--to embedded`). All records are kept."
    )


class MoveNotAgreed(HanseError):
    """Too few governors have signed the closing record."""

    code = "HAN-2036"
    title = "Governance has not agreed to the move yet"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Have the other governors sign the closing record, then run `python -m union move` again: it goes on."
