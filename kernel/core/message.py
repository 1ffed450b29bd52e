"""Messages as a component declares them."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.core.party import Role


class Carries(StrEnum):
    """What a message carries; the data owner reads this before approving a job."""

    CIPHERTEXT = "ciphertext"  # under a key that the receiver does not have, or a decryption answers only to its owner
    BLINDED = "blinded"  # a group element raised to a secret exponent
    MASKED = "masked"  # value plus a fresh uniform mask
    SHARE = "share"  # one additive share, uniform on its own
    OPEN = "open"  # the value itself; must stand in DISCLOSES
    SIZES = "sizes"  # counts, parameters, public keys


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a component may send: who, to whom, and what it carries."""

    name: str
    sender: Role
    receiver: Role
    carries: Carries
    about: str
