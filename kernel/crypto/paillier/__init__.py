"""Paillier: keys, blocks of ciphertexts, and what is computed on them.

`keys` and `owner` are the two sides of a key, `block` is what travels, `operations` and `products` are the public
computations that a member may spread over its executors. All are written once over `arithmetic`, which works eight
numbers at a time where the processor can. `scheme` is the port that `reference` (phe, an oracle), `heu` (sf-heu, by
explicit choice) and `plain` (no encryption at all, for measuring) stand behind too. Exponentiations are not
constant-time: a job's key is fresh, lives for one attempt and never leaves the driver process.
"""

from kernel.crypto.paillier.block import HEADER_BYTES, Block
from kernel.crypto.paillier.encryption import encrypt
from kernel.crypto.paillier.keys import PublicKey
from kernel.crypto.paillier.operations import add, multiply, pack, product, subtract, sums
from kernel.crypto.paillier.owner import PrivateKey, generate

KEY_BITS = (2048, 3072)

__all__ = [
    "HEADER_BYTES",
    "KEY_BITS",
    "Block",
    "PrivateKey",
    "PublicKey",
    "add",
    "encrypt",
    "generate",
    "multiply",
    "pack",
    "product",
    "subtract",
    "sums",
]
