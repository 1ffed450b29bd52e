"""The classes of a label: which values there are, and which of them each row has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel

MOST_CLASSES = 100


@dataclass(frozen=True)
class Classes:
    """Values of a label in ascending order; numbers or text.

    Parameters
    ----------
    values
        As numpy has them.
    """

    values: npt.NDArray[Any]

    @classmethod
    def of(cls, label: npt.NDArray[Any], what: str) -> "Classes":
        """Find them.

        Parameters
        ----------
        label
            Numbers, or texts as objects.
        what
            What takes so many classes, for people.

        Raises
        ------
        BadLabel
            It is missing or not finite in some rows, has a single class, or too many.
        """
        present(label)
        values = np.unique(label)
        if not 1 < len(values) <= MOST_CLASSES:
            raise BadLabel(
                f"the label has {len(values)} classes; {what} takes 2 to {MOST_CLASSES}",
                hint="Choose a label with a few classes, or another objective.",
            )
        return cls(values)

    @property
    def plain(self) -> list[Any]:
        """Values as a model's content has them; whole numbers as integers."""
        return [int(v) if isinstance(v, float) and v.is_integer() else v for v in self.values.tolist()]

    def places(self, label: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Each row's class, by its place.

        Raises
        ------
        BadLabel
            It is missing somewhere, of another type, or of none of the classes.
        """
        present(label)
        if label.dtype.kind != self.values.dtype.kind:
            raise BadLabel("the label is text in one table and a number in the other")
        place = np.minimum(np.searchsorted(self.values, label), len(self.values) - 1)
        if np.any(self.values[place] != label):
            raise BadLabel("the label has a class that no training row has")
        return place.astype(np.int64)


def present(label: npt.NDArray[Any]) -> None:
    """Check that every row has a label.

    Raises
    ------
    BadLabel
        One is missing or not finite.
    """
    missing = any(value is None for value in label) if label.dtype == object else label.dtype.kind == "f"
    if missing and (label.dtype == object or not np.all(np.isfinite(label))):
        raise BadLabel("the label is missing or not finite in some rows", hint="Leave these rows out.")
