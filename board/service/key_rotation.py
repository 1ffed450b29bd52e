"""The member's own signing, stream and TLS keys: what they are, since when, and new ones in their place.

The running board and gateway read their keys once, when they start. From the moment that a rotation stands on the
ledger, others refuse what these two still sign with the old keys, until they are restarted. That does no harm which
the restart does not mend: the union refuses the old keys too, so nobody can put them back on the ledger meanwhile.
"""

import base64
import hashlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

from board.domain.errors import RestartWaits
from board.service.audit import Audit
from board.service.ports import Union
from common import rotation
from common.errors import Conflict, HanseError, NotFound
from common.identity import Identity, load_member, load_tls
from common.keys import CallerKeys
from common.rpc.errors import BadSignatureError

log = structlog.get_logger()


class State(StrEnum):
    """How a member's keys stand."""

    IN_USE = "in_use"
    INTERRUPTED = "interrupted"  # a rotation has begun; the next one goes on with its keys
    RESTART = "restart"  # the running processes still have the keys before


@dataclass(frozen=True, slots=True)
class Keys:
    """Fingerprints of the keys on the disk: SHA-256, hexadecimal, of the raw public keys and the DER certificate."""

    signing: str
    stream: str
    tls: str
    since_ms: int  # when they came on the ledger; 0: the union does not say
    state: State


class KeyRotation:
    """Tells of the member's keys and rotates them, for the page as for the command.

    Parameters
    ----------
    home
        The member's home.
    passphrase
        Returns what the key files are encrypted under, or None.
    dial
        Opens the union for as long as it is needed, speaking under the given identity.
    audit
        Keeps who rotated.
    """

    def __init__(
        self,
        home: Path,
        passphrase: Callable[[], str | None],
        dial: Callable[[Identity], AbstractContextManager[Union]],
        audit: Audit,
    ) -> None:
        self._home, self._passphrase, self._dial, self._audit = home, passphrase, dial, audit
        self._running = self._on_disk()
        self._rotating = threading.Lock()

    def show(self) -> Keys:
        """Return the keys' fingerprints and how they stand."""
        public, cert = on_disk = self._on_disk()
        if rotation.unfinished(self._home):
            state = State.INTERRUPTED
        else:
            state = State.IN_USE if on_disk == self._running else State.RESTART
        signing, stream, tls = (hashlib.sha256(key).hexdigest() for key in (public.signing, public.stream, cert))
        return Keys(signing, stream, tls, self._since(_fields(public, cert)), state)

    def rotate(self, by: str) -> tuple[str, Path]:
        """Give the member new keys; return the ledger's transaction and the folder of the old ones.

        Asked again after a crash it goes on. `by` is the account; "" for the operator's command.

        Raises
        ------
        RestartWaits
            The running processes have not taken the last rotation's keys yet.
        NotFound
            The member has not registered yet: then there is nothing to rotate.
        Conflict
            The key files cannot be written.
        """
        with self._rotating:
            if not rotation.unfinished(self._home) and self._on_disk() != self._running:
                raise RestartWaits("the board still runs with the keys before the last rotation")
            try:
                prepared = rotation.prepare(self._home, self._passphrase())
                try:
                    transaction = self._announce(self._present(), prepared)
                except BadSignatureError:  # the ledger has the new keys already: a crash came between
                    transaction = self._announce(prepared.identity, prepared)
                kept = rotation.finish(self._home)
            except OSError as problem:
                raise Conflict(
                    f"the key files cannot be written: {problem.strerror}",
                    hint="Let the board's process write in the member's identity folder, then rotate again.",
                ) from problem
            self._audit.note(by, "keys_rotated", prepared.identity.id, transaction)
            return transaction, kept

    def _announce(self, speaker: Identity, prepared: rotation.Prepared) -> str:
        """Put a record with the new keys on the ledger, all else as it was; return the transaction."""
        member = speaker.id
        with self._dial(speaker) as union:
            entry = union.entry("member", member)
            if entry is None:
                raise NotFound(
                    f"{member} stands on no ledger yet", hint="Register first; new keys are for known members."
                )
            keys = _fields(prepared.identity.public, prepared.tls_cert_der)
            if entry.body.items() >= keys.items():
                return entry.transaction  # announced before a crash
            return union.submit("member", member, {**entry.body, **keys}).transaction

    def _since(self, keys: dict[str, str]) -> int:
        """Return when the first of the newest records that all name these keys was made; 0: not known."""
        since, after = 0, 0
        present = self._present()
        try:
            with self._dial(present) as union:
                while True:
                    page = union.entries("member", after=after, member=present.id)
                    for entry in page.entries:
                        since = (since or entry.time_ms) if entry.body.items() >= keys.items() else 0
                    after = page.next_after
                    if not after:
                        return since
        except HanseError as error:
            log.info("union_away", code=error.code)
            return 0

    def _present(self) -> Identity:
        return load_member(self._home, self._passphrase())

    def _on_disk(self) -> tuple[CallerKeys, bytes]:
        return self._present().public, load_tls(self._home, self._passphrase()).cert_der


def _fields(public: CallerKeys, cert: bytes) -> dict[str, str]:
    """Spell the keys as a member's record does."""
    return {
        "signing_key": public.signing.hex(),
        "stream_key": public.stream.hex(),
        "tls_cert": base64.b64encode(cert).decode(),
    }
