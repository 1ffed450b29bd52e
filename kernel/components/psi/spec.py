"""The manifest of psi."""

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.protocol.psi.ring import RingMessages

_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER
_SET = "ids as points of curve25519, masked by one scalar or more and shuffled"

RING = RingMessages(
    to_provider=Message("masked_set_to_provider", _PROMOTER, _PROVIDER, Carries.BLINDED, _SET),
    between_providers=Message("masked_set_between_providers", _PROVIDER, _PROVIDER, Carries.BLINDED, _SET),
    to_promoter=Message("masked_set_to_promoter", _PROVIDER, _PROMOTER, Carries.BLINDED, _SET),
    salt=Message("order_salt", _PROMOTER, _PROVIDER, Carries.SIZES, "key of the hash that orders the common ids"),
    positions=Message(
        "common_positions",
        _PROMOTER,
        _PROVIDER,
        Carries.OPEN,
        "one bit for each id of the receiver: common to all or not",
    ),
    tags=Message(
        "common_tags", _PROVIDER, _PROMOTER, Carries.OPEN, "salted hashes of the common ids; first provider only"
    ),
)
MESSAGES = (RING.to_provider, RING.between_providers, RING.to_promoter, RING.salt, RING.positions, RING.tags)
INPUTS = (Port("table", "table", about="rows with a unique id"),)
OUTPUTS = (Port("table", "table", about="the rows of the common ids, in the order that all members share"),)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "the common ids; how many ids each provider has; the sizes of the pairwise overlaps and of the common set",
        "共同 ID；各协作方的 ID 数量；两两交集及总交集的大小",
    ),
    Disclosure(_PROVIDER, "the common ids; how many ids each other member has", "共同 ID；其他各成员的 ID 数量"),
)
# Every party makes n_providers hops and skips one set: that of the party ahead of it, which it masks last. Each
# provider then sends the promoter the set that it masked last. n_common is known only afterwards.
COST = (
    Cost("order_salt", "n_providers", "32 * n_providers"),
    Cost("common_positions", "n_providers", "n_bitmap_bytes"),
    Cost("common_tags", "1", "32 * n_common"),
    Cost("masked_set_to_provider", "n_providers", "32 * (n_rows + n_rows_providers - n_rows_first_provider)"),
    Cost(
        "masked_set_between_providers",
        "n_providers * (n_providers - 1)",
        "32 * (n_providers - 1) * (n_rows + n_rows_providers) - 32 * (n_rows_providers - n_rows_first_provider)",
    ),
    Cost(
        "masked_set_to_promoter",
        "2 * n_providers",
        "32 * (n_rows_providers + n_rows + n_rows_providers - n_rows_first_provider)",
    ),
)
