"""The joint scoring round of linear models: every provider's summand under masks that cancel in the sum.

Each pair of providers derives a stream from its X25519 secret, the request's id and both names; the one with the
smaller name adds it, the other subtracts it. The promoter adds all shares in the ring 2^64 and decodes. With a single
provider there is no mask: the promoter sees that provider's summand. A request id must never be used twice with the
same keys.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel.core.errors import BadPayload
from kernel.crypto.prg import Stream
from kernel.ml.scoring import FRAC_BITS


def error_bound(n_members: int) -> float:
    """Bound the error of a joint score: half a unit in the last place for each member, and float rounding."""
    return n_members * (2.0 ** -(FRAC_BITS + 1) + 2.0**-36)


class MaskKey:
    """A member's X25519 key for masks; for one model part (serving) or one attempt (predict)."""

    def __init__(self, private: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private)

    @property
    def public(self) -> bytes:
        """32 bytes for the other providers."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def masks(self, me: str, peers: Mapping[str, bytes], request: str, count: int) -> npt.NDArray[np.uint64]:
        """Sum of the masks shared with every other provider (member → public key).

        Raises
        ------
        BadPayload
            A key of the wrong length or of small order.
        """
        total = np.zeros(count, dtype=np.uint64)
        for other, public in sorted(peers.items()):
            if other == me:
                continue
            low, high = sorted((me, other))
            stream = Stream(self._secret(public, other), "score-mask", low, high, request)
            mask = stream.uint64(count)
            total = total + mask if me == low else total - mask
        return total

    def _secret(self, public: bytes, member: str) -> bytes:
        try:
            return self._key.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise BadPayload("a bad key for masks", party=member) from error


def share(part: npt.NDArray[np.int64], masks: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Our share: the fixed-point summands, of any shape, plus as many masks, in the ring 2^64."""
    return part.astype(np.uint64) + masks.reshape(part.shape)


def combine(own: npt.NDArray[np.int64], shares: Iterable[npt.NDArray[np.uint64]]) -> npt.NDArray[np.float64]:
    """Add the promoter's own summand and the providers' shares; decode.

    Raises
    ------
    BadPayload
        A share of another length.
    """
    total = own.astype(np.uint64)
    for other in shares:
        if other.shape != total.shape:
            raise BadPayload(f"{other.size} shares where {total.size} are expected")
        total = total + other
    return total.astype(np.int64).astype(np.float64) * 2.0**-FRAC_BITS
