"""How the values of the id columns become one id; both sides must do the same."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import pydantic

from common import canonical
from common.errors import InvalidInput
from fusion.domain.cleaning import BAD_PREFIX, Cleaning
from fusion.domain.errors import BadColumns

HASH_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sm3": 64}
_HEX = re.compile("[0-9a-f]+")


class KeyRule(pydantic.BaseModel, frozen=True, extra="forbid"):
    """The rule, which travels with the proposal as canonical JSON; its steps apply in the order of its fields.

    Where no column is cleaned, `clean` is empty and is not written: such a rule is the same for nodes that know no
    cleaning.
    """

    columns: int = pydantic.Field(default=1, ge=1, le=16, description="How many columns make an id.")
    form: Literal["none", "NFC", "NFKC"] = pydantic.Field(
        default="NFC", description="Unicode normalisation; NFKC also makes full-width letters and digits plain ones."
    )
    trim: bool = pydantic.Field(default=True, description="Spaces around a value do not count.")
    clean: tuple[Cleaning, ...] = pydantic.Field(
        default=(), max_length=16, description="What is taken out of each column's values, in the columns' order."
    )
    case: Literal["keep", "lower", "upper"] = pydantic.Field(default="keep", description="Whether case counts.")
    hash: Literal["none", "md5", "sha1", "sha256", "sm3"] = pydantic.Field(
        default="none",
        description=(
            "Each column's value becomes its hash over UTF-8, in lower-case hexadecimal digits, after the other steps:"
            " for partners whose values are hashed already."
        ),
    )

    @pydantic.field_validator("clean")
    @classmethod
    def _canonical(cls, clean: tuple[Cleaning, ...]) -> tuple[Cleaning, ...]:
        return () if all(column.plain for column in clean) else clean

    @pydantic.model_validator(mode="after")
    def _one_for_each(self) -> Self:
        if self.clean and len(self.clean) != self.columns:
            msg = f"clean is for {len(self.clean)} columns, the rule for {self.columns}"
            raise ValueError(msg)
        return self

    @pydantic.model_serializer(mode="wrap")
    def _without_nothing(self, write: pydantic.SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = write(self)
        # Lists, not tuples: what is read back from JSON compares equal.
        clean = [{**column, "prefixes": list(column["prefixes"])} for column in told.pop("clean")]
        return told | ({"clean": clean} if clean else {})

    def dumps(self) -> bytes:
        """Write as canonical JSON."""
        return canonical.dumps(self.model_dump())

    def key(self, values: Sequence[str | None], *, hashed_here: bool = False) -> str:
        """Make an id of one row's values; empty when one of them makes none.

        Parameters
        ----------
        hashed_here
            The values are hashes already, as somebody made them by this rule.
        """
        return self.joined([self.value(value, place, hashed_here=hashed_here) for place, value in enumerate(values)])

    def joined(self, parts: Sequence[str]) -> str:
        """Join the columns' values."""
        if not all(parts):
            return ""
        # A single value stands for itself; several are joined so that ("a", "bc") and ("ab", "c") differ.
        return parts[0] if len(parts) == 1 else canonical.dumps(list(parts)).decode()

    def value(self, value: str | None, place: int = 0, *, hashed_here: bool = False) -> str:
        """Make the part of the column at a place; what ought to be a hash and is none makes no id."""
        if hashed_here:
            text = (value or "").strip().lower()
            return text if len(text) == HASH_DIGITS.get(self.hash, 0) and _HEX.fullmatch(text) else ""
        text = self.steps(value, place)[-1][1]
        return self.hashed(text) if text else ""

    def hashed(self, text: str) -> str:
        """Hash one value, where the rule says so."""
        # The ids' format, not what protects them: the alignment hashes each id again under its salt.
        return text if self.hash == "none" else hashlib.new(self.hash, text.encode(), usedforsecurity=False).hexdigest()

    def cleaning(self, place: int) -> Cleaning:
        """Return what is taken out of the values of the column at a place."""
        return self.clean[place] if self.clean else Cleaning()

    def steps(self, value: str | None, place: int = 0) -> list[tuple[str, str]]:
        """Return the value after each step before the hash, by the step's name; the first is the value as it is.

        Parameters
        ----------
        place
            Which of the rule's columns it is in.
        """
        done = [("value", value or "")]
        if self.form != "none":
            done.append((self.form, unicodedata.normalize(self.form, done[-1][1])))
        if self.trim:
            done.append(("trim", done[-1][1].strip()))
        done += self.cleaning(place).steps(done[-1][1])
        if self.case != "keep":
            text = done[-1][1]
            done.append((self.case, text.lower() if self.case == "lower" else text.upper()))
        return done


def rule_of(asked: Mapping[str, Any], columns: int) -> KeyRule:
    """Read a rule that somebody asks for, for so many columns.

    Raises
    ------
    InvalidInput, BadColumns
        It is none; it is for another number of columns.
    """
    if asked.get("columns") not in (None, 0, columns):
        raise BadColumns(f"{columns} columns are named, and the key rule is for {asked['columns']}")
    try:
        return KeyRule(**{**asked, "columns": columns})
    except (pydantic.ValidationError, TypeError) as problem:
        places = [place for error in getattr(problem, "errors", list)() for place in error["loc"]]
        if "prefixes" in places:  # the one part that people type
            raise InvalidInput(BAD_PREFIX, hint="Mend the prefixes, or let more signs stay.") from problem
        raise InvalidInput(
            "key_rule: trim is true or false, case keep, lower or upper, form none, NFC or NFKC, hash none, md5, sha1,"
            " sha256 or sm3; clean has one entry a column, with keep all, no_separators, letters_and_digits or digits,"
            " at most eight prefixes of 1 to 12 signs that stay, and rest_at_least 1 to 32"
        ) from problem
