"""The same trees where rows lie on Spark."""

from kernel.components.vert_secureboost.tests.toy import tables, toy
from kernel.data.spark import SparkEngine
from kernel.executor.session import start_session
from kernel.testing import run_parties


def test_spark_grows_the_same_trees():
    samples, validation = tables(60, members=("bank", "bureau")), tables(40, seed=9, members=("bank", "bureau"))
    inputs = {member: {"train": samples[member], "validation": validation[member]} for member in samples}
    params = {"n_trees": 2, "max_depth": 2, "min_leaf_rows": 3, "min_child_weight": 0.1, "row_sample": 0.8}
    local = run_parties(toy(), inputs, params)
    session = start_session(master="local[1]", name="trees")
    try:
        engines = []

        def engine():
            engines.append(SparkEngine(session.sparkContext, 2))
            return engines[-1]

        spark = run_parties(toy(), inputs, params, engine=engine)
        for made in engines:
            # Trees' ciphertexts are gone from the cache: what stays are tables and codes.
            assert len(made._cached) <= 8
    finally:
        session.stop()
    for member in samples:
        assert spark[member].outputs["model"].dumps() == local[member].outputs["model"].dumps()
    assert [(key.message, key.step) for key, _ in sorted(spark.transcript, key=str)] == [
        (key.message, key.step) for key, _ in sorted(local.transcript, key=str)
    ]
