"""PSI of a small set with a big one on curve25519; see README.md, whose steps the code follows."""

from kernel.protocol.psi.unbalanced.protocol import PSI

__all__ = ["PSI"]
