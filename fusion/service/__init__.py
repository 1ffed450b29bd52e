"""Use cases of fusion, and both sides of the protocol."""
