"""AES of OpenSSL on whole arrays, with public keys: a permutation, a hash of blocks, a stream of public choices.

Under a key that everybody knows AES is taken for a random permutation π (the ideal-cipher model), so x ↦ π(x) + x hides
and correlates nothing (Guo, Katz, Wang and Yu, "Efficient and Secure Multiparty Computation from Fixed-Key Block
Ciphers", 2020, §4: it is circular correlation robust for inputs that differ by multiples of a secret).
"""

import hashlib

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

Words = npt.NDArray[np.uint64]  # (…, 2): blocks or field elements, the lower word first
BLOCK_BYTES = 16


def public_key(*labels: str | int | bytes) -> bytes:
    """Hash length-prefixed labels to a key."""
    parts = [label if isinstance(label, bytes) else str(label).encode() for label in labels]
    joined = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.blake2b(joined, digest_size=BLOCK_BYTES, person=b"hanse-aes-key-v1").digest()


class Permutation:
    """AES under one public key."""

    def __init__(self, key: bytes) -> None:
        self._aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - a permutation, no encryption

    def of(self, blocks: Words) -> Words:
        """π(x) of each block."""
        data = np.ascontiguousarray(blocks)
        return np.frombuffer(self._aes.update(data.tobytes()), "<u8").reshape(data.shape)

    def hashed(self, blocks: Words) -> Words:
        """π(x) + x of each block."""
        return self.of(blocks) ^ blocks


def stream(key: bytes) -> CipherContext:
    """Open the stream of a public key; `update` of zeros gives its next bytes."""
    return Cipher(algorithms.AES(key), modes.CTR(bytes(BLOCK_BYTES))).encryptor()
