"""The fixtures of whoever tests over a ledger."""

from ledger.tests.fixtures import anvil, free_anvil, keys, registry

__all__ = ["anvil", "free_anvil", "keys", "registry"]
