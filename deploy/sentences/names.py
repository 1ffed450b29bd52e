"""What names stand for: arguments of a call, and what a scope assigns."""

import ast

from deploy.sentences.sources import Function


def called(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """Return the argument at a place or by its name."""
    if len(call.args) > place >= 0:
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def assigned(scope: ast.AST, name: str) -> list[ast.expr | None]:
    """Return what is assigned to a name in a scope; None for what is no plain assignment."""
    found: list[ast.expr | None] = []
    for node in ast.walk(scope) if isinstance(scope, Function) else ast.iter_child_nodes(scope):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=value)
                | ast.AnnAssign(target=ast.Name(id=target), value=value)
                | ast.NamedExpr(target=ast.Name(id=target), value=value)
            ) if target == name:
                found.append(value)
            case (
                ast.For(target=other)
                | ast.comprehension(target=other)
                | ast.AugAssign(target=other)
                | ast.Assign(targets=[ast.Tuple() as other])
            ) if _within(other, name):
                found.append(None)
    return found


def _within(target: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def place_of(function: Function, name: str) -> int | None:
    """Return where a call gives a parameter, without `self`; -1 for one that is only given by its name."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    if name in names:
        return names.index(name)
    return -1 if any(name == each.arg for each in function.args.kwonlyargs) else None
