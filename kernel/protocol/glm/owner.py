"""What an owner of columns does before the meeting and after the last epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.component import Model, Outputs
from kernel.core.context import Context
from kernel.ml.glm import Family
from kernel.protocol.glm import batches, labels, model
from kernel.protocol.glm.columns import Columns, ones
from kernel.protocol.glm.labels import Target
from kernel.protocol.glm.params import GlmParams, OwnParams
from kernel.protocol.glm.weights import Weights, way_down
from kernel.protocol.linear import part

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Owner:
    """Own columns.

    Parameters
    ----------
    names
        Of the columns with a penalty; the promoter's constant stands after them in `columns`.
    """

    ctx: Context
    params: GlmParams
    names: Sequence[str]
    columns: Columns

    @classmethod
    def provider(cls, ctx: Context, params: GlmParams, own: OwnParams) -> "Owner":
        """Prepare a provider's; raises what `Columns.check_support` and `batches.check` do."""
        own.check_provider()
        table = ctx.inputs["train"]
        names = table.schema.numeric_features(own.columns)
        owner = cls(ctx, params, names, Columns(part.checked_features(table, names)))
        owner.check_sums()
        return owner

    @classmethod
    def promoter(cls, ctx: Context, params: GlmParams, own: OwnParams) -> "Owner":
        """Prepare the promoter's; its row weights are no column, and the constant is one."""
        table = ctx.inputs["train"]
        names = [name for name in table.schema.numeric_features(own.columns) if name != own.weight]
        return cls(ctx, params, names, Columns(part.checked_features(table, names).map(ones)))

    @property
    def n_columns(self) -> int:
        """Columns, the constant counted."""
        return self.columns.blocks.n_columns

    def ids(self) -> list[str]:
        """Ids of the rows, in their order."""
        found: list[str] = self.ctx.inputs["train"].ids().tolist()
        return found

    def check_sums(self, row_weights: Floats | None = None) -> None:
        """Refuse steps whose sums over our own columns would be about too few rows, of which others know more."""
        n_rows, whose = self.columns.blocks.n_rows, f"a {self.ctx.role}"
        batches.check(n_rows, self.params.batch_rows, self.n_columns, whose)  # first: in a tiny step all are thin
        self.columns.check_support(self.names, self.params.batch_rows, row_weights)

    def weights(self, family: Family, n_outputs: int, about: dict[str, Any] | None = None) -> Weights:
        """Make own weights at their start; `about` as in `model.start_of`."""
        ctx, params = self.ctx, self.params
        penalised = (np.arange(self.n_columns) < len(self.names)).astype(np.float64)
        way = way_down(params, family.curvature, self.columns, penalised, n_outputs, len(ctx.owners))
        return Weights(model.start_of(ctx, self.names, n_outputs, about), penalised, params, way)

    def promoters_weights(self, family: Family, own: OwnParams) -> tuple[Target, Weights]:
        """Read the label, and make the promoter's weights at their start."""
        params = self.params
        target = labels.target_of(self.ctx.inputs["train"], own, family, params)
        target.check_way(params)
        about = {"objective": params.objective, "classes": list(target.classes)}
        return target, self.weights(family, target.n_outputs, about)

    def providers_part(self, kind: str, weights: Weights) -> Outputs:
        """Show and give a provider's part of the model."""
        values = weights.values
        model.report(self.ctx, self.names, values, [f"output {place + 1}" for place in range(values.shape[1])])
        return {"model": Model(kind, model.content(self.ctx, self.names, values))}

    def promoters_part(self, kind: str, weights: Weights, target: Target, losses: Sequence[float]) -> Outputs:
        """Show and give the promoter's part of the model."""
        values, classes = weights.values, target.classes
        model.report(self.ctx, [*self.names, "intercept"], values, [str(name) for name in classes])
        model.report_losses(self.ctx, losses)
        content = model.promoter_content(self.ctx, self.names, values, self.params.objective, classes)
        return {"model": Model(kind, content)}
