"""The demo's flow, as a user would write it down for `hanse flow create`."""

from collections.abc import Mapping, Sequence
from typing import Any

SPLIT_SEED = 20211
TEST_FRACTION = 0.2
L2 = 1e-3


def graph(data_sets: Mapping[str, str], promoter: str) -> dict[str, Any]:
    """Return data_import → psi → split → standardise → vert_lr → predict → evaluation.

    Parameters
    ----------
    data_sets
        Member → its data set's id.
    promoter
        The member with the label; it alone evaluates.
    """
    return {
        "nodes": [
            _node("import", "data_import", {}, own={member: {"data_set": name} for member, name in data_sets.items()}),
            _node("align", "psi", {}, _from("table", "import", "table")),
            _node(
                "split", "split", {"test_fraction": TEST_FRACTION, "seed": SPLIT_SEED}, _from("table", "align", "table")
            ),
            _node("scale", "standardise", {}, _from("train", "split", "train")),
            _node(
                "train", "vert_lr", {"l2": L2}, _from("train", "scale", "train"), _from("pipeline", "scale", "pipeline")
            ),
            _node(
                "score",
                "predict",
                {"apply_pipeline": True},
                _from("table", "split", "test"),
                _from("model", "train", "model"),
            ),
            _node(
                "evaluate",
                "evaluation",
                {"alone_l2": L2},
                _from("prediction", "score", "prediction"),
                _from("alone_train", "split", "train"),
                _from("alone_test", "split", "test"),
                parties=[promoter],
            ),
        ]
    }


def _node(
    name: str,
    component: str,
    params: dict[str, Any],
    *inputs: dict[str, str],
    own: dict[str, dict[str, str]] | None = None,
    parties: Sequence[str] = (),
) -> dict[str, Any]:
    node: dict[str, Any] = {
        "id": name,
        "component": component,
        "title": name,
        "params": params,
        "own": own or {},
        "inputs": list(inputs),
    }
    return node | ({"parties": list(parties)} if parties else {})


def _from(port: str, node: str, output: str) -> dict[str, str]:
    return {"port": port, "node": node, "output": output}
