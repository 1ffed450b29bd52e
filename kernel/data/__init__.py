"""Tables and blocks: columns and matrices in fixed partitions, on two engines behind one port (`local`, `spark`)."""

from kernel.data.engine import Blocks, Engine, Table
from kernel.data.schema import Column, Schema

__all__ = ["Blocks", "Column", "Engine", "Schema", "Table"]
