"""Sums of a value over the common ids: what both sides fix beforehand, and how values and totals are written."""

import re
from decimal import Decimal

from fusion.domain.errors import BadValue

#: Fewest common ids whose sum is told: the sum over one id is its value.
AT_LEAST = 10
MOST_DECIMALS = 6
VALUE_BITS = 47
#: What people read where a sum is asked for again.
REPEATED = (
    "each run tells a sum, and the difference of two sums over sets that differ in a few ids is the sum over these: "
    "repeat it only with whom you would tell the values of single ids"
)
_NUMBER = re.compile(r"[+-]?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,3})?")


def told_before(partner: str) -> str:
    """Say what a further sum with the same partner may tell."""
    return (
        f"a sum was told between this node and {partner} before: if the sets differ in a few ids since then, the "
        "difference of the two sums is the sum over these"
    )


def scaled(text: str, decimals: int, row: int) -> int:
    """Read a row's value exactly, as a whole number of its last decimal's units.

    Raises
    ------
    BadValue
        What is wrong with it, without the value.
    """
    if not _NUMBER.fullmatch(text):
        raise BadValue(f"row {row} is not a number as 1234.5")
    over, under = Decimal(text).as_integer_ratio()
    more: int = 10**decimals
    whole, rest = divmod(over * more, under)
    if rest:
        raise BadValue(f"row {row} has more than {decimals} decimals")
    if abs(whole) >> VALUE_BITS:
        most = written(1 << VALUE_BITS, decimals)
        raise BadValue(f"row {row} has a value of {most} or more, too large to be added")
    return whole


def written(total: int, decimals: int) -> str:
    """Write a whole number of the last decimal's units as a decimal text."""
    sign, digits = "-" if total < 0 else "", f"{abs(total):0{decimals + 1}d}"
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
