"""Vehicle silhouettes: a label of four classes and eighteen columns, as two members have them."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kernel.testing.parties import Sample

Floats = npt.NDArray[np.float64]
_FILE = Path(__file__).parent / "data" / "vehicle_silhouettes.csv"
_FIRST = 9  # columns with the label


def vehicles(every: int = 1, text: str = "") -> tuple[dict[str, Sample], Floats, Floats]:
    """Two members' tables of standardised columns; pooled columns; the class as a number.

    Parameters
    ----------
    every
        Which rows: each so-manieth.
    text
        With something, the label is text: this, and the number of the class.
    """
    with _FILE.open() as file:
        rows = list(csv.reader(file))[1::every]
    values = np.array(rows, dtype=np.float64)
    label, features = values[:, 0], values[:, 1:]
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    shown = [f"{text}{value:g}" if text else int(value) for value in label.tolist()]
    ids = [f"vehicle-{place}" for place in range(len(label))]
    first = {f"a{place}": column.tolist() for place, column in enumerate(features[:, :_FIRST].T)}
    second = {f"b{place}": column.tolist() for place, column in enumerate(features[:, _FIRST:].T)}
    bank = Sample({"id": ids, **first, "kind": shown}, "id", "kind")
    return {"bank": bank, "bureau": Sample({"id": ids, **second}, "id")}, features, label
