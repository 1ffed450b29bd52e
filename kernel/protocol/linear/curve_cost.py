"""COST of objectives that are not quadratic, after the pass and the solver of one that is: see `cost`."""

from kernel.core.component import Cost
from kernel.crypto.paillier import HEADER_BYTES
from kernel.crypto.paillier.products import MASK_BITS, Slots
from kernel.crypto.ring import Ring
from kernel.ml.linear import HARMONICS
from kernel.protocol.linear import rates, scales
from kernel.protocol.linear.cost import CT, DIRECTIONS, every, quadratic
from kernel.protocol.linear.slopes import penalty_slots
from kernel.protocol.linear.turns import ROWS

_N = len(HARMONICS)


def _of_columns(
    name: str, promoters: str, providers: str, *, extra: str = "0", times: str = "n_refinements"
) -> list[Cost]:
    """Cost of a message of a step for each pair, with a ciphertext for every column of one of the two.

    Parameters
    ----------
    promoters, providers
        Direction in which the promoter's columns travel, and that of the providers' with the promoter.
    extra
        Further ciphertexts in each.
    times
        Steps.
    """
    first, others = "(n_weights - n_features_providers)", "n_features_providers"
    if extra != "0":
        few = f"max(1, (key_bits - 2) // {penalty_slots(2048).width})"
        first, others = f"(ceil({first} / {few}) + {extra})", f"(n_penalty_ct + n_providers * {extra})"
    whole = f"({HEADER_BYTES} * n_providers + {CT} * {others})"
    return [
        Cost(
            f"{name}_{promoters}",
            f"{times} * n_providers",
            f"{times} * n_providers * ({HEADER_BYTES} + {CT} * {first})",
        ),
        Cost(f"{name}_{providers}", f"{times} * n_providers", f"{times} * {whole}"),
        Cost(
            f"{name}_between_providers",
            f"{times} * n_providers * (n_providers - 1)",
            f"{times} * (n_providers - 1) * {whole}",
        ),
    ]


def _slopes(ring: Ring, gradients: str) -> tuple[Cost, ...]:
    """Cost of `slopes`: scores in every step, and so many gradients."""
    return (
        *_of_columns("score_masks_ct", "to_promoter", "to_provider"),
        *_of_columns("scores_masked_ct", "to_provider", "to_promoter", extra=_SCORES),
        *every("residual_share_ct", gradients, _rows(scales.residual_slots(2048, ring))),
        *_of_columns("gradient_masked_ct", "to_provider", "to_promoter", times=gradients),
        *(
            Cost(
                f"gradient_masked_{way}",
                f"{gradients} * {count}",
                f"{ring.width} * {gradients} * {count} * n_weights",
            )
            for way, count in DIRECTIONS.items()
        ),
    )


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
            f"{HEADER_BYTES} * {parts} * {messages} + {CT} * n_refinements * ({turned} + {closing} * {closed})",
        )
        for way, messages, turned, closed in (
            (first, "n_providers", of_promoter, "1"),
            ("between_providers", pairs, f"{turn} * {turns}", "(n_providers - 1)"),
        )
    ]


def _of_rates(name: str, way: str, ciphertexts: str) -> list[Cost]:
    """Cost of what goes to, or comes from, those who multiply: from the promoter and between providers."""
    parts = f"n_refinements * ceil(n_rows / {rates.ROWS})"
    return [
        Cost(
            f"{name}_{direction}",
            f"{parts} * {pairs}",
            f"{pairs} * ({HEADER_BYTES} * {parts} + {CT} * n_refinements * {ciphertexts})",
        )
        for direction, pairs in ((way, "n_providers"), ("between_providers", "(n_providers * (n_providers - 1) / 2)"))
    ]


def _rows(slots: Slots) -> str:
    """Ciphertexts of all rows, laid out by `of_masked_convolution`."""
    return f"ceil(n_rows / max(1, ((key_bits - 2) // {slots.width} + 1) // 2))"


_SCORES = f"ceil(n_rows / max(1, (key_bits - 2) // {scales.score_slots(2048).width}))"
_TURN_SLOTS = f"max(1, ((key_bits - {MASK_BITS + 4}) // {scales.TURN_WIDTH} + 1) // 2)"
_TURNED, _FIRST = (
    f"ceil({_N} * n_rows / min({slots.count}, max(1, (key_bits - 2) // {slots.width})))"
    for slots in (scales.turned_slots(2048, width) for width in (scales.TURN_WIDTH, scales.FIRST_TURN_WIDTH))
)


_RATES = f"ceil(n_rows / max(1, (key_bits - 2) // {scales.rate_slots(2048).width}))"
LOGISTIC = (
    *quadratic("n_openings", "n_openings * n_targets", "n_openings", "n_stages"),
    *_slopes(scales.TURNS, "n_refinements"),
    *_of_sigmoid("sigmoid_share_ct", "to_provider", f"{_N} * n_rows", f"ceil({2 * _N} / {_TURN_SLOTS}) * n_rows"),
    *_of_sigmoid("sigmoid_masked_ct", "to_promoter", _TURNED, "n_rows", first_turn=_FIRST),
)
POISSON = (
    *quadratic(
        "(n_openings + n_refinements + n_taken)",
        "(n_openings + n_refinements + n_products)",
        "(n_openings + n_refinements + n_products)",
        "(n_stages + n_refinements)",
    ),
    *_slopes(scales.RATES, "n_taken"),
    *_of_rates("rate_share_ct", "to_provider", "n_rows"),
    *_of_rates("rate_masked_ct", "to_promoter", _RATES),
    *(
        Cost(f"total_masked_{way}", f"n_refinements * {count}", f"{scales.RATES.width} * n_refinements * {count}")
        for way, count in DIRECTIONS.items()
    ),
    Cost("move_to_provider", "n_taken * n_providers", "(n_taken + 8 * n_products) * n_providers"),
)
