"""The components that the own kernel has."""

from collections.abc import Mapping, Sequence
from typing import Any

from board.domain.errors import InvalidFields
from board.service.ports import Kernel


class Catalogue:
    """Manifests by name."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def all(self) -> list[dict[str, Any]]:
        """Return all manifests."""
        return self._kernel.catalogue()

    def by_name(self) -> dict[str, Mapping[str, Any]]:
        """Return manifests by name."""
        return {manifest["name"]: manifest for manifest in self._kernel.catalogue()}

    def pinned(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return "name==version" of the wanted components, of all when none is named.

        Raises
        ------
        InvalidFields
            One is not installed here, or in another version.
        """
        installed = {manifest["name"]: f"{manifest['name']}=={manifest['version']}" for manifest in self.all()}
        if not wanted:
            return tuple(sorted(installed.values()))
        pinned = []
        for text in wanted:
            name, _, version = text.partition("==")
            known = installed.get(name)
            if known is None or (version and known != text):
                raise InvalidFields(f"components: {text} is not installed here (installed: {known or 'no version'})")
            pinned.append(known)
        return tuple(sorted(set(pinned)))
