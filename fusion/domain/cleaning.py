"""What is taken out of one id column's values, so that numbers that people write differently are one id."""

import unicodedata
from typing import Literal

import pydantic

Keep = Literal["all", "no_separators", "letters_and_digits", "digits"]

#: Spaces of all kinds, control and invisible signs, hyphens and dashes, opening and closing brackets.
_SEPARATING = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Ps", "Pe"})
#: Dots as ids are written with, and the minus sign, which Unicode does not count among the dashes.
_SEPARATORS = frozenset(".\u00b7\u30fb\uff0e\u2212")
_LETTERS = frozenset("LM")  # a letter, and a mark that belongs to one
_MOST_PREFIXES, _LONGEST_PREFIX, _LONGEST_REST, _USUAL_REST = 8, 12, 32, 7

BAD_PREFIX = "a prefix has 1 to 12 signs that stay when values are cleaned, and no spaces; at most eight are dropped"


class Cleaning(pydantic.BaseModel, frozen=True, extra="forbid"):
    """The steps for one column; they apply in the order of the fields. Equal ones are written alike."""

    keep: Keep = pydantic.Field(
        default="all",
        description=(
            "Which signs of a value stay: all; no_separators: all but spaces, hyphens, dots and brackets; only letters"
            " and digits; only digits."
        ),
    )
    prefixes: tuple[str, ...] = pydantic.Field(
        default=(),
        max_length=_MOST_PREFIXES,
        description=(
            "Beginnings that are dropped, for instance the country's +86, 0086 and 86: the longest that a value begins"
            " with, once."
        ),
    )
    rest_at_least: int = pydantic.Field(
        default=_USUAL_REST,
        ge=1,
        le=_LONGEST_REST,
        description="A prefix is dropped only where so many signs remain; without prefixes it says nothing.",
    )

    @pydantic.field_validator("prefixes")
    @classmethod
    def _canonical(cls, prefixes: tuple[str, ...], about: pydantic.ValidationInfo) -> tuple[str, ...]:
        # As they are at the start of a value that has been cleaned: +86 is 86 where digits alone stay.
        cleaned = {kept(text, about.data.get("keep", "all")) for text in prefixes}
        for text in (*prefixes, *cleaned):
            if not 0 < len(text) <= _LONGEST_PREFIX or not text.isprintable() or " " in text:
                raise ValueError(BAD_PREFIX)
        return tuple(sorted(cleaned, key=lambda text: (-len(text), text)))

    @pydantic.field_validator("rest_at_least")
    @classmethod
    def _said(cls, rest: int, about: pydantic.ValidationInfo) -> int:
        return rest if about.data.get("prefixes") else _USUAL_REST

    @property
    def plain(self) -> bool:
        """Whether it changes nothing."""
        return self == type(self)()

    def steps(self, text: str) -> list[tuple[str, str]]:
        """Return the value after each step, by the step's name."""
        done: list[tuple[str, str]] = []
        if self.keep != "all":
            done.append((self.keep, kept(text, self.keep)))
        if self.prefixes:
            done.append(("prefix", self._dropped(done[-1][1] if done else text)))
        return done

    def _dropped(self, text: str) -> str:
        for prefix in self.prefixes:
            rest = text[len(prefix) :].lstrip()
            if text.startswith(prefix) and len(rest) >= self.rest_at_least:
                return rest
        return text


def kept(text: str, keep: str) -> str:
    """Return the signs of a text that stay."""
    if keep == "all":
        return text
    return "".join(sign for sign in text if _stays(sign, keep))


def _stays(sign: str, keep: str) -> bool:
    kind = unicodedata.category(sign)
    if keep == "no_separators":
        return kind not in _SEPARATING and sign not in _SEPARATORS
    return kind == "Nd" or (keep == "letters_and_digits" and kind[0] in _LETTERS)
