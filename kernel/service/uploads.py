"""Files that wait to become data sets: they arrive in pieces, over cut connections and restarts, in bounded memory."""

import hashlib
import hmac
import os
import shutil
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import canonical
from common.errors import Conflict, HanseError, InvalidInput, NotFound
from kernel.store.layout import Layout, write_whole

_BLOCK = 1 << 20
_DAY_MS = 24 * 3600 * 1000
_KEPT_MS = 3 * _DAY_MS


class OffsetConflict(HanseError):
    """A piece does not follow on what has arrived."""

    code = "HAN-4210"
    title = "The piece does not follow on what has arrived"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask how much has arrived and go on from there."


class ChecksumWrong(HanseError):
    """What arrived is not what was sent."""

    code = "HAN-4211"
    title = "The checksum does not fit"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Send this piece again. If the whole file's checksum does not fit, the file has changed: begin anew."


class UploadQuota(HanseError):
    """The uploads that wait take too much room."""

    code = "HAN-4212"
    title = "No room for another upload"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Finish or delete an upload that waits, or ask the operator to raise upload_quota_bytes."


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is; `source` is set when the file lies in a folder of the operator and is not copied."""

    upload: str
    file_name: str
    total_bytes: int
    received: int
    sha256: str
    expires_ms: int
    source: str = ""
    types: Mapping[str, str] | None = None  # of the columns, when the source tells them

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return self.received == self.total_bytes


class Uploads:
    """The uploads of one kernel.

    Parameters
    ----------
    most_bytes
        Limit of one file.
    quota_bytes
        Limit of all that wait together.
    """

    def __init__(self, layout: Layout, most_bytes: int, quota_bytes: int) -> None:
        self._root, self._most_bytes, self._quota_bytes = layout.root / "uploads", most_bytes, quota_bytes
        self._layout, self._lock = layout, threading.Lock()
        self.expire()

    def begin(self, upload: str, file_name: str, total_bytes: int, sha256: str = "") -> Upload:
        """Make room for a file; the same id again goes on with what is there."""
        with self._lock:
            self.expire()
            folder = self._layout.upload(upload)
            if folder.exists():
                return self.get(upload)
            if not 0 < total_bytes <= self._most_bytes:
                raise InvalidInput(f"the file has {total_bytes} bytes, the limit is {self._most_bytes}")
            waiting = self._waiting()
            if waiting + total_bytes > self._quota_bytes:
                raise UploadQuota(f"{waiting} bytes wait; with {total_bytes} more the quota is exceeded")
            self._keep(upload, {"file_name": file_name, "total_bytes": total_bytes, "wanted": sha256.lower()})
            (folder / "content").touch(0o600)
        return self.get(upload)

    def put(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Upload:
        """Take a piece; of one that is cut off, what arrived stays when no checksum was given with it.

        Raises
        ------
        OffsetConflict, ChecksumWrong
        """
        with self._lock:
            known = self.get(upload)
            if known.source or offset != known.received:
                raise OffsetConflict(f"{known.received} bytes have arrived, the piece starts at {offset}")
            digest, end = hashlib.sha256(), offset
            path = self._layout.upload(upload) / "content"
            whole = False
            try:
                with path.open("r+b") as stream:
                    stream.seek(offset)
                    for chunk in chunks:
                        end += len(chunk)
                        if end > known.total_bytes:
                            raise InvalidInput("more bytes arrived than were announced")
                        digest.update(chunk)
                        stream.write(chunk)
                    whole = True
            finally:
                if not whole and (sha256 or end > known.total_bytes):
                    os.truncate(path, offset)
            if sha256 and not hmac.compare_digest(digest.hexdigest(), sha256.lower()):
                os.truncate(path, offset)
                raise ChecksumWrong(f"the piece at {offset} is not what its checksum says")
            if end == known.total_bytes:
                self._finish(upload, path)
        return self.get(upload)

    def stage(self, upload: str, path: Path) -> Upload:
        """Let a file in a folder of the operator's wait where it lies."""
        size = path.stat().st_size
        if not 0 < size <= self._most_bytes:
            raise InvalidInput(f"the file has {size} bytes, the limit is {self._most_bytes}")
        self._keep(upload, {"file_name": path.name, "total_bytes": size, "wanted": "", "source": str(path)})
        return self.get(upload)

    def keep_rows(self, upload: str, name: str, chunks: Iterable[bytes], types: Mapping[str, str]) -> Upload:
        """Keep what a query gives; `types` is read when all chunks have come."""
        path = self._layout.upload(upload) / "content"
        with self._lock:
            self.expire()
            # How much will come is not known: it may take what is left, and nobody else gets that meanwhile.
            room = min(self._most_bytes, self._quota_bytes - self._waiting())
            if room <= 0:
                raise UploadQuota("what waits takes all the room there is")
            self._keep(upload, {"file_name": name, "total_bytes": room, "wanted": ""})
            path.touch(0o600, exist_ok=False)
        try:
            received = self._write(path, chunks, room)
        except BaseException:  # whatever ends the reading, its file and its room must not stay; raised again
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        self._keep(upload, {"file_name": name, "total_bytes": received, "wanted": "", "types": dict(types)})
        self._finish(upload, path)
        return self.get(upload)

    def get(self, upload: str) -> Upload:
        """Return how far an upload is; raises NotFound."""
        folder = self._layout.upload(upload)
        try:
            about: dict[str, Any] = canonical.loads((folder / "about.json").read_bytes())
            received = about["total_bytes"] if about.get("source") else (folder / "content").stat().st_size
            changed = (folder / "about.json" if about.get("source") else folder / "content").stat().st_mtime
        except FileNotFoundError:
            raise NotFound(f"there is no upload {upload}; perhaps its time has passed") from None
        return Upload(
            upload,
            about["file_name"],
            about["total_bytes"],
            received,
            about.get("sha256", ""),
            int(changed * 1000) + _KEPT_MS,
            about.get("source", ""),
            about.get("types"),
        )

    def path(self, upload: str) -> Path:
        """Return where the whole file lies; raises Conflict while it is not whole."""
        known = self.get(upload)
        if not known.complete:
            raise Conflict(f"{known.received} of {known.total_bytes} bytes have arrived", hint="Send the rest first.")
        return Path(known.source) if known.source else self._layout.upload(upload) / "content"

    def drop(self, upload: str) -> None:
        """Delete an upload; a file of the operator's stays."""
        self.get(upload)
        shutil.rmtree(self._layout.upload(upload), ignore_errors=True)

    def expire(self) -> None:
        """Delete what nobody has gone on with for three days."""
        for folder in self._folders():
            try:
                over = self.get(folder.name).expires_ms < time.time() * 1000
            except (HanseError, KeyError):
                over = True
            if over:
                shutil.rmtree(folder, ignore_errors=True)

    def _waiting(self) -> int:
        """Add up what the uploads take; a file that lies in a folder of the operator's takes nothing here."""
        known = (self.get(folder.name) for folder in self._folders())
        return sum(upload.total_bytes for upload in known if not upload.source)

    def _write(self, path: Path, chunks: Iterable[bytes], room: int) -> int:
        received = 0
        with path.open("r+b") as stream:
            for chunk in chunks:
                received += len(chunk)
                if received > room:
                    if room < self._most_bytes:
                        raise UploadQuota(f"the rows have more than the {room} bytes that are left")
                    raise InvalidInput(f"the rows have more than {room} bytes")
                stream.write(chunk)
        return received

    def _finish(self, upload: str, path: Path) -> None:
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(_BLOCK), b""):
                digest.update(block)
            os.fsync(stream.fileno())
        about = canonical.loads((self._layout.upload(upload) / "about.json").read_bytes())
        if about["wanted"] and not hmac.compare_digest(about["wanted"], digest.hexdigest()):
            os.truncate(path, 0)
            raise ChecksumWrong("the whole file is not what its checksum says")
        self._keep(upload, about | {"sha256": digest.hexdigest()})

    def _keep(self, upload: str, about: dict[str, Any]) -> None:
        write_whole(self._layout.upload(upload) / "about.json", canonical.dumps(about))

    def _folders(self) -> list[Path]:
        return [folder for folder in self._root.glob("[!.]*") if folder.is_dir()]
