"""The member's model parts: import, versions, online and offline."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from common import canonical, log
from common.errors import HanseError
from common.rpc.wire import now_ms
from kernel.protocol.scoring import KINDS, Part, open_part
from serving.domain.errors import BadModelPart, BadSnapshot, ModelOffline, UnknownModel
from serving.domain.models import PROMOTER, ModelPart
from serving.service.snapshot import Tagger, read_snapshot
from serving.store.base import ModelStore, PartKeys

_LOG = log.get(__name__)
_LONGEST_ID = 255
_LONGEST_VERSION = 64
_MOST_OPEN = 32


class Models:
    """Use cases of the own board."""

    def __init__(self, member: str, store: ModelStore, keys: PartKeys) -> None:
        self._member, self._store, self._keys = member, store, keys
        # A part's number is never used for another content. Reading trees takes longer than walking them.
        self._opened: dict[int, Part] = {}

    def check(self, part: ModelPart) -> None:
        """Raise BadModelPart when this member could never serve the part."""
        for what, text, longest in (("id", part.model, _LONGEST_ID), ("version", part.version, _LONGEST_VERSION)):
            if not 1 <= len(text) <= longest:
                raise BadModelPart(f"the model's {what} has {len(text)} characters; at most {longest}, at least one")
        if part.kind not in KINDS:
            raise BadModelPart(f"no scorer for models of kind {part.kind!r}")
        if self._member not in part.members or len(set(part.members)) != len(part.members):
            raise BadModelPart(f"{self._member} must be among the model's members, each of them once")
        if (part.role == PROMOTER) != (part.promoter == self._member):
            raise BadModelPart(f"{self._member} is not the {part.role} of this model")
        if part.content.get("role", part.role) != part.role:
            raise BadModelPart(f"the content is the {part.content['role']}'s part, not the {part.role}'s")
        try:
            trained = open_part(part.kind, part.content).members
        except HanseError as problem:
            raise BadModelPart(problem.detail) from problem
        if trained and (trained[0] != part.promoter or set(trained) != set(part.members)):
            raise BadModelPart(f"the content is of a model of {', '.join(map(str, trained))}")

    def open(self, part: ModelPart) -> Part:
        """Make a kept part ready to score with."""
        found = self._opened.get(part.id)
        if found is None:
            found = self._opened[part.id] = open_part(part.kind, part.content)
            for number in list(self._opened)[:-_MOST_OPEN]:
                self._opened.pop(number, None)
        return found

    def add(self, part: ModelPart, snapshot: Path | None, id_column: str = "") -> ModelPart:
        """Keep a version of a part, offline; the same version again replaces the former one.

        Raises
        ------
        BadModelPart, BadSnapshot
            What is wrong; nothing is kept then.
        """
        self.check(part)
        if part.role != PROMOTER and snapshot is None:
            raise BadSnapshot("a provider's part needs the snapshot of its features")
        part = replace(part, imported_ms=now_ms())
        former = [old for old in self._store.versions(part.model) if old.version == part.version]
        if part.role == PROMOTER or snapshot is None:
            kept = self._store.add(part, ())
        else:
            name = self._keys.make()
            try:
                columns = open_part(part.kind, part.content).raw_columns
                rows = read_snapshot(snapshot, columns, id_column, Tagger(self._keys.read(name)))
                kept = self._store.add(replace(part, key_name=name), rows)
            except BaseException:  # whatever ends the import, its key must not stay; raised again
                self._keys.drop(name)
                raise
        for old in former:
            if old.key_name:
                self._keys.drop(old.key_name)
        _LOG.info("model_imported", model=kept.model, version=kept.version, rows=kept.rows)
        return kept

    def set_online(self, model: str, version: str) -> None:
        """Put a version online in place of the present one; an empty version takes the model offline."""
        if not self._store.versions(model):
            raise UnknownModel(f"there is no model {model}")
        if not self._store.set_online(model, version):
            raise UnknownModel(f"model {model} has no version {version}")
        _LOG.info("model_online" if version else "model_offline", model=model, version=version)

    def online(self, model: str) -> ModelPart:
        """Return the part that is online; raises UnknownModel or ModelOffline."""
        part = self._store.online(model)
        if part is not None:
            return part
        if self._store.versions(model):
            raise ModelOffline(f"no version of model {model} is online", public_detail=ModelOffline.title)
        raise UnknownModel(f"there is no model {model}", public_detail=UnknownModel.title)

    def all(self) -> list[ModelPart]:
        """Return all versions of all parts, newest first."""
        return self._store.all()


def content_of(data: bytes, kind: str) -> dict[str, Any]:
    """Read a part as the kernel wrote it: canonical JSON {"kind", "content"}; raises BadModelPart."""
    try:
        told = canonical.loads(data)
    except HanseError as problem:
        raise BadModelPart(f"the model part is not JSON: {problem.detail}") from problem
    if not isinstance(told, dict) or told.get("kind") != kind or not isinstance(told.get("content"), dict):
        raise BadModelPart(f"not a model part of kind {kind!r}")
    content: dict[str, Any] = told["content"]
    return content


def write_chunks(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a snapshot's chunks as they come; returns their bytes."""
    size = 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as stream:
        for chunk in chunks:
            size += stream.write(chunk)
    return size
