"""How the values of the id columns become one id; both sides must do the same."""

import unicodedata
from collections.abc import Sequence
from typing import Literal

import pydantic

from common import canonical


class KeyRule(pydantic.BaseModel, frozen=True, extra="forbid"):
    """The rule, which travels with the proposal as canonical JSON."""

    columns: int = pydantic.Field(default=1, ge=1, le=16, description="How many columns make an id.")
    trim: bool = pydantic.Field(default=True, description="Spaces around a value do not count.")
    case: Literal["keep", "lower", "upper"] = pydantic.Field(default="keep", description="Whether case counts.")
    form: Literal["none", "NFC", "NFKC"] = pydantic.Field(
        default="NFC", description="Unicode normalisation; NFKC also makes full-width letters and digits plain ones."
    )

    def dumps(self) -> bytes:
        """Write as canonical JSON."""
        return canonical.dumps(self.model_dump())

    def key(self, values: Sequence[str | None]) -> str:
        """Make an id of one row's values; empty when one of them is."""
        parts = [self._value(value) for value in values]
        if not all(parts):
            return ""
        # A single value stands for itself; several are joined so that ("a", "bc") and ("ab", "c") differ.
        return parts[0] if len(parts) == 1 else canonical.dumps(parts).decode()

    def _value(self, value: str | None) -> str:
        text = value or ""
        if self.form != "none":
            text = unicodedata.normalize(self.form, text)
        if self.trim:
            text = text.strip()
        if self.case == "lower":
            text = text.lower()
        elif self.case == "upper":
            text = text.upper()
        return text
