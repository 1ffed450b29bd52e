"""One suite for both engines: the same calls give the same tables, blocks and order."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from kernel.core.errors import OutOfRange, UnknownColumn
from kernel.data import Engine, Schema
from kernel.data.local import LocalEngine

ROWS = 23


@pytest.fixture(scope="module", params=["local", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine with four partitions."""
    if request.param == "local":
        local = LocalEngine(4)
        yield local
        local.close()
        return
    from kernel.data.spark import SparkEngine
    from kernel.executor.session import start_session

    session = start_session(master="local[1]", name="test")
    yield SparkEngine(session.sparkContext, 4)
    session.stop()


def _arrow() -> pa.Table:
    values = np.arange(ROWS, dtype=np.float64)
    values_with_gap = [None if value == 5 else value for value in values.tolist()]
    return pa.table({"id": [f"id{n:02}" for n in range(ROWS)], "x": values_with_gap, "k": list(range(ROWS))})


def _table(engine: Engine):
    table = _arrow()
    return engine.from_arrow(table, Schema.of(table.schema, "id"))


def test_partitions_are_nearly_equal_and_ordered(engine: Engine) -> None:
    table = _table(engine)
    assert table.sizes == (6, 6, 6, 5)
    assert table.collect().equals(_arrow())
    assert table.ids().tolist() == _arrow().column("id").to_pylist()


def test_run_gives_each_partition_its_argument(engine: Engine) -> None:
    results = _table(engine).run(lambda part, argument: (part.num_rows, argument), ["a", "b", "c", "d"])
    assert results == [(6, "a"), (6, "b"), (6, "c"), (5, "d")]


def test_map_may_drop_rows(engine: Engine) -> None:
    table = _table(engine)
    halved = table.map(lambda part: part.slice(0, part.num_rows // 2), table.schema)
    assert halved.run(lambda part, _: part.num_rows) == [3, 3, 3, 2]  # of which a table learns its sizes
    assert halved.sizes == (3, 3, 3, 2)
    assert halved.n_rows == 11


def test_blocks_carry_missing_values_as_nan(engine: Engine) -> None:
    blocks = _table(engine).blocks(["x", "k"])
    matrix = blocks.collect()
    assert (blocks.n_rows, blocks.n_columns) == matrix.shape == (ROWS, 2)
    assert np.isnan(matrix[5, 0])
    assert np.array_equal(matrix[:, 1], np.arange(ROWS))
    doubled = blocks.map(lambda block: block * 2)
    assert sum(doubled.run(lambda block, _: float(block[:, 1].sum()))) == ROWS * (ROWS - 1)


def _refuse(block):
    if np.any(block == 7):
        raise OutOfRange("a seven", hint="Leave it out.", public_detail="A value.")
    return block


def test_blocks_of_a_known_shape_are_made_when_they_are_used(engine: Engine) -> None:
    blocks = _table(engine).blocks(["k"])
    pairs = blocks.map(lambda block: np.hstack([block, block]), 2)
    assert (pairs.sizes, pairs.n_columns) == (blocks.sizes, 2)
    assert np.array_equal(pairs.collect(), np.hstack([np.arange(ROWS)[:, None]] * 2))
    uses = (
        lambda made: made.run(lambda block, _: len(block)),
        lambda made: made.beside(np.zeros((ROWS, 1))).collect(),
        lambda made: made.map(lambda block: block + 1, 1).collect(),
        lambda made: made.map(lambda block: block + 1),
    )
    for use in uses:
        with pytest.raises(OutOfRange, match="a seven") as caught:
            use(blocks.map(_refuse, 1))
        assert (caught.value.hint, caught.value.public_detail) == ("Leave it out.", "A value.")


def test_integers_that_no_float_holds_are_rounded(engine: Engine) -> None:
    arrow = pa.table({"id": ["a", "b"], "n": [2**60 + 1, None]})
    matrix = engine.from_arrow(arrow, Schema.of(arrow.schema, "id")).blocks(["n"]).collect()
    assert matrix[0, 0] == 2.0**60
    assert np.isnan(matrix[1, 0])


def test_a_matrix_of_another_type_is_kept_with_blocks(engine: Engine) -> None:
    blocks = engine.blocks(np.arange(ROWS)[:, None].astype(np.uint8))
    other, odd = np.arange(ROWS)[:, None] / 2, np.arange(ROWS) % 2 == 1
    for rows in (None, odd):
        pairs = blocks.paired(other if rows is None else other[rows], rows)
        found = pairs.run(lambda pair, scale: (pair[0].dtype, pair[0] * scale - 2 * pair[1]), [1] * len(pairs.sizes))
        assert [len(left) for _, left in found] == list(pairs.sizes)
        assert sum(pairs.sizes) == (ROWS if rows is None else odd.sum())
        assert all(dtype == np.uint8 and not left.any() for dtype, left in found)
        pairs.drop()
    with pytest.raises(ValueError, match="rows beside"):
        blocks.paired(other[1:])


def test_a_matrix_is_put_beside_blocks(engine: Engine) -> None:
    blocks = _table(engine).blocks(["k"])
    right = np.arange(2.0 * ROWS).reshape(ROWS, 2)
    both = blocks.beside(right)
    assert (both.sizes, both.n_columns) == (blocks.sizes, 3)
    assert np.array_equal(both.collect(), np.hstack([np.arange(ROWS)[:, None], right]))
    odd = np.arange(ROWS) % 2 == 1
    half = blocks.beside(right[odd], odd)
    assert half.sizes == (3, 3, 3, 2)
    assert np.array_equal(half.collect(), np.hstack([np.arange(ROWS)[odd, None], right[odd]]))
    half.drop()
    with pytest.raises(ValueError, match="22 rows beside 23"):
        blocks.beside(right[1:])


def test_arrange_follows_the_order_of_the_ids(engine: Engine) -> None:
    wanted = np.array([f"id{n:02}" for n in (20, 3, 7, 0, 11, 22)])
    table = _table(engine).arrange(wanted)
    assert table.ids().tolist() == wanted.tolist()
    assert table.sizes == (2, 2, 1, 1)
    assert table.collect().column("k").to_pylist() == [20, 3, 7, 0, 11, 22]


def test_arrange_to_fewer_rows_than_partitions(engine: Engine) -> None:
    table = _table(engine).arrange(np.array(["id09"]))
    assert table.sizes == (1, 0, 0, 0)
    assert table.collect().column("k").to_pylist() == [9]


def test_arrange_names_how_many_ids_are_missing(engine: Engine) -> None:
    with pytest.raises(UnknownColumn, match="2 of the wanted ids"):
        _table(engine).arrange(np.array(["id01", "nobody", "noone"]))


def test_parquet_keeps_partitions(engine: Engine, tmp_path) -> None:
    table = _table(engine)
    engine.write(table, f"file://{tmp_path}/set")
    again = engine.read(f"file://{tmp_path}/set", table.schema)
    assert again.sizes == table.sizes
    assert again.collect().equals(table.collect())


def test_run_over_arguments_keeps_their_order(engine: Engine) -> None:
    assert engine.run(lambda value: value * value, [3, 1, 2]) == [9, 1, 4]
