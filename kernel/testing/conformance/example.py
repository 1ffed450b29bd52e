"""Examples: small inputs with which a component runs in a second, and how its result is compared with the reference."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.component import Component
from kernel.core.registry import components
from kernel.testing.parties import Run, Sample

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One component on small data.

    Parameters
    ----------
    component
        The component, with toy keys where it has keys.
    agrees
        Asserts that a run agrees with the reference within the stated tolerance.
    table
        The input port whose table the checks corrupt.
    sizes
        Names of COST expressions beyond those of `kernel.testing.cost.sizes`.
    resume_tolerance
        Largest difference between the models of a resumed and an uninterrupted run.
    """

    component: Component
    inputs: Mapping[str, Mapping[str, Any]]
    agrees: Callable[[Run], None]
    table: str = "table"
    params: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)
    resume_tolerance: float = 0.0


def examples() -> dict[str, Example]:
    """Every registered component's EXAMPLE, and those that its module names in MORE, as "component, name"."""
    found: dict[str, Example] = {}
    for name in components():
        module = importlib.import_module(f"kernel.components.{name}.tests.example")
        found[name] = module.EXAMPLE
        found |= {f"{name}, {variant}": example for variant, example in getattr(module, "MORE", {}).items()}
    return found


def aligned(n_rows: int = 40, widths: tuple[int, ...] = (2, 2, 1), seed: int = 7) -> dict[str, Sample]:
    """Tables with the same ids in the same order and standardised columns; the first has a label `y`."""
    rng = np.random.default_rng(seed)
    ids = [f"id-{value}" for value in rng.permutation(10 * n_rows)[:n_rows].tolist()]
    values = rng.normal(size=(n_rows, sum(widths)))
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    label = (values.sum(axis=1) + rng.logistic(size=n_rows) > 0).astype(int).tolist()
    tables: dict[str, Sample] = {}
    start = 0
    for member, width in zip(("bank", "bureau", "retailer", "shop"), widths, strict=False):
        columns: dict[str, Any] = {f"{member}_id": ids}
        columns |= {f"{member}_{index}": values[:, start + index].tolist() for index in range(width)}
        if not tables:
            columns["y"] = label
        tables[member] = Sample(columns, f"{member}_id", "" if tables else "y")
        start += width
    return tables


def several_classes(n_rows: int, widths: tuple[int, ...], seed: int = 7) -> tuple[dict[str, Sample], Floats]:
    """Tables as `aligned` makes them, with a label of three texts; and the place of each row's class among them."""
    tables = aligned(n_rows, widths, seed)
    first = next(iter(tables.values()))
    score = np.array(first.columns[next(name for name in first.columns if name.endswith("_0"))])
    score = score + np.random.default_rng(seed).normal(size=n_rows) / 2
    label = np.array(["low", "mid", "high"])[np.digitize(score, [-0.5, 0.5])]
    columns = {**first.columns, "y": label.tolist()}
    member = next(iter(tables))
    return {**tables, member: Sample(columns, first.id_column, "y")}, np.unique(label, return_inverse=True)[1].astype(
        float
    )
