"""The parsed sources of the services, and where a name in one of them comes from."""

import ast
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("board", "common", "flow", "fusion", "gateway", "kernel", "ledger", "serving", "union")
# Where the processes begin. Nobody imports components, which are found by walking their package, nor the protocols of
# set intersection, which are entry points.
_STARTS = (
    *("board.app", "flow.app", "fusion.app", "gateway.app", "serving.app", "union.app"),
    *("kernel.app", "kernel.executor", "kernel.components", "kernel.protocol.psi."),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A module: its parsed text, what it imports by name, and the function and class around each node."""

    name: str
    tree: ast.Module
    imported: dict[str, tuple[str, str]]  # local name -> (module, name there; "" for the module itself)
    around: dict[ast.AST, ast.AST]

    def function(self, node: ast.AST) -> Function | None:
        """Return the function that a node stands in."""
        found = self.around.get(node)
        while found is not None and not isinstance(found, Function):
            found = self.around.get(found)
        return found


def reached() -> dict[str, Source]:
    """Return the modules that a service's process can import, so neither commands nor tests."""
    known = {name: source_of(name, path) for package in _PACKAGES for name, path in _modules(package)}
    todo = [name for name in known if name.startswith(_STARTS)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        for module, inner in known[name].imported.values():
            todo += [module, f"{module}.{inner}"]
    return {name: known[name] for name in sorted(seen)}


def _modules(package: str) -> list[tuple[str, Path]]:
    found = []
    for path in sorted((_ROOT / package).rglob("*.py")):
        parts = path.relative_to(_ROOT).with_suffix("").parts
        if not {"tests", "testing", "migrations", "web", "conftest"} & set(parts):
            found.append((".".join(parts).removesuffix(".__init__"), path))
    return found


def source_of(name: str, path: Path) -> Source:
    """Read a module."""
    tree = ast.parse(path.read_text("utf-8"))
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return Source(name, tree, imported, around)
