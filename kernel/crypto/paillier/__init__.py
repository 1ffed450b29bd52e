"""Paillier: keys, blocks of ciphertexts, and products of encrypted vectors with integer matrices.

`fast` is what jobs use (gmpy2); `reference` is phe behind the same functions, an oracle for tests; `products` holds
the public computations that a member may spread over its executors. Exponentiations are not constant-time: a job's
key is fresh, lives for one attempt and never leaves the driver process.
"""

from kernel.crypto.paillier.ciphertexts import dumps, loads
from kernel.crypto.paillier.fast import PrivateKey, generate
from kernel.crypto.paillier.keys import PublicKey

KEY_BITS = (2048, 3072)

__all__ = ["KEY_BITS", "PrivateKey", "PublicKey", "dumps", "generate", "loads"]
