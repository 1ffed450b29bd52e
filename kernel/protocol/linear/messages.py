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
    weights_ct: Routes
    scores_ct: Routes
    residual_ct: Routes
    gradient_ct: Routes
    gradient_share: Routes
    direction_ct: Routes
    step_ct: Routes
    loss_share: Routes
    weights: Routes

    def all(self) -> tuple[Message, ...]:
        """Every message, for the manifest."""
        return tuple(message for routes in vars(self).values() for message in routes.values())


_STAR = ("to_provider", "to_promoter")
MESSAGES = LinearMessages(
    setup=_routes(
        "setup", Carries.SIZES, "public key, numbers of rows and columns, hash of the order of ids, kept checkpoints"
    ),
    weights_ct=_routes(
        "weights_share_ct",
        Carries.CIPHERTEXT,
        "the sender's share of the receiver's weights under the sender's key",
        *_STAR,
    ),
    scores_ct=_routes(
        "scores_masked_ct",
        Carries.MASKED,
        "X times the receiver's share of the weights plus a mask, under its key",
        *_STAR,
    ),
    residual_ct=_routes(
        "residual_share_ct", Carries.CIPHERTEXT, "the sender's share of the residuals under the sender's key"
    ),
    gradient_ct=_routes(
        "gradient_masked_ct",
        Carries.MASKED,
        "X' times the receiver's share of the residuals plus a mask, under its key",
    ),
    gradient_share=_routes(
        "gradient_share",
        Carries.SHARE,
        "what the sender decrypted of another party's gradient, still masked, for the other holder of those weights",
        "to_promoter",
        "between_providers",
    ),
    direction_ct=_routes(
        "direction_share_ct",
        Carries.CIPHERTEXT,
        "the sender's share of the receiver's gradient under the sender's key",
        *_STAR,
    ),
    step_ct=_routes(
        "step_masked_ct",
        Carries.MASKED,
        "the receiver's part of the preconditioned gradient and of the objective plus masks, under its key",
        *_STAR,
    ),
    loss_share=_routes(
        "objective_share",
        Carries.SHARE,
        "share of the objective, added up from provider to provider; only the promoter can complete it",
        "to_promoter",
        "between_providers",
    ),
    weights=_routes(
        "weights_share", Carries.SHARE, "at the end: the sender's share of the receiver's own weights", *_STAR
    ),
)


def send(ctx: Context, routes: Routes, payload: bytes, to: Party, step: str) -> None:
    """Send along the route for the two roles."""
    ctx.send(routes[ctx.role, to.role], payload, to=to, step=step)


def recv(ctx: Context, routes: Routes, sender: Party, step: str) -> bytes:
    """Receive along the route for the two roles."""
    return ctx.recv(routes[sender.role, ctx.role], sender=sender, step=step)
