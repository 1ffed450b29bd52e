"""What may stand behind the port of additive encryption in a training, at the key's owner and at others."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from kernel.crypto import ou, paillier
from kernel.crypto.ou.scheme import OkamotoUchiyama, OwnOkamotoUchiyama
from kernel.crypto.paillier import PublicKey
from kernel.crypto.paillier.keys import Bits, Key
from kernel.crypto.paillier.pool import BlindingPool
from kernel.crypto.paillier.scheme import OwnerScheme, OwnPaillier, Paillier, Scheme
from kernel.crypto.prg import Stream


def _read_paillier(data: bytes, bits: int) -> Key:
    return PublicKey.loads(data, bits=bits)


@dataclass(frozen=True)
class Schemes:
    """One way to encrypt; measurements put something else there.

    Parameters
    ----------
    owner
        Takes a key pair, a secret from which blinding factors come, and how many to hold ready.
    other
        Takes a public key, which is always one that `read` has made.
    generate, read
        Make a key pair of so many bits; check and read a public key of the agreed length.
    dear
        Whether adding costs more than keeping an account of what need not be added; see `Adder`.
    """

    owner: Callable[[Any, bytes, int], AbstractContextManager[OwnerScheme]]
    other: Callable[[Any, Bits], Scheme]
    generate: Callable[[int, Stream], Any] = paillier.generate
    read: Callable[[bytes, int], Key] = _read_paillier
    dear: bool = True


@contextlib.contextmanager
def _with_pool(private: paillier.PrivateKey, secret: bytes, capacity: int) -> Iterator[OwnerScheme]:
    pool = BlindingPool(private, Stream(secret, "pool"), capacity)
    try:
        yield OwnPaillier(private, Stream(secret, "encrypt"), pool)
    finally:
        pool.close()


def _without_pool(private: ou.PrivateKey, secret: bytes, capacity: int) -> AbstractContextManager[OwnerScheme]:
    del capacity  # encryption is cheap enough
    return contextlib.nullcontext(OwnOkamotoUchiyama(private, Stream(secret, "encrypt")))


def _read_ou(data: bytes, bits: int) -> Key:
    return ou.PublicKey.loads(data, bits=bits)


PAILLIER = Schemes(_with_pool, Paillier)
# Its owner never sends a decryption back: providers learn which of their candidates won, and no sum.
OKAMOTO_UCHIYAMA = Schemes(_without_pool, OkamotoUchiyama, ou.generate, _read_ou)
BY_NAME = {"paillier": PAILLIER, "okamoto_uchiyama": OKAMOTO_UCHIYAMA}
