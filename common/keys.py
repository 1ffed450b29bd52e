"""Public keys of callers, and the port through which the RPC layer finds them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.errors import HanseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class CallerKeys:
    """What is known of a caller: Ed25519 and X25519 public keys (32 raw bytes each) and its standing.

    `tls_cert` is the DER certificate that a member pins for it, empty when none is known.
    """

    signing: bytes
    stream: bytes
    blacklisted: bool = False
    frozen: bool = False
    tls_cert: bytes = b""


class KeyDirectory(Protocol):
    """Finds the keys of a caller by its id."""

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys, or None for an unknown caller."""
        ...


class TrustFileError(HanseError):
    """The trust file is missing or damaged."""

    code = "HAN-1024"
    title = "The member's trust file cannot be used"
    status = "FAILED_PRECONDITION"
    hint = "Restore <home>/identity/trust.json from a backup, or make the member's identity anew."


def read_trust(path: Path) -> dict[str, CallerKeys]:
    """Read ``{caller id: {"signing": hex, "stream": hex}}``."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return {
            caller: CallerKeys(bytes.fromhex(keys["signing"]), bytes.fromhex(keys["stream"]))
            for caller, keys in content.items()
        }
    except OSError as problem:
        raise TrustFileError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise TrustFileError(f"{path} is damaged: {problem}") from problem


class TrustFile:
    """A `KeyDirectory` over a trust file; it notices when the file is replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._version = (0, 0)
        self._keys: dict[str, CallerKeys] = {}
        self.find("")

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys, or None for an unknown caller."""
        try:
            status = self._path.stat()
        except OSError as problem:
            raise TrustFileError(f"{self._path} cannot be read: {problem.strerror}") from problem
        with self._lock:
            # The inode changes with each atomic replacement, even within one tick of the clock.
            version = (status.st_mtime_ns, status.st_ino)
            if version != self._version:
                self._keys = read_trust(self._path)
                self._version = version
            return self._keys.get(caller_id)


class FixedKeys:
    """A `KeyDirectory` over a mapping that never changes."""

    def __init__(self, keys: dict[str, CallerKeys]) -> None:
        self._keys = dict(keys)

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys, or None for an unknown caller."""
        return self._keys.get(caller_id)


class FirstOf:
    """Asks several directories in turn; the first that knows the caller answers."""

    def __init__(self, directories: Sequence[KeyDirectory]) -> None:
        self._directories = tuple(directories)

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys, or None for an unknown caller."""
        for directory in self._directories:
            keys = directory.find(caller_id)
            if keys is not None:
                return keys
        return None
