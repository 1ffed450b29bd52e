"""What a provider does for partners: its part of scores for the promoter, its public key for the other providers."""

import hashlib
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from common import canonical, log
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from kernel.protocol.scoring import MaskKey, Part, share
from serving.domain.errors import Alone, NotAPartner, QuotaReached, TooManyIds
from serving.domain.models import Asked, ModelPart
from serving.service.models import Models
from serving.service.ports import Partners
from serving.service.scoring import score_rows
from serving.service.snapshot import Tagger, rows_of
from serving.store.base import AuditStore, ModelStore, PartKeys, QuotaStore

_LOG = log.get(__name__)
_REQUEST = re.compile(r"[0-9a-f]{32}")
_LONGEST_ID = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What partners may ask."""

    ids_per_call: int
    ids_per_minute: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer: of a linear model a share per id, masked against all other providers; of trees decisions."""

    shares: list[int]
    decisions: bytes
    known: list[bool]
    keys_digest: bytes
    version: str


class OwnParts:
    """Answers partners; `origin` is the member that the gateways proved."""

    def __init__(
        self,
        member: str,
        models: Models,
        store: ModelStore,
        keys: PartKeys,
        quota: QuotaStore,
        audit: AuditStore,
        partners: Partners | None,
        limits: Limits,
    ) -> None:
        self._member, self._models, self._store, self._keys = member, models, store, keys
        self._quota, self._audit, self._partners, self._limits = quota, audit, partners, limits
        self._lock = threading.Lock()
        self._peer_keys: dict[int, dict[str, bytes]] = {}

    def public_key(self, origin: str, model: str) -> tuple[bytes, str]:
        """Give our part's public key and version to another provider of the model."""
        part = self._models.online(model)
        if origin not in part.providers or self._member not in part.providers:
            raise NotAPartner(f"{origin} asks for our key of model {model}")
        return MaskKey(self._keys.read(part.key_name)).public, part.version

    def answer(
        self, origin: str, model: str, request: str, ids: Sequence[str], *, refresh_keys: bool = False
    ) -> Answer:
        """Score ids for the model's promoter.

        Raises
        ------
        NotAPartner, TooManyIds, QuotaReached, InvalidInput, ModelOffline, UnknownModel, Alone
            Why not.
        """
        part = self._models.online(model)
        if origin != part.promoter or self._member not in part.providers:
            raise NotAPartner(f"{origin} asks for scores of model {model}")
        self._admit(origin, part, request, ids)
        secret, opened = self._keys.read(part.key_name), self._models.open(part)
        tagger = Tagger(secret)
        tags = [tagger.tag(text) for text in ids]
        self._record(origin, part, request, tags)
        mask_key = MaskKey(secret)
        publics = self._publics(part, mask_key, refresh=refresh_keys) if opened.masked else {}
        rows, known = self._rows(part, opened, tags)
        if opened.masked:
            # The label holds the ids: asking other ids under a used request id meets other masks.
            rows = share(rows, mask_key.masks(self._member, publics, _label(model, request, ids), rows.size))
        # Zero plus the mask would leave the promoter with the other provider's summand alone; noise tells nothing.
        rows[~known] = opened.noise(len(ids), secrets.token_bytes)[~known]
        written, digest = opened.write(rows), _digest(publics) if opened.masked else b""
        shares = np.frombuffer(written, dtype="<u8").tolist() if opened.masked else []
        return Answer(shares, b"" if opened.masked else written, known.tolist(), digest, part.version)

    def _rows(
        self, part: ModelPart, opened: Part, tags: Sequence[bytes]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """Return what our part gives for each tag, and for which there is a usable row; zeros for the others."""
        found = self._store.rows_of(part.id, list(dict.fromkeys(tags)))
        places = [index for index, tag in enumerate(tags) if tag in found]
        values = rows_of((found[tags[index]] for index in places), opened.raw_columns)
        made, problems = score_rows(opened, values)
        rows, known = np.zeros((len(tags), *made.shape[1:]), dtype=made.dtype), np.zeros(len(tags), dtype=np.bool_)
        rows[places], known[places] = made, [not problem for problem in problems]
        return rows, known

    def _admit(self, origin: str, part: ModelPart, request: str, ids: Sequence[str]) -> None:
        if not _REQUEST.fullmatch(request):
            raise InvalidInput("a request's id has 32 hexadecimal digits", public_detail="a bad request id")
        if len(ids) > self._limits.ids_per_call:
            told = f"{len(ids)} ids; {self._member} takes {self._limits.ids_per_call} a call"
            raise TooManyIds(told, public_detail=told)
        if any(not 0 < len(text) <= _LONGEST_ID for text in ids):
            raise InvalidInput("an id is empty or too long", public_detail="an id is empty or too long")
        subject = f"partner {hashlib.sha256(f'{origin} {part.model}'.encode()).hexdigest()}"
        if not self._quota.use(subject, len(ids), self._limits.ids_per_minute, now_ms()):
            told = f"{self._member} takes {self._limits.ids_per_minute} ids a minute"
            raise QuotaReached(told, public_detail=told, party=self._member)

    def _record(self, origin: str, part: ModelPart, request: str, tags: Sequence[bytes]) -> None:
        digest = hashlib.sha256(b"".join(tags)).digest()
        self._audit.append(Asked(now_ms(), origin, part.model, part.version, request, len(tags), digest))
        _LOG.info("partner_asked", origin=origin, model=part.model, version=part.version, n_ids=len(tags))

    def _publics(self, part: ModelPart, own: MaskKey, *, refresh: bool) -> dict[str, bytes]:
        """Public keys of all providers, our own included."""
        others = [member for member in part.providers if member != self._member]
        with self._lock:
            known = {} if refresh else dict(self._peer_keys.get(part.id, {}))
        for member in others:
            if member not in known:
                if self._partners is None:
                    raise Alone(
                        f"model {part.model} has the providers {', '.join(part.providers)}", public_detail=Alone.title
                    )
                known[member] = self._partners.peer_key(member, part.model)
        with self._lock:
            self._peer_keys[part.id] = known
        return {**known, self._member: own.public}


def _label(model: str, request: str, ids: Sequence[str]) -> str:
    return canonical.dumps([model, request, hashlib.sha256(canonical.dumps(list(ids))).hexdigest()]).decode()


def _digest(publics: dict[str, bytes]) -> bytes:
    return hashlib.sha256(canonical.dumps({name: key.hex() for name, key in publics.items()})).digest()
