"""PSI by blind RSA signatures; see README.md, whose steps the code follows."""

from kernel.protocol.psi.rsa.protocol import PSI

__all__ = ["PSI"]
