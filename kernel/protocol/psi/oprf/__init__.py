"""PSI by an oblivious pseudo-random function of vector OLE and an oblivious key-value store: README.md."""

from kernel.protocol.psi.oprf.protocol import PSI

__all__ = ["PSI"]
