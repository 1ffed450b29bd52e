"""The messages of secret-shared linear training, one for each pair of roles that sends it."""

from dataclasses import dataclass

from kernel.core.context import Context
from kernel.core.message import Carries, Message
from kernel.core.party import Party, Role

_PAIRS = (
    (Role.PROMOTER, Role.PROVIDER, "to_provider"),
    (Role.PROVIDER, Role.PROMOTER, "to_promoter"),
    (Role.PROVIDER, Role.PROVIDER, "between_providers"),
)
Routes = dict[tuple[Role, Role], Message]


def _routes(name: str, carries: Carries, about: str, *suffixes: str) -> Routes:
    return {
        (sender, receiver): Message(f"{name}_{suffix}", sender, receiver, carries, about)
        for sender, receiver, suffix in _PAIRS
        if not suffixes or suffix in suffixes
    }


@dataclass(frozen=True)
class LinearMessages:
    """Every message of the protocol by sender's and receiver's role."""

    setup: Routes
    columns_ct: Routes
    gram_ct: Routes
    masks_ct: Routes
    masked_ct: Routes
    step: Routes
    weights_ct: Routes
    inner_ct: Routes
    objective_share: Routes
    verdict: Routes
    score_masks_ct: Routes
    scores_ct: Routes
    turn_ct: Routes
    turned_ct: Routes
    residual_ct: Routes
    gradient_ct: Routes
    gradient: Routes
    rate_ct: Routes
    rates_ct: Routes
    total: Routes
    move: Routes
    unit_ct: Routes
    entry_ct: Routes
    residual: Routes
    weights: Routes

    def logistic(self) -> tuple[Message, ...]:
        """Messages of a logistic regression, for the manifest."""
        return self._without(_OF_ERRORS + _OF_RATES)

    def linear(self) -> tuple[Message, ...]:
        """Messages of a linear regression, for the manifest."""
        return self._without(_OF_SLOPES + _OF_SIGMOID + _OF_RATES)

    def poisson(self) -> tuple[Message, ...]:
        """Messages of a Poisson regression, for the manifest."""
        return self._without(_OF_ERRORS + _OF_SIGMOID)

    def _without(self, names: tuple[str, ...]) -> tuple[Message, ...]:
        return tuple(message for name, routes in vars(self).items() if name not in names for message in routes.values())


_OF_SLOPES = ("score_masks_ct", "scores_ct", "residual_ct", "gradient_ct", "gradient")
_OF_SIGMOID = ("turn_ct", "turned_ct")
_OF_RATES = ("rate_ct", "rates_ct", "total", "move")
_OF_ERRORS = ("unit_ct", "entry_ct", "residual")
MESSAGES = LinearMessages(
    setup=_routes(
        "setup",
        Carries.SIZES,
        "public key, numbers of rows, columns and targets, hash of the order of ids, kept checkpoints, "
        "the id of the training that a start is of",
    ),
    columns_ct=_routes(
        "columns_ct",
        Carries.CIPHERTEXT,
        "the sender's columns (the promoter's with its targets) in a basis of its own, packed, under the sender's key",
    ),
    gram_ct=_routes(
        "products_masked_ct",
        Carries.MASKED,
        "products of the sender's columns with the receiver's plus masks, under the receiver's key",
    ),
    masks_ct=_routes(
        "step_masks_ct",
        Carries.CIPHERTEXT,
        "the sender's random masks of the next steps under the sender's key",
    ),
    masked_ct=_routes(
        "step_masks_product_masked_ct",
        Carries.MASKED,
        "the sender's share of the products of columns times the receiver's masks plus masks, under the receiver's key",
    ),
    step=_routes(
        "weights_masked", Carries.MASKED, "the sender's share of the next weights, all of them under every party's mask"
    ),
    weights_ct=_routes(
        "weights_share_ct",
        Carries.CIPHERTEXT,
        "the sender's share of all weights, or of the last steps, under the sender's key",
    ),
    inner_ct=_routes(
        "objective_masked_ct",
        Carries.MASKED,
        "the sender's share of the gradient times what the receiver shared plus a mask, under its key",
    ),
    objective_share=_routes(
        "objective_share",
        Carries.SHARE,
        "share of the objective, added up from provider to provider; only the promoter can complete it",
        "to_promoter",
        "between_providers",
    ),
    verdict=_routes("verdict", Carries.OPEN, "whether the training goes on", "to_provider"),
    score_masks_ct=_routes(
        "score_masks_ct",
        Carries.CIPHERTEXT,
        "the sender's random masks of the receiver's weights under the sender's key",
    ),
    scores_ct=_routes(
        "scores_masked_ct",
        Carries.MASKED,
        "the sender's columns and penalty times the receiver's masks plus masks, under the receiver's key",
    ),
    turn_ct=_routes(
        "sigmoid_share_ct",
        Carries.CIPHERTEXT,
        "sines and cosines of the sender's share of the scores, or its share of products of them, under its key",
        "to_provider",
        "between_providers",
    ),
    turned_ct=_routes(
        "sigmoid_masked_ct",
        Carries.MASKED,
        "products with sines and cosines of the sender's share of the scores plus masks, under the receiver's key",
        "to_promoter",
        "between_providers",
    ),
    residual_ct=_routes(
        "residual_share_ct", Carries.CIPHERTEXT, "the sender's share of the residuals under the sender's key"
    ),
    gradient_ct=_routes(
        "gradient_masked_ct",
        Carries.MASKED,
        "the sender's columns times the receiver's share of the residuals plus masks, under the receiver's key",
    ),
    gradient=_routes(
        "gradient_masked", Carries.MASKED, "the sender's share of the gradient, all of it under every party's mask"
    ),
    rate_ct=_routes(
        "rate_share_ct",
        Carries.CIPHERTEXT,
        "a power of two of the sender's share of the scores, or its share of products of them, under its key",
        "to_provider",
        "between_providers",
    ),
    rates_ct=_routes(
        "rate_masked_ct",
        Carries.MASKED,
        "products with a power of two of the sender's share of the scores plus masks, under the receiver's key",
        "to_promoter",
        "between_providers",
    ),
    total=_routes(
        "total_masked", Carries.MASKED, "the sender's share of the sum of all rates, under every party's mask"
    ),
    move=_routes(
        "move",
        Carries.OPEN,
        "whether the training goes on, and how the next step is put together of the last ones",
        "to_provider",
    ),
    unit_ct=_routes(
        "standard_error_unit_ct",
        Carries.CIPHERTEXT,
        "rows of the sender's change of basis under the sender's key",
    ),
    entry_ct=_routes(
        "standard_error_ct",
        Carries.CIPHERTEXT,
        "the sender's summand of the variances of the receiver's own weights, under the receiver's key",
    ),
    residual=_routes(
        "residual_variance", Carries.OPEN, "the part of the label's variance that the model leaves", "to_provider"
    ),
    weights=_routes("weights_share", Carries.SHARE, "at the end: the sender's share of the receiver's own weights"),
)


def send(ctx: Context, routes: Routes, payload: bytes, to: Party, step: str) -> None:
    """Send along the route for the two roles."""
    ctx.send(routes[ctx.role, to.role], payload, to=to, step=step)


def recv(ctx: Context, routes: Routes, sender: Party, step: str) -> bytes:
    """Receive along the route for the two roles."""
    return ctx.recv(routes[sender.role, ctx.role], sender=sender, step=step)
