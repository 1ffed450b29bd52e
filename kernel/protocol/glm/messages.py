"""Messages of the meeting and of the count of epochs, which both components send."""

from kernel.core import Carries, Message, Role

_HELLO = "numbers of rows, columns and outputs, hash of the order of ids, kept checkpoints, whether there is a start"
HELLO_PROVIDER = Message(
    "hello_to_provider", Role.PROMOTER, Role.PROVIDER, Carries.SIZES, f"public key or its fingerprint, {_HELLO}"
)
HELLO_PROMOTER = Message(
    "hello_to_promoter", Role.PROVIDER, Role.PROMOTER, Carries.SIZES, f"fingerprint of the key, {_HELLO}"
)
START = Message("start", Role.PROMOTER, Role.PROVIDER, Carries.SIZES, "the epoch that all parties go on from")
VERDICT = Message("verdict", Role.PROMOTER, Role.PROVIDER, Carries.SIZES, "whether training goes on")
HELLO_BYTES = 63  # without the key or its fingerprint
