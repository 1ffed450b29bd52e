"""Sentences that pydantic, jsonschema and werkzeug write about what a person has entered."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from jsonschema import _keywords  # its messages stand nowhere else
from pydantic_core._pydantic_core import list_all_errors  # nothing public lists them
from werkzeug.exceptions import default_exceptions

from deploy.sentences.names import called
from deploy.sentences.sources import source_of
from deploy.sentences.texts import HOLE, Texts

# What the models of the APIs and the components can refuse; the other kinds belong to types that none of them has.
_KINDS = (
    *("missing", "extra_forbidden", "string_type", "string_too_short", "string_too_long"),
    *("string_pattern_mismatch", "string_unicode", "int_type", "int_parsing", "int_from_float"),
    *("int_parsing_size", "float_type", "float_parsing", "finite_number", "bool_type", "bool_parsing"),
    *("greater_than", "greater_than_equal", "less_than", "less_than_equal", "list_type", "tuple_type"),
    *("dict_type", "model_type", "model_attributes_type", "too_short", "too_long", "literal_error", "enum"),
    *("value_error", "json_invalid", "none_required"),
)
_KEYWORDS = (
    *("additionalProperties", "enum", "exclusiveMaximum", "exclusiveMinimum", "maximum", "maxItems", "maxLength"),
    *("minimum", "minItems", "minLength", "pattern", "required", "type", "uniqueItems"),
)
_STATUS = (400, 404, 405, 411, 413, 415)


def library_texts() -> Iterator[str]:
    """Return the sentences, with `HOLE` where a value stands."""
    for kind in list_all_errors():
        if kind["type"] in _KINDS:
            for plural, what in product(("", "s"), ("Dictionary", "List", "Value")):
                text = kind["message_template_python"].replace("{expected_plural}", plural)
                yield re.sub(r"\{\w+\}", HOLE, text.replace("{field_type}", what))
    source = source_of(_keywords.__name__, Path(str(_keywords.__file__)))
    texts = Texts({source.name: source})
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called(node) == "ValidationError":
            function = source.function(node)
            if function is not None and function.name in _KEYWORDS:
                yield from (text for text in texts.of(source, node.args[0]) if "%" not in text)
    for status in _STATUS:
        yield str(default_exceptions[status].description)
