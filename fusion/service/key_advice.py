"""Which step of a key rule would mend what looks amiss in a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fusion.domain.key_rule import KeyRule
from fusion.service.looks import Looks


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule that differs from the one at hand by one step, for one column and one warning."""

    warning: str
    column: str
    rule: KeyRule


def advice(warnings: Sequence[str], look: Looks, rule: KeyRule, place: int, column: str) -> list[Advice]:
    """Return what would mend the warnings of the column at a place of the rule, where a step does."""
    made: list[Advice] = []
    if "full_width" in warnings:
        made.append(Advice("full_width", column, rule.model_copy(update={"form": "NFKC"})))
    if "spaced_numbers" in warnings:
        made.append(Advice("spaced_numbers", column, cleaned(rule, place, keep="no_separators")))
    prefixes = look.prefixes() if "country_prefix" in warnings else ()
    if prefixes:
        keep = "no_separators" if "spaced_numbers" in warnings else rule.cleaning(place).keep
        made.append(Advice("country_prefix", column, cleaned(rule, place, keep=keep, prefixes=prefixes)))
    return made


def cleaned(rule: KeyRule, place: int, **steps: Any) -> KeyRule:
    """Return a rule in which the column at a place is cleaned by other steps, too."""
    clean = [rule.cleaning(other).model_dump() for other in range(rule.columns)]
    clean[place] |= steps
    return KeyRule(**(rule.model_dump() | {"clean": clean}))
