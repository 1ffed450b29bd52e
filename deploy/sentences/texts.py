"""Which texts an expression can make: literals as they are, a `HOLE` for what only the run knows."""

import ast
import re
from collections.abc import Iterable
from itertools import product

from deploy.sentences.names import argument, assigned, called, place_of
from deploy.sentences.sources import Function, Source

HOLE = "\0"
_MOST = 24  # variants of one sentence; more would be a table of words, not a sentence
_DEEP = 8


class Texts:
    """Follows names to what was assigned, parameters to the calls, and calls to what they return."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self._sources = sources
        self._functions: dict[str, list[tuple[Source, Function]]] = {}
        self._calls: dict[str, list[tuple[Source, ast.Call]]] = {}
        for source in sources.values():
            for node in ast.walk(source.tree):
                if isinstance(node, Function):
                    self._functions.setdefault(node.name, []).append((source, node))
                elif isinstance(node, ast.Call):
                    self._calls.setdefault(called(node), []).append((source, node))

    def of(self, source: Source, node: ast.expr, depth: int = 0) -> list[str]:
        """Return the texts that `node` can have, each once."""
        found = list(dict.fromkeys(map(_joined, self._of(source, node, depth + 1)))) if depth < _DEEP else [HOLE]
        return found if 0 < len(found) <= _MOST else [HOLE]

    def _of(self, source: Source, node: ast.expr, depth: int) -> Iterable[str]:
        found: Iterable[str] = [HOLE]
        match node:
            case ast.Constant(value=str(text)):
                found = [text]
            case ast.JoinedStr(values=parts):
                found = map("".join, product(*(self.of(source, part, depth) for part in parts)))
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                found = map("".join, product(self.of(source, left, depth), self.of(source, right, depth)))
            case ast.BinOp(op=ast.Mod(), left=left):
                found = [re.sub(r"%[a-z]", HOLE, text) for text in self.of(source, left, depth)]
            case ast.FormattedValue(conversion=-1, format_spec=None):
                found = _filled(self.of(source, node.value, depth))
            case ast.IfExp():
                found = [*self.of(source, node.body, depth), *self.of(source, node.orelse, depth)]
            case ast.BoolOp(op=ast.Or()):
                found = [text for value in node.values for text in self.of(source, value, depth)]
            case ast.Name():
                found = self._name(source, node, depth)
            case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls"))):
                found = self._returned(source, node, depth)
        return found

    def _name(self, source: Source, name: ast.Name, depth: int) -> list[str]:
        function = source.function(name)
        if function is not None:
            if bound := assigned(function, name.id):
                return [text for value in bound for text in (self.of(source, value, depth) if value else [HOLE])]
            if (place := place_of(function, name.id)) is not None:
                return self._passed(source, function, name.id, place, depth)
        if constant := assigned(source.tree, name.id):
            return [text for value in constant for text in (self.of(source, value, depth) if value else [HOLE])]
        module, inner = source.imported.get(name.id, ("", ""))
        if module in self._sources and inner:
            there = self._sources[module]
            return [text for value in assigned(there.tree, inner) if value for text in self.of(there, value, depth)]
        return [HOLE]

    def _passed(self, source: Source, function: Function, name: str, place: int, depth: int) -> list[str]:
        """Return what the calls of `function` give for a parameter; calls are told by the function's name."""
        owner = source.around.get(function)
        called_as = owner.name if isinstance(owner, ast.ClassDef) and function.name == "__init__" else function.name
        if called_as != function.name or len(self._functions[function.name]) == 1:
            calls = self._calls.get(called_as, [])
        else:
            calls = [(where, call) for where, call in self._calls.get(called_as, []) if where is source]
        given = [(where, argument(call, place, name)) for where, call in calls]
        return [text for where, value in given if value is not None for text in self.of(where, value, depth)]

    def _returned(self, source: Source, call: ast.Call, depth: int) -> list[str]:
        functions = [(where, known) for where, known in self._functions.get(called(call), []) if where is source]
        functions = functions or (self._functions.get(called(call), []) if isinstance(call.func, ast.Name) else [])
        if len(functions) != 1:
            return [HOLE]
        where, function = functions[0]
        returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        return [text for value in returns for text in self.of(where, value, depth)]


def _joined(text: str) -> str:
    return re.sub(f"{HOLE}+", HOLE, text)


def _filled(found: list[str]) -> list[str]:
    """Return what a hole of a sentence is filled with: phrases as they are, but a name or an ending stays a hole."""
    told = list(dict.fromkeys(text if not text or " " in text else HOLE for text in found))
    return [text for text in told if text or HOLE not in told]
