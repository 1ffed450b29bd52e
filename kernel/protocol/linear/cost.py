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
them), and `n_penalty_ct` is the sum over providers of ceil(columns / slots of their penalty). `n_errors` is 1 with
standard errors, else 0, and `n_squares` the sum of the squares of the providers' numbers of columns.
"""

from kernel.core.component import Cost
from kernel.crypto.paillier import HEADER_BYTES
from kernel.crypto.paillier.products import MASK_BITS, Slots
from kernel.ml.linear import HARMONICS
from kernel.protocol.alignment import greeting_bytes
from kernel.protocol.linear import scales
from kernel.protocol.linear.refine import penalty_slots
from kernel.protocol.linear.start import MARK_BYTES
from kernel.protocol.linear.turns import ROWS

_CT = "key_bits / 4"
_N = len(HARMONICS)
_RING = scales.RING // 8
_SLOTS = f"max(1, (key_bits - 2) // {scales.batch_slots(2048).width})"
_BATCHES = f"ceil(n_steps / {_SLOTS})"
_SETUP = f"({greeting_bytes(n_numbers=2) + MARK_BYTES} + 8 + 3 * key_bits / 8)"
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


def _of_columns(name: str, promoters: str, providers: str, *, extra: str = "0") -> list[Cost]:
    """Cost of a message of a step for each pair, with a ciphertext for every column of one of the two.

    Parameters
    ----------
    promoters, providers
        Direction in which the promoter's columns travel, and that of the providers' with the promoter.
    extra
        Further ciphertexts in each.
    """
    first, others = "(n_weights - n_features_providers)", "n_features_providers"
    if extra != "0":
        few = f"max(1, (key_bits - 2) // {penalty_slots(2048).width})"
        first, others = f"(ceil({first} / {few}) + {extra})", f"(n_penalty_ct + n_providers * {extra})"
    whole = f"({HEADER_BYTES} * n_providers + {_CT} * {others})"
    return [
        Cost(
            f"{name}_{promoters}",
            "n_refinements * n_providers",
            f"n_refinements * n_providers * ({HEADER_BYTES} + {_CT} * {first})",
        ),
        Cost(f"{name}_{providers}", "n_refinements * n_providers", f"n_refinements * {whole}"),
        Cost(
            f"{name}_between_providers",
            "n_refinements * n_providers * (n_providers - 1)",
            f"n_refinements * (n_providers - 1) * {whole}",
        ),
    ]


def _of_sigmoid(name: str, first: str, turn: str, closing: str, *, first_turn: str = "") -> list[Cost]:
    """Cost of what goes to, or comes from, those who turn and the last one: from the promoter and between providers."""
    parts = f"n_refinements * ceil(n_rows / {ROWS})"
    # The promoter's first turn, if there is one, may be narrower.
    of_promoter = f"({first_turn or turn} * min(1, n_providers - 1) + {turn} * max(0, n_providers - 2))"
    pairs, turns = "(n_providers * (n_providers - 1) / 2)", "((n_providers - 1) * (n_providers - 2) / 2)"
    return [
        Cost(
            f"{name}_{way}",
            f"{parts} * {messages}",
            f"{HEADER_BYTES} * {parts} * {messages} + {_CT} * n_refinements * ({turned} + {closing} * {closed})",
        )
        for way, messages, turned, closed in (
            (first, "n_providers", of_promoter, "1"),
            ("between_providers", pairs, f"{turn} * {turns}", "(n_providers - 1)"),
        )
    ]


def _rows(slots: Slots) -> str:
    """Ciphertexts of all rows, laid out by `of_convolution`."""
    room = f"(key_bits - {MASK_BITS + 4}) // {slots.width}"
    return f"ceil(n_rows / max(1, ({room} + 1) // 2))"


_SCORES = f"ceil(n_rows / max(1, (key_bits - 2) // {scales.score_slots(2048).width}))"
_TURN_SLOTS = f"max(1, ((key_bits - {MASK_BITS + 4}) // {scales.TURN_WIDTH} + 1) // 2)"
_TURNED, _FIRST = (
    f"ceil({_N} * n_rows / min({slots.count}, max(1, (key_bits - 2) // {slots.width})))"
    for slots in (scales.turned_slots(2048, width) for width in (scales.TURN_WIDTH, scales.FIRST_TURN_WIDTH))
)
_QUADRATIC = (
    *(Cost(f"setup_{way}", count, f"{count} * {_SETUP}") for way, count in _DIRECTIONS.items()),
    *_some("columns_ct", "n_pass", "n_columns_ct"),
    *_some("products_masked_ct", "n_answers", "n_answers_ct"),
    *_every("step_masks_ct", _BATCHES, "n_weights"),
    *_every("step_masks_product_masked_ct", _BATCHES, "n_weights"),
    *(
        Cost(
            f"weights_masked_{way}",
            f"(n_rounds + n_refinements) * {count}",
            f"({_RING} * n_steps + {scales.REFINED_RING // 8} * n_refinements) * {count} * n_weights",
        )
        for way, count in _DIRECTIONS.items()
    ),
    *_every("weights_share_ct", "n_openings", "n_targets * n_weights"),
    *_every("objective_masked_ct", "n_openings", "1"),
    Cost("objective_share_to_promoter", "n_openings", f"n_openings * {_RING}"),
    Cost(
        "objective_share_between_providers",
        "n_openings * (n_providers - 1)",
        f"n_openings * (n_providers - 1) * {_RING}",
    ),
    Cost("verdict_to_provider", "n_stages * n_providers", "n_stages * n_providers"),
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
LOGISTIC = (
    *_QUADRATIC,
    *_of_columns("score_masks_ct", "to_promoter", "to_provider"),
    *_of_columns("scores_masked_ct", "to_provider", "to_promoter", extra=_SCORES),
    *_of_sigmoid("sigmoid_share_ct", "to_provider", f"{_N} * n_rows", f"ceil({2 * _N} / {_TURN_SLOTS}) * n_rows"),
    *_of_sigmoid("sigmoid_masked_ct", "to_promoter", _TURNED, "n_rows", first_turn=_FIRST),
    *_every("residual_share_ct", "n_refinements", _rows(scales.residual_slots(2048))),
    *_of_columns("gradient_masked_ct", "to_provider", "to_promoter"),
    *(
        Cost(
            f"gradient_masked_{way}",
            f"n_refinements * {count}",
            f"{scales.TURN_RING // 8} * n_refinements * {count} * n_weights",
        )
        for way, count in _DIRECTIONS.items()
    ),
)
LINEAR = (
    *_QUADRATIC,
    Cost(
        "standard_error_unit_ct_to_provider",
        "n_errors * n_providers",
        f"n_errors * n_providers * ({HEADER_BYTES} + {_CT} * (n_weights - n_features_providers) ** 2)",
    ),
    Cost(
        "standard_error_unit_ct_to_promoter",
        "n_errors * n_providers",
        f"n_errors * ({HEADER_BYTES} * n_providers + {_CT} * n_squares)",
    ),
    Cost(
        "standard_error_unit_ct_between_providers",
        "n_errors * n_providers * (n_providers - 1)",
        f"n_errors * (n_providers - 1) * ({HEADER_BYTES} * n_providers + {_CT} * n_squares)",
    ),
    Cost(
        "standard_error_ct_to_promoter",
        "n_errors * n_providers",
        f"n_errors * n_providers * ({HEADER_BYTES} + {_CT} * (n_weights - n_features_providers))",
    ),
    Cost(
        "standard_error_ct_to_provider",
        "n_errors * n_providers",
        f"n_errors * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost(
        "standard_error_ct_between_providers",
        "n_errors * n_providers * (n_providers - 1)",
        f"n_errors * (n_providers - 1) * ({HEADER_BYTES} * n_providers + {_CT} * n_features_providers)",
    ),
    Cost("residual_variance_to_provider", "n_errors * n_providers", "8 * n_errors * n_providers"),
)
