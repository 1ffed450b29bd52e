"""The same linear model where rows lie on Spark."""

import numpy as np
import pytest

from kernel.components import vert_lr, vert_poisson
from kernel.data.spark import SparkEngine
from kernel.executor.session import start_session
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys

SINE = {"iterations": 10, "sigmoid": "sine", "refinements": 1}


@pytest.mark.parametrize(
    ("component", "params", "bits"),
    [
        (vert_lr, SINE, 512),
        (vert_lr, SINE | {"multi_class": "one_vs_rest"}, 512),
        (vert_poisson, {"steps": 4}, 1024),
    ],
)
def test_spark_trains_the_same_model(component, params, bits):
    tables = aligned(60, (2, 3))
    inputs = {member: {"train": table} for member, table in tables.items()}
    component = with_toy_keys(component.COMPONENT, bits)
    local = run_parties(component, inputs, params)
    session = start_session(master="local[1]", name="linear")
    try:
        spark = run_parties(component, inputs, params, engine=lambda: SparkEngine(session.sparkContext, 2))
    finally:
        session.stop()
    for member in tables:
        a, b = (np.array(run[member].outputs["model"].content["weights"]) for run in (local, spark))
        assert a == pytest.approx(b, abs=2e-3)  # sines and rates are rounded by masks, which differ
    assert sorted((key.message, key.step) for key, _ in spark.transcript) == sorted(
        (key.message, key.step) for key, _ in local.transcript
    )
