"""The page's catalogue of sentences: errors' details by code, hints, steps, settings, manifests, the log, others."""

import ast
import re
from collections import defaultdict

from board.settings import BoardSettings
from deploy.sentences.errors import Errors
from deploy.sentences.libraries import library_texts
from deploy.sentences.sources import reached
from deploy.sentences.texts import HOLE, Texts
from deploy.sentences.told import Told
from kernel.core.registry import components

Catalogue = dict[str, dict[str, list[str]] | dict[str, str] | list[str]]

# Told on the console of a service that does not start, or of a command of the federation's operator.
_UNSEEN = frozenset(
    {"HAN-1023", "HAN-1118", "HAN-2008", "HAN-2020", "HAN-2023", "HAN-2024", "HAN-2028", "HAN-2031", "HAN-2032"}
    | {"HAN-2034", "HAN-2035", "HAN-2036", "HAN-7013"}
)
_WORDS = re.compile(r"[A-Za-z]{2}")
# Code, SQL and event streams are no sentences, nor is a single word; what is left may be.
_NO_SENTENCE = re.compile(r"^\S*$|\n|^SELECT |\w\(")


def catalogue() -> Catalogue:
    """Return `titles` and `details` by code, and the lists; holes are written {0}, {1}, ..."""
    sources = reached()
    errors, texts = Errors(sources, _UNSEEN), Texts(sources)
    told = Told(sources, errors)
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources.values():
        for node in ast.walk(source.tree):
            for table, value in told.at(source, node):
                found[table] |= {_numbered(text) for text in texts.of(source, value) if _WORDS.search(text)}
    found["hints"] |= set(errors.all("hint").values())
    details = {code: sorted(found[code]) for code in sorted(found) if code.startswith("HAN-") and found[code]}
    found["others"] |= {_numbered(text) for text in library_texts() if _WORDS.search(text)}
    others = {text for text in found["others"] if not _NO_SENTENCE.search(text)}
    return {
        "titles": errors.all("title"),
        "details": details,
        "hints": sorted(found["hints"]),
        "steps": sorted(found["steps"]),
        "settings": sorted({knob.description or "" for knob in BoardSettings.model_fields.values()}),
        "manifests": sorted(_manifests()),
        "log": sorted(found["log"]),
        "others": sorted(others.difference(found["log"], *details.values())),
    }


def _manifests() -> set[str]:
    """Return what components say in one language only: assumptions, messages and units."""
    found = set()
    for component in components().values():
        manifest = component.manifest()
        fields = [field for name in ("params", "own_params") for field in manifest[name]["properties"].values()]
        found |= {manifest["assumption"], *(message["about"] for message in manifest["messages"])}
        found |= {field.get("unit", "") for field in fields}
    return found - {""}


def _numbered(text: str) -> str:
    first, *others = re.sub(r"\{\d*\}", HOLE, text).split(HOLE)
    return first + "".join(f"{{{number}}}{other}" for number, other in enumerate(others))
