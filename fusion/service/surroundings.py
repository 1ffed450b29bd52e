"""What a PSI protocol finds around it in a node: the wire to the partner, and the vault in the node's folder."""

import threading
from collections.abc import Callable

from common import log
from common.errors import DeadlineExceeded, Unavailable
from common.sql import StorageFull
from fusion.domain.errors import DiskFull, NotReady, OtherCertificate
from fusion.domain.models import Failure, Task
from fusion.service.inbox import Inbox
from fusion.service.ports import PartnerNode
from fusion.store.base import WorkFiles

_LOG = log.get(__name__)
_SENT = "sent"
_AGAIN_S = 2.0


class NodeWire:
    """See `kernel.protocol.psi.port.Wire`.

    A partner that is away, or whose disk is full, is waited for as long as `goes_on` says nothing.
    """

    def __init__(
        self,
        task: Task,
        node: PartnerNode,
        inbox: Inbox,
        files: WorkFiles,
        over: threading.Event,
        goes_on: Callable[[str, Failure | None], None],
    ) -> None:
        self._task, self._node, self._inbox, self._files, self._over = task, node, inbox, files, over
        # Told whom we wait for, or nobody, and why; raises when the alignment is paused, or has ended here.
        self._goes_on = goes_on
        self._sent = set((files.read(task.task, _SENT) or b"").decode().splitlines())

    def send(self, step: str, payload: bytes) -> None:
        """Deliver a message; again until it is there."""
        while True:
            try:
                self._node.deliver(self._task.task, step, payload)
                break
            except (Unavailable, DeadlineExceeded, OtherCertificate, DiskFull, StorageFull) as error:
                if error.party != self._task.partner:  # our own disk has no room for the record of what was sent
                    raise
                _LOG.info("partner_away", task=self._task.task, partner=self._task.partner, code=error.code)
                self._goes_on(self._task.partner, Failure.of(error))
                self._over.wait(_AGAIN_S)
        self._goes_on("", None)
        self._files.append(self._task.task, _SENT, f"{step}\n".encode())
        self._sent.add(step)

    def recv(self, step: str) -> bytes:
        """Wait for a message of the partner."""
        while True:
            try:
                return self._inbox.wait(self._task.task, step)
            except NotReady:
                self._goes_on(self._task.partner, None)

    def sent(self, step: str) -> bool:
        """Whether the partner has a message."""
        return step in self._sent


class NodeVault:
    """See `kernel.protocol.psi.port.Vault`."""

    def __init__(self, task: str, files: WorkFiles) -> None:
        self._task, self._files = task, files

    def get(self, name: str) -> bytes | None:
        """Open what was kept."""
        return self._files.unlock(self._task, f"vault {name}".replace(" ", "_"))

    def put(self, name: str, data: bytes) -> None:
        """Keep, encrypted under the node's key."""
        self._files.lock(self._task, f"vault {name}".replace(" ", "_"), data)
