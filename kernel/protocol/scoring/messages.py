"""Messages of a scoring round that more than one component sends."""

from kernel.core import Carries, Message, Role
from kernel.protocol.alignment import greeting_bytes
from kernel.protocol.training import ID_BYTES

_HELLO = "number of rows, hash of the order of their ids, hash of the model's kind, id of its training"
HELLO_PROVIDER = Message("hello_to_provider", Role.PROMOTER, Role.PROVIDER, Carries.SIZES, _HELLO)
HELLO_PROMOTER = Message("hello_to_promoter", Role.PROVIDER, Role.PROMOTER, Carries.SIZES, _HELLO)
KIND_BYTES = 16
HELLO_BYTES = greeting_bytes(n_numbers=0) + KIND_BYTES + ID_BYTES
DECISIONS = Message(
    "decisions",
    Role.PROVIDER,
    Role.PROMOTER,
    Carries.OPEN,
    "tree models: for each row, on which side of each own split it lies, a bit a split; no column, no threshold",
)
MASK_KEY = Message(
    "mask_key",
    Role.PROVIDER,
    Role.PROVIDER,
    Carries.SIZES,
    "linear models: X25519 public key for masks that cancel between providers",
)
