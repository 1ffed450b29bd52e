"""An oblivious key-value store: a table whose three-entry sums give chosen values for chosen keys; see `table`."""

from kernel.crypto.okvs.table import Layout, TableFailure, encode

__all__ = ["Layout", "TableFailure", "encode"]
