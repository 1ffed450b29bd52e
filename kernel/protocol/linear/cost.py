"""COST of the linear protocol, for the manifests of the components that run it.

Names beyond those that every manifest may use; all of them follow from the numbers of columns, for instance by
`kernel.protocol.linear.gram`: `n_weights` (all columns with weights, the intercept among them), and for each of the
directions `to_provider`, `to_promoter`, `between_providers`: `n_pass_<direction>` messages with columns,
`n_columns_ct_<direction>` ciphertexts in them, `n_answers_<direction>` and `n_answers_ct_<direction>` those coming
back. `n_steps` iterations are done in `n_stages` stages; `n_steps` is `iterations` or less. The objective is opened
`n_openings` times.
"""

from kernel.core.component import Cost
from kernel.crypto.paillier import HEADER_BYTES
from kernel.protocol.linear import scales

_CT = "key_bits / 4"
_RING = scales.RING // 8
_SLOTS = f"max(1, (key_bits - 2) // {scales.batch_slots(2048).width})"
_BATCHES = f"ceil(n_steps / {_SLOTS})"
_SETUP = "(68 + 3 * key_bits / 8)"
_DIRECTIONS = {
    "to_provider": "n_providers",
    "to_promoter": "n_providers",
    "between_providers": "n_providers * (n_providers - 1)",
}


def _every(name: str, times: str, ciphertexts: str) -> list[Cost]:
    """Cost of a message to everybody else, `times` times."""
    size = f"({HEADER_BYTES} + {_CT} * {ciphertexts})"
    return [
        Cost(f"{name}_{direction}", f"{times} * {count}", f"{times} * {count} * {size}")
        for direction, count in _DIRECTIONS.items()
    ]


def _some(name: str, messages: str, ciphertexts: str) -> list[Cost]:
    """Cost of a message between some pairs."""
    return [
        Cost(
            f"{name}_{direction}",
            f"{messages}_{direction}",
            f"{HEADER_BYTES} * {messages}_{direction} + {_CT} * {ciphertexts}_{direction}",
        )
        for direction in _DIRECTIONS
    ]


COST = (
    *(Cost(f"setup_{way}", count, f"{count} * {_SETUP}") for way, count in _DIRECTIONS.items()),
    *_some("columns_ct", "n_pass", "n_columns_ct"),
    *_some("products_masked_ct", "n_answers", "n_answers_ct"),
    *_every("step_masks_ct", _BATCHES, "n_weights"),
    *_every("step_masks_product_masked_ct", _BATCHES, "n_weights"),
    *(
        Cost(f"weights_masked_{way}", f"n_steps * {count}", f"n_steps * {count} * {_RING} * n_weights")
        for way, count in _DIRECTIONS.items()
    ),
    *_every("weights_share_ct", "n_openings", "n_weights"),
    *_every("objective_masked_ct", "n_openings", "1"),
    Cost("objective_share_to_promoter", "n_openings", f"n_openings * {_RING}"),
    Cost(
        "objective_share_between_providers",
        "n_openings * (n_providers - 1)",
        f"n_openings * (n_providers - 1) * {_RING}",
    ),
    Cost("verdict_to_provider", "n_stages * n_providers", "n_stages * n_providers"),
    # Everybody sends each owner its share of the owner's weights.
    Cost("weights_share_to_provider", "n_providers", f"{_RING} * n_features_providers"),
    Cost("weights_share_to_promoter", "n_providers", f"{_RING} * n_providers * (n_weights - n_features_providers)"),
    Cost(
        "weights_share_between_providers",
        "n_providers * (n_providers - 1)",
        f"{_RING} * (n_providers - 1) * n_features_providers",
    ),
)
