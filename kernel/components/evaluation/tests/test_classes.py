"""Labels of several classes, as predict and other tables write them."""

import pytest

from kernel.components.evaluation import COMPONENT
from kernel.core.errors import BadLabel
from kernel.testing.parties import Sample, run_parties


def evaluated(label):
    columns = {
        "id": ["p", "q", "r"],
        "probability=1": [0.7, 0.2, 0.1],
        "probability=2": [0.2, 0.5, 0.1],
        "probability=x": [0.1, 0.3, 0.8],
        "prediction": ["1", "2", "x"],
        "y": label,
    }
    table = Sample(columns, "id", "y")
    return run_parties(COMPONENT, {"bank": {"prediction": table}, "bureau": {}}, check=False)["bank"]


@pytest.mark.parametrize(("label", "accuracy"), [(["1", "2", "x"], 1), ([1, 2, 2], 2 / 3), ([1.0, 1.0, 1.0], 1 / 3)])
def test_labels_are_compared_as_text(label, accuracy):
    assert evaluated(label).metrics["accuracy"] == pytest.approx(accuracy)


@pytest.mark.parametrize("label", [["1", "2", "y"], [1, 2, None], [1.5, 1.0, 2.0]])
def test_labels_of_no_class_are_refused(label):
    assert isinstance(evaluated(label).error, BadLabel)
