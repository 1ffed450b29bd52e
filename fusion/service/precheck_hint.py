"""What change of the key rule would make the ids of both sides look alike; from shapes, nothing of ours leaves."""

import itertools
from collections.abc import Callable, Sequence

from fusion.domain.key_rule import KeyRule
from fusion.domain.shapes import Shapes, in_common
from fusion.service.key_advice import cleaned

_ENOUGH = 0.5
_PREFIXES = ("+86", "0086", "+1", "+44", "+49", "+81", "+852", "+886")  # tried; the partner chooses what is dropped
_GROUPS = {8: (4, 4), 10: (3, 3, 4), 11: (3, 4, 4)}  # as people part the digits of telephone numbers
_BEFORE = ("", "+99", "+99 ", "+99-", "99", "0099", "0099 ", "+9 ", "+9-", "+9", "+999", "+999 ")
_WITHIN = ("", " ", "-", ".")

Sampled = Callable[[KeyRule], list[str]]


def hint(rule: KeyRule, sampled: Sampled, theirs: Shapes, salt: bytes) -> str:
    """Say what the partner might change in the rule; empty: nothing that is known here would help.

    Parameters
    ----------
    sampled
        Makes the ids of the same rows of ours by another rule.
    """
    for other, sentence in _candidates(rule):
        share = in_common(sampled(other), theirs, salt)
        if share >= _ENOUGH:
            return sentence(round(100 * share))
    if not rule.clean and in_common_dressed(sampled(rule), theirs, salt):
        return (
            "Ask the partner to propose again with a key rule that drops spaces, hyphens, dots and brackets, or the"
            " country prefix: their ids seem to be written with these, ours are not."
        )
    return ""


def _candidates(rule: KeyRule) -> list[tuple[KeyRule, Callable[[int], str]]]:
    wide = rule.model_copy(update={"form": "NFKC"})
    if rule.clean:
        return [(wide, _plain)]
    return [(wide, _plain), (_everywhere(wide), _bare), (_everywhere(wide, _PREFIXES), _without_prefix)]


def _plain(percent: int) -> str:
    return (
        "Ask the partner to propose again with a key rule that makes full-width letters and digits plain (NFKC):"
        f" {percent} % of a sample of our ids look like theirs then."
    )


def _bare(percent: int) -> str:
    return (
        "Ask the partner to propose again with a key rule that drops spaces, hyphens, dots and brackets:"
        f" {percent} % of a sample of our ids look like theirs then."
    )


def _without_prefix(percent: int) -> str:
    return (
        "Ask the partner to propose again with a key rule that drops spaces, hyphens, dots and brackets, and the"
        f" country prefix: {percent} % of a sample of our ids look like theirs then."
    )


def _everywhere(rule: KeyRule, prefixes: Sequence[str] = ()) -> KeyRule:
    for place in range(rule.columns):
        rule = cleaned(rule, place, keep="no_separators", prefixes=prefixes)
    return rule


def in_common_dressed(ours: Sequence[str], theirs: Shapes, salt: bytes) -> bool:
    """Whether plain numbers of ours look like the partner's once they are written as people write such numbers."""
    ways = itertools.product(_BEFORE, _WITHIN)
    return any(
        in_common([_dressed(text, before, within) for text in ours], theirs, salt) >= _ENOUGH
        for before, within in ways
        if before or within
    )


def _dressed(text: str, before: str, within: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        return text
    cuts = list(itertools.accumulate(_GROUPS.get(len(text), (len(text),)), initial=0))
    return before + within.join(text[start:end] for start, end in itertools.pairwise(cuts))
