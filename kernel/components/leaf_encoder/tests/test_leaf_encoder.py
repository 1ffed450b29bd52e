"""Options, and models that have no leaves."""

import dataclasses

from kernel.components.leaf_encoder import COMPONENT
from kernel.components.leaf_encoder.tests.example import EXAMPLE
from kernel.core import Model
from kernel.core.errors import BadParameters
from kernel.testing.parties import run_parties


def test_own_columns_may_be_left_out():
    run = run_parties(COMPONENT, EXAMPLE.inputs, {"keep_columns": False})
    table = run["bank"].outputs["table"]
    assert table.schema.names == ("bank_id", "y", "tree1", "tree2")
    assert (table.schema.label_column, table.schema.kind("tree1")) == ("y", "string")


def test_columns_of_the_same_name_are_refused():
    ports = EXAMPLE.inputs["bank"]
    table = dataclasses.replace(ports["table"], columns={**ports["table"].columns, "tree2": [1.0] * 40})
    inputs = {**EXAMPLE.inputs, "bank": {**ports, "table": table}}
    run = run_parties(COMPONENT, inputs, check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert "tree2" in str(run["bank"].error)
    assert run_parties(COMPONENT, inputs, {"keep_columns": False})["bank"].outputs


def test_linear_models_have_no_leaves():
    linear = Model("vert_lr", {"columns": ["bureau_0"], "weights": [1.0], "pipeline": []})
    inputs = {**EXAMPLE.inputs, "bureau": {**EXAMPLE.inputs["bureau"], "model": linear}}
    run = run_parties(COMPONENT, inputs, check=False)
    assert isinstance(run["bureau"].error, BadParameters)
    assert "vert_lr" in run["bureau"].error.public_detail
