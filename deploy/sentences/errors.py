"""The error classes of the sources, and which class a call makes."""

import ast
import re

from deploy.sentences.sources import Source

_CODE = re.compile(r"HAN-\d{4}")


class Errors:
    """The error classes by module and name, but for those of `unseen` codes."""

    def __init__(self, sources: dict[str, Source], unseen: frozenset[str]) -> None:
        self._codes: dict[tuple[str, str], str] = {}
        self._nodes: dict[tuple[str, str], ast.ClassDef] = {}
        self._unseen = unseen
        for source in sources.values():
            for node in ast.walk(source.tree):
                if isinstance(node, ast.ClassDef) and _CODE.fullmatch(code := _constant(node, "code")):
                    self._codes[source.name, node.name] = code
                    self._nodes[source.name, node.name] = node

    def all(self, attribute: str) -> dict[str, str]:
        """Return a constant of every class (its title, its hint) by code."""
        told = {code: _constant(self._nodes[place], attribute) for place, code in self._codes.items()}
        return {code: text for code, text in sorted(told.items()) if text and code not in self._unseen}

    def named(self, source: Source, node: ast.expr) -> str:
        """Return the code of the class that an expression names; empty for anything else."""
        match node:
            case ast.Name(id=name):
                return self._codes.get(source.imported.get(name, (source.name, name)), "")
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                outer, inner = source.imported.get(module, ("", ""))
                return self._codes.get((f"{outer}.{inner}".removesuffix("."), name), "")
        return ""

    def made(self, source: Source, call: ast.Call) -> str:
        """Return the code of the error that a call words: in a class's own `__init__`, or where it is made."""
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
                owner = source.around.get(source.function(call) or call)
                return self._codes.get((source.name, owner.name), "") if isinstance(owner, ast.ClassDef) else ""
        return self.named(source, call.func)

    def seen(self, code: str) -> bool:
        """Say whether the page can show errors of a code."""
        return bool(code) and code not in self._unseen


def _constant(node: ast.ClassDef, name: str) -> str:
    for inner in node.body:
        match inner:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str(text))) if target == name:
                return text
    return ""
