"""COST of the linear protocol, for the manifests of the components that run it.

Names beyond those that every manifest may use; all of them follow from the numbers of columns, for instance by
`kernel.protocol.linear.gram`: `n_weights` (all columns with weights, the intercept among them), and for each of the
directions `to_provider`, `to_promoter`, `between_providers`: `n_pass_<direction>` messages with columns,
`n_columns_ct_<direction>` ciphertexts in them, `n_answers_<direction>` and `n_answers_ct_<direction>` those coming
back. The promoter has `n_targets`. `n_rounds` iterations are done in `n_stages` stages, `iterations` or less; `n_steps`
counts the right-hand sides in them, which are solved side by side: one for each target. With standard errors there is
also one for each weight, and 64 of them are solved together (with more than 64 weights, columns of one party that fall
into two such groups take a message with units for each). The objective is opened `n_openings` times. `n_refinements`
steps with the sigmoid are done, those of all targets together (`n_steps` and `n_rounds` include the iterations in
them; of a Poisson regression they are the weights that are tried, `n_taken` of them are taken, after which
`n_products` inner products are opened in all), and `n_penalty_ct` is the sum over providers of ceil(columns / slots of
their penalty). `n_errors` is 1 with standard errors, else 0, and `n_squares` the sum of the squares of the providers'
numbers of columns.
"""

from kernel.core.component import Cost
from kernel.crypto.paillier import HEADER_BYTES
from kernel.protocol.alignment import greeting_bytes
from kernel.protocol.linear import scales
from kernel.protocol.linear.start import MARK_BYTES

CT = "key_bits / 4"
_RING = scales.RING // 8
_SLOTS = f"max(1, (key_bits - 2) // {scales.batch_slots(2048).width})"
_BATCHES = f"ceil(n_steps / {_SLOTS})"
_SETUP = f"({greeting_bytes(n_numbers=2) + MARK_BYTES} + 8 + 3 * key_bits / 8)"
DIRECTIONS = {
    "to_provider": "n_providers",
    "to_promoter": "n_providers",
    "between_providers": "n_providers * (n_providers - 1)",
}


def every(name: str, times: str, ciphertexts: str) -> list[Cost]:
    """Cost of a message to everybody else, `times` times."""
    return all_others(name, times, f"{times} * {ciphertexts}")


def all_others(name: str, times: str, ciphertexts: str) -> list[Cost]:
    """Cost of messages to everybody else with so many ciphertexts in all."""
    return [
        Cost(
            f"{name}_{direction}", f"{times} * {count}", f"{count} * ({HEADER_BYTES} * {times} + {CT} * {ciphertexts})"
        )
        for direction, count in DIRECTIONS.items()
    ]


def _some(name: str, messages: str, ciphertexts: str) -> list[Cost]:
    """Cost of a message between some pairs."""
    return [
        Cost(
            f"{name}_{direction}",
            f"{messages}_{direction}",
            f"{HEADER_BYTES} * {messages}_{direction} + {CT} * {ciphertexts}_{direction}",
        )
        for direction in DIRECTIONS
    ]


def quadratic(opened: str, vectors: str, numbers: str, verdicts: str) -> tuple[Cost, ...]:
    """Cost of the pass, the solver and the end.

    Parameters
    ----------
    opened, vectors, numbers
        Messages with shares of vectors whose products are opened, vectors in them, and products.
    verdicts
        Words of the promoter on whether it goes on.
    """
    return (
        *(Cost(f"setup_{way}", count, f"{count} * {_SETUP}") for way, count in DIRECTIONS.items()),
        *_some("columns_ct", "n_pass", "n_columns_ct"),
        *_some("products_masked_ct", "n_answers", "n_answers_ct"),
        *every("step_masks_ct", _BATCHES, "n_weights"),
        *every("step_masks_product_masked_ct", _BATCHES, "n_weights"),
        *(
            Cost(
                f"weights_masked_{way}",
                f"(n_rounds + n_refinements) * {count}",
                f"({_RING} * n_steps + {scales.REFINED_RING // 8} * n_refinements) * {count} * n_weights",
            )
            for way, count in DIRECTIONS.items()
        ),
        *all_others("weights_share_ct", opened, f"{vectors} * n_weights"),
        *all_others("objective_masked_ct", opened, numbers),
        Cost("objective_share_to_promoter", opened, f"{numbers} * {_RING}"),
        Cost(
            "objective_share_between_providers",
            f"{opened} * (n_providers - 1)",
            f"{numbers} * (n_providers - 1) * {_RING}",
        ),
        Cost("verdict_to_provider", f"{verdicts} * n_providers", f"{verdicts} * n_providers"),
        # Everybody sends each owner its share of the owner's weights.
        Cost("weights_share_to_provider", "n_providers", f"{_RING} * n_targets * n_features_providers"),
        Cost(
            "weights_share_to_promoter",
            "n_providers",
            f"{_RING} * n_targets * n_providers * (n_weights - n_features_providers)",
        ),
        Cost(
            "weights_share_between_providers",
            "n_providers * (n_providers - 1)",
            f"{_RING} * n_targets * (n_providers - 1) * n_features_providers",
        ),
    )


LINEAR = (
    *quadratic("n_openings", "n_openings * n_targets", "n_openings", "n_stages"),
    Cost(
        "standard_error_unit_ct_to_provider",
        "n_errors * n_providers",
        f"n_errors * n_providers * ({HEADER_BYTES} + {CT} * (n_weights - n_features_providers) ** 2)",
    ),
    Cost(
        "standard_error_unit_ct_to_promoter",
        "n_errors * n_providers",
        f"n_errors * ({HEADER_BYTES} * n_providers + {CT} * n_squares)",
    ),
    Cost(
        "standard_error_unit_ct_between_providers",
        "n_errors * n_providers * (n_providers - 1)",
        f"n_errors * (n_providers - 1) * ({HEADER_BYTES} * n_providers + {CT} * n_squares)",
    ),
    Cost(
        "standard_error_ct_to_promoter",
        "n_errors * n_providers",
        f"n_errors * n_providers * ({HEADER_BYTES} + {CT} * (n_weights - n_features_providers))",
    ),
    Cost(
        "standard_error_ct_to_provider",
        "n_errors * n_providers",
        f"n_errors * ({HEADER_BYTES} * n_providers + {CT} * n_features_providers)",
    ),
    Cost(
        "standard_error_ct_between_providers",
        "n_errors * n_providers * (n_providers - 1)",
        f"n_errors * (n_providers - 1) * ({HEADER_BYTES} * n_providers + {CT} * n_features_providers)",
    ),
    Cost("residual_variance_to_provider", "n_errors * n_providers", "8 * n_errors * n_providers"),
)
