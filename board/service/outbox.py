"""Tells other members' boards what they should know, until they do: calls wait in the database over restarts."""

import structlog
from google.protobuf.message import Message

from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Gateway
from board.store.base import Letter, OutboxStore
from board.store.letters import Outgoing
from common.errors import DeadlineExceeded, HanseError, Unavailable
from common.loops import Loop

log = structlog.get_logger()
SERVICE = "/hanse.board.v1.BoardPeerService/"
_FIRST_MS, _LONGEST_MS = 500, 30_000
_LOOK_S = 0.5
_REFUSALS = 3
_GIVE_UP_MS = 7 * 24 * 3600 * 1000
_TRANSPORT = (Unavailable.code, DeadlineExceeded.code)


def outgoing(member: str, method: str, request: Message) -> Outgoing:
    """Return a call as it is kept."""
    return Outgoing(member, f"{SERVICE}{method}", request.SerializeToString(deterministic=True), now_ms())


class Outbox:
    """Delivers calls in order for each member."""

    def __init__(self, store: OutboxStore, gateway: Gateway, audit: Audit) -> None:
        self._store, self._gateway, self._audit = store, gateway, audit
        self._loop = Loop("outbox", lambda: 0.0 if self.deliver_due() else _LOOK_S)

    def put(self, member: str, method: str, request: Message) -> None:
        """Keep a call and try it at once."""
        letter = outgoing(member, method, request)
        self._store.put(letter.member, letter.method, letter.request, letter.at_ms)
        self.ring()

    def ring(self) -> None:
        """Look at once for calls that were kept together with what they tell of."""
        self._loop.ring()

    def waiting(self) -> list[Letter]:
        """Return what has not been delivered."""
        return self._store.waiting()

    def start(self) -> None:
        """Begin to deliver."""
        self._loop.start()

    def close(self) -> None:
        """Stop; what is left goes on at the next start."""
        self._loop.close()

    def deliver_due(self) -> int:
        """Try every member's oldest call whose time has come; returns how many arrived."""
        arrived = 0
        for letter in self._store.due(now_ms()):
            try:
                self._gateway.call(letter.member, letter.method, letter.request)
            except HanseError as error:
                self._again(letter, error)
            else:
                self._store.delivered(letter.id)
                arrived += 1
        return arrived

    def _again(self, letter: Letter, error: HanseError) -> None:
        log.info("delivery_later", member=letter.member, method=letter.method, code=error.code)
        if now_ms() - letter.created_ms > _GIVE_UP_MS:
            self._store.delivered(letter.id)
            self._audit.note("", "delivery_given_up", letter.member, f"{letter.method}: {error}")
            return
        again_ms = now_ms() + min(_LONGEST_MS, _FIRST_MS << min(letter.attempts, 10))
        if error.code in _TRANSPORT or letter.attempts < _REFUSALS:
            self._store.later(letter.id, again_ms, str(error))
        else:
            # It was refused, not lost: perhaps another member's word has to arrive there first.
            self._store.to_the_end(letter, again_ms, str(error))
