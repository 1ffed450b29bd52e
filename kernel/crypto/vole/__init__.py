"""Random vector oblivious linear evaluation over GF(2^128), nearly without communication; see README.md."""

from kernel.crypto.vole.silent import Holder, Shape, VoleReceiver, VoleSender

__all__ = ["Holder", "Shape", "VoleReceiver", "VoleSender"]
