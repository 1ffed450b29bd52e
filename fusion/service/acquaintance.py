"""Nodes greet each other: so that each operator sees whether the other has confirmed, and which version runs there."""

import time
from dataclasses import dataclass
from typing import Protocol

from common import log
from common.errors import DeadlineExceeded, HanseError, Unavailable
from common.loops import Loop
from fusion.domain.errors import NotConfirmed
from fusion.domain.models import Failure, Partner
from fusion.domain.versions import OLDEST, VERSION, check_versions
from fusion.service.partners import Partners

_LOG = log.get(__name__)
_UNKNOWN_THERE = (
    "See that the partner's node runs, that its address is right (change it at the partner, where it is not), and that"
    " its operator has added this node: a node that does not know us, or has blocked us, lets no connection in."
)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a node says: its version, the oldest that it understands, and whether it has confirmed the other."""

    version: int
    oldest: int
    confirmed: bool


class Greeter(Protocol):
    """Brings a greeting to a partner's node."""

    def greet(self, partner: str, greeting: Greeting) -> Greeting:
        """Greet; the partner's own greeting comes back."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What a greeting brought; `problem` is None where alignments can be made."""

    reachable: bool
    confirmed_there: bool
    round_trip_ms: int
    version: int
    problem: Failure | None


class Acquaintance:
    """Greets partners: when asked to, and from time to time."""

    def __init__(self, own: str, partners: Partners, greeter: Greeter, every_s: float) -> None:
        self._own, self._partners, self._greeter, self._every_s = own, partners, greeter, every_s
        self._loop = Loop("greeting", self._greet_all)

    def start(self) -> None:
        """Greet all from now on."""
        self._loop.start()

    def close(self) -> None:
        """Greet no more."""
        self._loop.close(10)

    def _greet_all(self) -> float:
        for partner in self._partners.all():
            if self._loop.closing:
                break
            if not partner.blocked_ms:
                found = self.check(partner.node)
                if found.problem is not None:
                    _LOG.info("partner_not_ready", partner=partner.node, code=found.problem.code)
        return self._every_s

    def confirm(self, node: str, fingerprint: str) -> Partner:
        """Confirm a partner, and tell its node at once; one that is away hears of it later."""
        self._partners.confirm(node, fingerprint)
        self.check(node)
        return self._partners.get(node)

    def check(self, node: str) -> Checked:
        """Greet a partner over the very way that alignments take.

        Raises
        ------
        UnknownPartner, NotConfirmed
            There is none of this name, or it is blocked.
        """
        partner = self._partners.get(node)
        if partner.blocked_ms:
            raise NotConfirmed(f"{node} is blocked", hint="Unblock the partner first.")
        began = time.perf_counter()
        try:
            theirs = self._greeter.greet(node, Greeting(VERSION, OLDEST, bool(partner.confirmed_ms)))
        except HanseError as error:
            away = isinstance(error, Unavailable | DeadlineExceeded)
            told = Failure(error.code, error.detail, _UNKNOWN_THERE if away else error.hint, node)
            return Checked(not away, partner.confirmed_there, _since(began), partner.protocol_version, told)
        self._partners.heard(node, theirs.version, theirs.oldest, confirmed_there=theirs.confirmed)
        problem = self._problem(partner, theirs)
        return Checked(True, theirs.confirmed, _since(began), theirs.version, problem)  # noqa: FBT003 (it answered)

    def _problem(self, partner: Partner, theirs: Greeting) -> Failure | None:
        try:
            check_versions(self._own, partner.node, theirs.version, theirs.oldest)
            self._partners.confirmed(partner.node)
        except HanseError as error:
            return Failure(error.code, error.detail, error.hint)
        return None

    def greeted(self, partner: str, theirs: Greeting) -> Greeting:
        """Take a partner's greeting in, and answer it; raises VersionDiffers, which both sides then know."""
        self._partners.heard(partner, theirs.version, theirs.oldest, confirmed_there=theirs.confirmed)
        check_versions(self._own, partner, theirs.version, theirs.oldest)
        return Greeting(VERSION, OLDEST, bool(self._partners.get(partner).confirmed_ms))


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))
