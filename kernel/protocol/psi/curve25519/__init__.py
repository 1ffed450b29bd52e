"""PSI by Diffie–Hellman masks on curve25519; see README.md, whose steps the code follows."""

from kernel.protocol.psi.curve25519.protocol import PSI

__all__ = ["PSI"]
