"""Which rows go together, and what an owner's sums over them tell of residuals that hardly move."""

import numpy as np
import pytest

from kernel.core.errors import BadParameters
from kernel.data.local import LocalBlocks, LocalEngine
from kernel.protocol.glm import batches
from kernel.protocol.glm.columns import Columns

N_ROWS, BATCH, WIDTH, EPOCHS = 300, 100, 6, 60


def test_each_row_once_in_order_and_alike_everywhere():
    plan = batches.batches("job", "task", N_ROWS + 7, BATCH)
    assert len(plan) == batches.n_batches(N_ROWS + 7, BATCH) == 3
    assert sorted(np.concatenate(plan).tolist()) == list(range(N_ROWS + 7))
    assert all(np.all(np.diff(rows) > 0) and len(rows) >= BATCH for rows in plan)
    again = batches.batches("job", "task", N_ROWS + 7, BATCH)
    assert all(np.array_equal(a, b) for a, b in zip(plan, again, strict=True))
    assert not np.array_equal(plan[0], batches.batches("job", "other", N_ROWS + 7, BATCH)[0])
    assert len(batches.batches("job", "task", N_ROWS, 0)) == 1


def _solved(plans):
    """Guess all rows' residuals from an owner's sums over steps, by least squares; returns the share of right signs."""
    rng = np.random.default_rng(1)
    columns, residuals = rng.normal(size=(N_ROWS, WIDTH)), rng.choice([-0.5, 0.5], N_ROWS)
    sums = []
    for plan in plans:
        for rows in plan:
            row = np.zeros((WIDTH, N_ROWS))
            row[:, rows] = columns[rows].T
            sums.append(row)
    system = np.vstack(sums)
    found = np.linalg.lstsq(system, system @ residuals, rcond=None)[0]
    return np.mean(np.sign(found) == np.sign(residuals))


def test_batches_that_keep_their_rows_tell_no_more_in_sixty_epochs_than_in_one():
    """Once weights stand still, sums of other rows in every epoch would be a solvable system: each label known."""
    kept = _solved([batches.batches("job", "task", N_ROWS, BATCH)] * EPOCHS)
    other = _solved([batches.batches("job", f"task {epoch}", N_ROWS, BATCH) for epoch in range(EPOCHS)])
    assert other == 1.0
    assert kept == _solved([batches.batches("job", "task", N_ROWS, BATCH)])
    assert kept < 0.75, "a leaning, as DISCLOSES says"


@pytest.mark.parametrize(("n_rows", "batch", "columns", "needed"), [(99, 0, 1, 100), (600, 100, 21, 105)])
def test_steps_of_too_few_rows_are_refused(n_rows, batch, columns, needed):
    with pytest.raises(BadParameters, match=f"{needed} are needed"):
        batches.check(n_rows, batch, columns)


def test_rows_count_by_their_weights():
    parts = batches.batches("job", "task", N_ROWS, BATCH)
    batches.check_weights(parts, np.full(N_ROWS, 0.3), 20)
    heavy = np.ones(N_ROWS)
    heavy[parts[1][:2]] = 1e3
    for weights in (heavy, np.where(heavy > 1, 1.0, 0.0), np.zeros(N_ROWS)):
        with pytest.raises(BadParameters, match="100 are needed"):
            batches.check_weights(parts, weights, 3)


def test_rows_that_stand_out_count_by_their_weights():
    rng = np.random.default_rng(2)
    data = np.hstack([rng.normal(size=(90, 1)), np.where(np.arange(90) < 25, 1.0, 0.0)[:, None]])
    weights = np.where((np.arange(90) >= 6) & (np.arange(90) < 25), 0.0, rng.uniform(0.5, 2, 90))
    columns = Columns(LocalBlocks(LocalEngine(), np.split(data, [40, 40])))
    assert columns.support().tolist() == [89, 25]
    assert columns.support(weights)[1] == pytest.approx(batches.counted(weights[:6]))
    assert columns.support(weights)[0] == pytest.approx(batches.counted(weights), rel=0.05)
