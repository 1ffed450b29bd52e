"""Okamoto–Uchiyama: a third of Paillier's plaintext in half of its ciphertext, and several times faster.

T. Okamoto and S. Uchiyama, "A New Public-Key Cryptosystem as Secure as Factoring", EUROCRYPT 1998: n = p²·q, a
ciphertext of m is g^m·h^r modulo n. Blocks and what is computed on them are Paillier's (`kernel.crypto.paillier`).
`heu` is sf-heu's implementation behind the same port, for whoever asks for it by name.

Only by explicit choice, and only in protocols that never send a decryption back to whoever chose the ciphertext:
whoever learns the decryption of a plaintext of his own beyond p learns a multiple of p, which factors n. The owner
therefore refuses all decryptions outside a range that a wrapped plaintext meets with probability below 2^-60.
"""

from kernel.crypto.ou.encryption import encrypt
from kernel.crypto.ou.keys import PublicKey
from kernel.crypto.ou.owner import PrivateKey, generate

__all__ = ["PrivateKey", "PublicKey", "encrypt", "generate"]
