"""The ledger: an EVM chain, embedded or remote, behind one port, and the registry contract on it."""
