"""Evaluates the COST expressions of manifests: Python arithmetic over named sizes.

Names: `n_parties` (without an arbiter), `n_providers`; `n_rows` (rows of the promoter's main input table),
`n_rows_providers` (sum over the providers), `n_rows_first_provider`, `n_bitmap_bytes` (one bit for each provider's
row, each provider rounded up to bytes); `n_features_promoter`, `n_features_first_provider`, `n_features_providers`
(sum, numeric or not, without id and label); every shared parameter by its name; whatever else the component's README
names, which its example supplies. Functions: min, max, ceil.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from kernel.data.engine import Table

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "ceil": math.ceil}


def evaluate(expression: str, names: Mapping[str, float]) -> float:
    """Evaluate an expression without `eval`.

    Raises
    ------
    ValueError
        An unknown name, or anything but arithmetic.
    """

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float() as constant):
                return constant
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return _FUNCTIONS[name](*map(value, arguments))
            case _:
                raise ValueError(f"{ast.unparse(node)!r} is no size in {expression!r}")

    return float(value(ast.parse(expression, mode="eval").body))


def sizes(tables: Mapping[str, Table | None], params: Mapping[str, Any]) -> dict[str, float]:
    """Names for a run: the first input table of each owner of data (the promoter first) and the shared parameters."""
    members = list(tables)
    rows = {member: table.n_rows if table else 0 for member, table in tables.items()}
    features = {member: len(table.schema.features) if table else 0 for member, table in tables.items()}
    named = {name: float(value) for name, value in params.items() if isinstance(value, int | float)}
    return named | {
        "n_parties": len(members),
        "n_providers": len(members) - 1,
        "n_rows": rows[members[0]],
        "n_rows_first_provider": rows[members[1]] if len(members) > 1 else 0,
        "n_bitmap_bytes": sum(-(-rows[member] // 8) for member in members[1:]),
        "n_rows_providers": sum(rows[member] for member in members[1:]),
        "n_features_promoter": features[members[0]],
        "n_features_first_provider": features[members[1]] if len(members) > 1 else 0,
        "n_features_providers": sum(features[member] for member in members[1:]),
    }
