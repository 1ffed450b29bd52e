"""Where the steps with the sigmoid begin: at an earlier model's weights, each party's own.

Every party puts its own weights in as its share, and zeros as its shares of all others': nobody tells its weights. All
say which training their part is of, so that parts of two trainings are never taken for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.component import Model
from kernel.core.errors import BadParameters, BadPayload, OtherTraining, OutOfRange
from kernel.core.party import Party
from kernel.protocol.linear import scales
from kernel.protocol.linear.cross import Layout, Wide
from kernel.protocol.scoring import open_part
from kernel.protocol.training import ID_BYTES

Floats = npt.NDArray[np.float64]
_NONE, _GIVEN = b"\0", b"\1"
MARK_BYTES = 1 + ID_BYTES


@dataclass(frozen=True)
class Start:
    """Our part of an earlier model.

    Parameters
    ----------
    weights
        Of our columns, the promoter's intercept behind them: columns × targets.
    training
        Id of the training that made it.
    """

    weights: Floats
    training: str

    @classmethod
    def of(cls, model: Model, kind: str, columns: Sequence[str], classes: Sequence[Any] | None) -> "Start":
        """Read our part.

        Parameters
        ----------
        classes
            The promoter's, whose part has an intercept; None at a provider.

        Raises
        ------
        BadParameters
            A model of another kind, of other columns or of other classes.
        """
        if model.kind != kind:
            raise BadParameters(
                f"start: the earlier model is of kind {model.kind}, not {kind}",
                hint="Connect `start` to an earlier node of this kind.",
                public_detail="start: the earlier model is of another kind",
            )
        part, content = open_part(model.kind, model.content), model.content
        if sorted(part.columns) != sorted(columns):
            raise BadParameters(
                f"start: the earlier model has other columns: {', '.join(sorted(set(part.columns) ^ set(columns)))}",
                hint="Choose the same columns, or leave `start` unconnected.",
                public_detail="start: the earlier model has other columns",
            )
        order = [list(part.columns).index(name) for name in columns]
        weights = np.array(content["weights"], dtype=np.float64).reshape(len(columns), -1)[order]
        if classes is not None:
            if list(content.get("classes", [])) != list(classes):
                other_classes = "start: the earlier model has other classes than the label"
                raise BadParameters(other_classes, hint="Leave `start` unconnected.", public_detail=other_classes)
            intercept = content.get("intercept", [0.0] * weights.shape[1])
            weights = np.vstack([weights, np.reshape(intercept, (1, -1))])
        return cls(weights, part.training)

    def shares(self, transform: Floats, layout: Layout, n_targets: int) -> Wide:
        """Our shares of all weights in their owners' bases: columns × targets, FRAC_WEIGHT bits.

        Raises
        ------
        BadParameters, OutOfRange
            It has another number of classes; a weight is too large.
        """
        if self.weights.shape[1] != n_targets:
            number = "start: the earlier model has another number of classes"
            raise BadParameters(number, hint="Leave `start` unconnected.", public_detail=number)
        own = np.linalg.solve(transform, self.weights)
        if not np.max(np.abs(own)) < 2.0**scales.WEIGHT_BITS:
            raise OutOfRange("a weight of the start is too large", hint="Leave `start` unconnected.")
        out: Wide = np.zeros((layout.total, n_targets), dtype=object)
        out[layout.own] = [[round(value) for value in row] for row in (own * 2.0**scales.FRAC_WEIGHT).tolist()]
        return out


def mark(start: Start | None) -> bytes:
    """Say whether there is a start, and of which training."""
    if start is None:
        return _NONE + bytes(ID_BYTES)
    return _GIVEN + (bytes.fromhex(start.training) or bytes(ID_BYTES))


def compare(ours: bytes, theirs: bytes, party: Party) -> None:
    """Compare our mark with another party's.

    Raises
    ------
    BadPayload, BadParameters, OtherTraining
        It is no mark; one of us has a start and the other has none, or one of another training.
    """
    if len(theirs) != MARK_BYTES or theirs[:1] not in {_NONE, _GIVEN}:
        raise BadPayload("a malformed greeting", party=party.member)
    if ours[:1] != theirs[:1]:
        uneven = f"start: {party} has one and we have none" if ours[:1] == _NONE else f"start: {party} has none"
        hint = "Connect `start` at every member, or at none."
        raise BadParameters(uneven, hint=hint, party=party.member, public_detail=uneven)
    if ours != theirs:
        mixed = f"start: the part of {party} is of another training than ours"
        hint = "Connect `start` to one and the same training at all members."
        raise OtherTraining(mixed, hint=hint, party=party.member, public_detail=mixed)
