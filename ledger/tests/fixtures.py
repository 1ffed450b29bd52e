"""A registry on an embedded chain, and remote nodes, for tests over a ledger."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from ledger.embedded import EmbeddedNode
from ledger.registry import Registry, deploy_registry
from ledger.tests.anvil_node import FREE_GAS, Anvil
from ledger.tests.federation import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def anvil() -> Iterator[Anvil]:
    """Give a remote node whose gas costs money."""
    with Anvil() as node:
        yield node


@pytest.fixture(scope="session")
def free_anvil() -> Iterator[Anvil]:
    """Give a remote node whose gas costs nothing."""
    with Anvil(*FREE_GAS) as node:
        yield node


@pytest.fixture
def keys() -> Keys:
    """Make the keys of a federation with one governor."""
    return Keys()


@pytest.fixture
def registry(tmp_path: Path, keys: Keys) -> Iterator[Registry]:
    """Give a freshly deployed registry on an embedded chain."""
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    address, block = deploy_registry(node, keys.governance)
    yield Registry(node, address, block)
    node.close()
