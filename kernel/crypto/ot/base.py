"""Base oblivious transfers on P-256: Masny and Rindal, "Endemic Oblivious Transfer" (CCS 2019).

For each transfer the receiver with choice c sends r_0, r_1 with r_{1-c} random and r_c = b·G - H_c(r_{1-c}); the sender
sends A = a·G once and takes k_j = h(a·(r_j + H_j(r_{1-j}))); the receiver has k_c = h(b·A). Both may send at once. The
pair (r_0, r_1) is uniform whatever c is, so choices are hidden unconditionally; that the receiver has no second key is
the computational Diffie–Hellman assumption, H and h random oracles. H and h are bound to session and place.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.context import Rng
from kernel.core.errors import BadPayload
from kernel.crypto.p256 import POINT_BYTES, Point, Secret, hash_to_curve

COUNT = 128
KEY_BYTES = 32
CHOICES_BYTES = 2 * COUNT * POINT_BYTES
_DOMAIN = b"hanse-ot-v1-with-P256_XMD:SHA-256_SSWU_RO_"

Bits = npt.NDArray[np.uint8]  # (n,), 0 or 1


class BaseSender:
    """Ends with two keys a transfer."""

    def __init__(self, session: bytes, rng: Rng) -> None:
        self._session, self._secret = session, Secret(rng)

    def message(self) -> bytes:
        """Write A."""
        return self._secret.public.dumps()

    def keys(self, payload: bytes) -> list[tuple[bytes, bytes]]:
        """Take both keys of each transfer.

        Raises
        ------
        BadPayload
            Not 2·128 points.
        """
        if len(payload) != CHOICES_BYTES:
            raise BadPayload(f"{len(payload)} bytes where {2 * COUNT} points are expected")
        parts = [payload[start : start + POINT_BYTES] for start in range(0, CHOICES_BYTES, POINT_BYTES)]
        points, own = [Point.loads(part) for part in parts], self._secret.public
        keys = []
        for place in range(COUNT):
            pair = points[2 * place], points[2 * place + 1]
            sums = [pair[j] + _shift(self._session, place, j, pair[1 - j]) for j in range(2)]
            keys.append([_key(self._session, place, own, pair, self._secret.shared(point)) for point in sums])
        return [(zero, one) for zero, one in keys]


@dataclass(frozen=True)
class BaseReceiver:
    """Ends with the chosen key of each transfer; `choices` (128,) are secret."""

    session: bytes
    choices: Bits
    secrets: list[Secret]
    pairs: list[tuple[Point, Point]]

    @classmethod
    def choose(cls, session: bytes, choices: Bits, rng: Rng) -> "BaseReceiver":
        """Make the points of all transfers."""
        secrets, pairs = [], []
        for place, choice in enumerate(choices.tolist()):
            secret, other = Secret(rng), Secret(rng).public
            chosen = secret.public + -_shift(session, place, choice, other)
            secrets.append(secret)
            pairs.append((other, chosen) if choice else (chosen, other))
        return cls(session, choices, secrets, pairs)

    def message(self) -> bytes:
        """Write r_0 and r_1 of each transfer."""
        return b"".join(point.dumps() for pair in self.pairs for point in pair)

    def keys(self, payload: bytes) -> list[bytes]:
        """Take k_c of each transfer; BadPayload if A is no point."""
        theirs = Point.loads(payload)
        return [
            _key(self.session, place, theirs, pair, secret.shared(theirs))
            for place, (secret, pair) in enumerate(zip(self.secrets, self.pairs, strict=True))
        ]


def _shift(session: bytes, place: int, which: int, point: Point) -> Point:
    return hash_to_curve(session + bytes([place, which]) + point.dumps(), _DOMAIN)


def _key(session: bytes, place: int, theirs: Point, pair: tuple[Point, Point], shared: bytes) -> bytes:
    said = theirs.dumps() + pair[0].dumps() + pair[1].dumps()
    digest = hashlib.blake2b(session + bytes([place]) + said + shared, digest_size=KEY_BYTES, person=b"hanse-ot-key-v1")
    return digest.digest()
