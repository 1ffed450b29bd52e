"""How many are common, and the sum of the sender's values over them; see README.md."""

from kernel.protocol.psi.intersection_sum.protocol import PSI

__all__ = ["PSI"]
