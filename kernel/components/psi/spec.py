"""The manifest of psi."""

from typing import Literal

from pydantic import BaseModel, Field

from kernel.core import Carries, Cost, Disclosure, Message, Port, Role
from kernel.protocol.psi.pair import PairMessages
from kernel.protocol.psi.ring import RingMessages

_PROMOTER, _PROVIDER = Role.PROMOTER, Role.PROVIDER
RING_NAME = "ring"
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
_PAIR = "what the chosen protocol of two members sends: blinded ids, or what hides them; see its README"
_SIZE_ABOUT = "number of ids"
PAIR = PairMessages(
    size_to_provider=Message("set_size_to_provider", _PROMOTER, _PROVIDER, Carries.SIZES, _SIZE_ABOUT),
    size_to_promoter=Message("set_size_to_promoter", _PROVIDER, _PROMOTER, Carries.SIZES, _SIZE_ABOUT),
    to_provider=Message("protocol_to_provider", _PROMOTER, _PROVIDER, Carries.BLINDED, _PAIR),
    to_promoter=Message("protocol_to_promoter", _PROVIDER, _PROMOTER, Carries.BLINDED, _PAIR),
    salt=RING.salt,
    positions=RING.positions,
)


class Params(BaseModel, frozen=True, extra="forbid"):
    """The same at all members."""

    protocol: Literal["auto", "ring", "curve25519", "oprf", "unbalanced", "rsa", "rsa3072"] = Field(
        default="auto",
        description="auto: the ring for three and more members; for two, what suits the sizes. ring: elliptic-curve "
        "masks, for two and more members. The others are for two: curve25519 (the same masks, fewer bytes), oprf (the "
        "fastest for large sets), unbalanced (a promoter with few ids), rsa and rsa3072 (blind signatures; the "
        "provider signs).",
        json_schema_extra={
            "zh": "auto：三个及以上成员用 ring；两个成员按集合大小选择。ring：椭圆曲线掩码，适用于两个及以上成员。"
            "其余只用于两个成员：curve25519（同样的掩码，传输更少）；oprf（大集合最快）；unbalanced（发起方 ID 很少）；"
            "rsa、rsa3072（盲签名，由协作方签名）"
        },
    )


_OF_THE_RING = (RING.to_provider, RING.between_providers, RING.to_promoter, RING.salt, RING.positions, RING.tags)
_OF_A_PAIR = (PAIR.size_to_provider, PAIR.size_to_promoter, PAIR.to_provider, PAIR.to_promoter)
MESSAGES = (*_OF_THE_RING, *_OF_A_PAIR)
INPUTS = (Port("table", "table", about="rows with a unique id"),)
OUTPUTS = (Port("table", "table", about="the rows of the common ids, in the order that all members share"),)
DISCLOSES = (
    Disclosure(
        _PROMOTER,
        "the common ids; how many ids each provider has; with the ring the sizes of the pairwise overlaps",
        "共同 ID；各协作方的 ID 数量；使用 ring 时还有两两交集的大小",
    ),
    Disclosure(_PROVIDER, "the common ids; how many ids each other member has", "共同 ID；其他各成员的 ID 数量"),
)
# n_ring is 1 with the ring, else 0. Every party makes n_providers hops and skips one set: that of the party ahead of
# it, which it masks last. Each provider then sends the promoter the set that it masked last. n_common is known only
# afterwards; what a protocol of two sends is in its README.
COST = (
    Cost("order_salt", "n_providers", "32 * n_providers"),
    Cost("common_positions", "n_providers", "n_bitmap_bytes"),
    Cost("common_tags", "n_ring", "32 * n_common * n_ring"),
    Cost("set_size_to_provider", "1 - n_ring", "8 * (1 - n_ring)"),
    Cost("set_size_to_promoter", "1 - n_ring", "8 * (1 - n_ring)"),
    Cost("protocol_to_provider", "n_protocol_to_provider", "n_protocol_bytes_to_provider"),
    Cost("protocol_to_promoter", "n_protocol_to_promoter", "n_protocol_bytes_to_promoter"),
    Cost(
        "masked_set_to_provider",
        "n_providers * n_ring",
        "n_ring * 32 * (n_rows + n_rows_providers - n_rows_first_provider)",
    ),
    Cost(
        "masked_set_between_providers",
        "n_providers * (n_providers - 1) * n_ring",
        "n_ring * 32 * ((n_providers - 1) * (n_rows + n_rows_providers) - n_rows_providers + n_rows_first_provider)",
    ),
    Cost(
        "masked_set_to_promoter",
        "2 * n_providers * n_ring",
        "n_ring * 32 * (n_rows_providers + n_rows + n_rows_providers - n_rows_first_provider)",
    ),
)
