"""Which expressions of the sources are sentences for people, and of what list of the catalogue."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from deploy.sentences.errors import Errors
from deploy.sentences.names import argument, called
from deploy.sentences.sources import Function, Source

# Faults of a program or of a configuration file that end up in a log; a ValueError there reaches nobody else.
_INNER = ("kernel.crypto", "kernel.protocol", "kernel.core.component", "kernel.settings", "ledger.provider")
# What tells people why all the same.
_TELLING = ("kernel.protocol.psi.planner",)
_FAULTS = ("AssertionError", "NotImplementedError", "RuntimeError", "TypeError")
# A parameter or field of one of these names holds a sentence for people: name -> list.
_SENTENCES = dict.fromkeys(("detail", "problem", "reason", "text", "warning", "why", "words"), "others") | {
    "hint": "hints"
}
# What tells a step of a task, or a line of the log of actions: function -> list, and the place and name of the words.
_TELLERS = {
    "step": ("steps", 0, "title"),
    "progress": ("steps", 1, "step"),
    "note": ("log", 3, "detail"),
    "_append": ("log", 3, "detail"),
}
Found = Iterator[tuple[str, ast.expr]]


class Told:
    """Finds the sentences; those of an error stand in the list of its code."""

    def __init__(self, sources: dict[str, Source], errors: Errors) -> None:
        self._errors = errors
        # Where functions and classes take sentences, each with its list.
        self._places: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for source in sources.values():
            for node in ast.walk(source.tree):
                if isinstance(node, Function | ast.ClassDef):
                    taken = enumerate(_names(node))
                    places = {(place, _SENTENCES[name]) for place, name in taken if name in _SENTENCES}
                    self._places[node.name] |= places

    def at(self, source: Source, node: ast.AST) -> Found:
        """Return the sentences that a node holds, each with its list."""
        if isinstance(node, ast.Call):
            yield from self._called(source, node)
        elif isinstance(node, ast.Tuple):  # a table of errors with their words
            if len(node.elts) == 2 and self._errors.seen(code := self._errors.named(source, node.elts[0])):  # noqa: PLR2004
                yield code, node.elts[1]
        elif not _inner(source):
            yield from self._others(source, node)

    def _called(self, source: Source, call: ast.Call) -> Found:
        if code := self._errors.made(source, call):
            if self._errors.seen(code):
                yield from _given(call, code, 0, "detail")
                yield from _given(call, code, -1, "public_detail")
                yield from _given(call, "hints", -1, "hint")
        elif teller := _TELLERS.get(called(call)):
            yield from _given(call, *teller)
        elif not _inner(source):
            for place, table in self._places[called(call)]:
                yield from _given(call, table, place, "")
            for name, table in _SENTENCES.items():
                yield from _given(call, table, -1, name)

    def _others(self, source: Source, node: ast.AST) -> Found:
        """Return what is raised, returned, kept or listed as a part of a longer sentence."""
        match node:
            case ast.Raise(exc=ast.Call() as call):
                if called(call) not in _FAULTS and not self._errors.made(source, call):
                    yield from _given(call, "others", 0, "")
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="problems"))], value=value):
                yield "others", value
            case ast.Return(value=ast.Constant() | ast.JoinedStr() | ast.IfExp() as value):
                yield "others", value
            case ast.GeneratorExp(elt=value) | ast.ListComp(elt=value) if isinstance(value, ast.JoinedStr | ast.IfExp):
                yield "others", value


def _inner(source: Source) -> bool:
    return source.name.startswith(_INNER) and source.name not in _TELLING


def _given(call: ast.Call, table: str, place: int, name: str) -> Found:
    if (value := argument(call, place, name)) is not None:
        yield table, value


def _names(node: Function | ast.ClassDef) -> list[str]:
    """Return what a function or a data class takes, in order."""
    if isinstance(node, Function):
        return [each.arg for each in node.args.args if each.arg not in ("self", "cls")]
    fields = [inner.target for inner in node.body if isinstance(inner, ast.AnnAssign)]
    return [target.id for target in fields if isinstance(target, ast.Name)]
