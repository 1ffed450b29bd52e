"""Picks a protocol for an alignment, says why, and foretells seconds and bytes.

The usual protocol stays unless another saves so much that its further assumption is worth it: a choice that people
can follow. Blind signatures are never picked: whoever wants them names them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from kernel.protocol.psi import protocols
from kernel.protocol.psi.effort import Link, Machine
from kernel.protocol.psi.port import Psi, Terms

USUAL = "curve25519"
_WORTH_S, _WORTH_SHARE = 5.0, 0.5  # what another one must save: so many seconds, and such a share of the usual's
_BITS = 8
_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Plan:
    """A protocol with what it is foretold to take.

    Parameters
    ----------
    seconds
        Wall-clock, from acceptance to the result, when nothing else uses cores and way.
    n_bytes
        Payloads of both sides.
    why
        A sentence: why this one, or for `others`, why not.
    others
        The family's other members; seconds and n_bytes are 0 where one cannot be agreed on.
    """

    protocol: str
    seconds: float
    n_bytes: int
    why: str
    others: tuple["Plan", ...] = ()


def plan(
    terms: Terms,
    sender: Machine,
    receiver: Machine,
    link: Link,
    allowed: Collection[str] | None = None,
    around_s: float = 0.0,
) -> Plan:
    """Pick among the allowed protocols, or all.

    Parameters
    ----------
    around_s
        Seconds that whoever runs the protocol takes around it, whichever it is.

    Raises
    ------
    ValueError
        None of them can be agreed on for what is to be learned.
    """
    known = {name: psi for name, psi in protocols().items() if allowed is None or name in allowed}
    told = {
        name: (around_s + foretold(psi, terms, sender, receiver, link), psi.n_bytes(terms))
        for name, psi in known.items()
        if terms.learns in psi.learns
    }
    automatic = [name for name in told if known[name].automatic] or list(told)
    if not automatic:
        raise ValueError(f"no allowed protocol can be agreed on for {terms.learns.value!r}")
    fastest = min(automatic, key=lambda name: (told[name][0], name))
    usual = USUAL if USUAL in automatic else fastest
    saved = told[usual][0] - told[fastest][0]
    worth = saved >= _WORTH_S and saved >= _WORTH_SHARE * told[usual][0]
    chosen = fastest if worth else usual
    if worth:
        why = f"{in_words(told[fastest][0])} in place of {in_words(told[usual][0])} with {usual}."
    elif usual == fastest:
        why = "The fastest for these sizes."
    else:
        why = f"The usual one; {fastest} would save {in_words(saved)} only."
    others = tuple(
        Plan(name, *told.get(name, (0.0, 0)), _why_not(psi, terms, told, chosen))
        for name, psi in sorted(known.items())
        if name != chosen
    )
    return Plan(chosen, *told[chosen], why=why, others=others)


def foretold(psi: Psi, terms: Terms, sender: Machine, receiver: Machine, link: Link) -> float:
    """Foretell a protocol's seconds: work, the way's seconds, and its round trips."""
    effort = psi.effort(terms, sender, receiver)
    way = _BITS * psi.n_bytes(terms) / link.bits_per_s
    work = effort.seconds(sender, receiver)
    moving = max(work, way) if effort.at_once else work + way
    return moving + effort.round_trips * link.round_trip_s


def in_words(seconds: float) -> str:
    """Say a time as people do."""
    if seconds < 1:
        return "less than a second"
    for size, name in ((_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def _why_not(psi: Psi, terms: Terms, told: dict[str, tuple[float, int]], chosen: str) -> str:
    if psi.name not in told:
        return f"It cannot be agreed on for {terms.learns.value!r}."
    if not psi.automatic:
        return "Blind signatures are there by name only."
    longer = told[psi.name][0] - told[chosen][0]
    if longer > 0:
        return f"It takes {in_words(longer)} longer."
    return f"It saves {in_words(-longer)} only, which is not worth a further assumption."
