"""Import, versions, online and offline; what is refused leaves nothing behind."""

from contextlib import ExitStack
from dataclasses import replace

import pyarrow as pa
import pytest

from serving.domain import errors
from serving.domain.models import Row
from serving.service.models import content_of
from serving.tests.federation import IDS, MODEL, ROWS, Federation, arrow, exact, model_bytes, part

ONE = ("bank",)
TWO = ("bank", "bureau")


@pytest.fixture
def alone(tmp_path):
    with ExitStack() as stack:
        yield Federation(tmp_path, stack, ONE)


@pytest.fixture
def two(tmp_path):
    with ExitStack() as stack:
        yield Federation(tmp_path, stack, TWO)


def score(federation):
    made = federation.cores["bank"].predictions.predict(MODEL, [Row(IDS[3], ROWS["bank"][IDS[3]])])
    return made.version, made.scores[0].score


def test_versions_and_rollback(alone):
    models = alone.cores["bank"].models
    with pytest.raises(errors.UnknownModel):
        models.online(MODEL)
    models.add(part("bank", ONE), None)
    with pytest.raises(errors.ModelOffline):
        score(alone)
    models.set_online(MODEL, "1")
    assert score(alone) == ("1", pytest.approx(exact(IDS[3], ONE), abs=1e-6))
    models.add(part("bank", ONE, "2", scale=2.0), None)
    assert score(alone)[0] == "1"
    models.set_online(MODEL, "2")
    assert score(alone) == ("2", pytest.approx(exact(IDS[3], ONE, 2.0), abs=1e-6))
    models.set_online(MODEL, "1")
    assert score(alone) == ("1", pytest.approx(exact(IDS[3], ONE), abs=1e-6))
    assert [(kept.version, kept.online) for kept in models.all()] == [("2", False), ("1", True)]
    with pytest.raises(errors.UnknownModel):
        models.set_online(MODEL, "3")
    assert models.online(MODEL).version == "1"
    models.set_online(MODEL, "")
    with pytest.raises(errors.ModelOffline):
        score(alone)


@pytest.mark.parametrize(
    "change",
    [
        {"model": ""},
        {"version": "v" * 65},
        {"kind": "magic"},
        {"members": ("bureau",)},
        {"members": ("bank", "bank")},
        {"role": "provider"},
        {"content": {}},
        {"content": {"columns": ["a"], "weights": [1.0, 2.0], "pipeline": []}},
        {"content": {"columns": ["a"], "weights": [float("nan")], "pipeline": []}},
        {"content": {"columns": ["a"], "weights": [1.0], "pipeline": [{"kind": "standardise"}]}},
        {"content": {"columns": ["a"], "weights": [1.0], "pipeline": [7]}},
    ],
)
def test_parts_that_cannot_be_served_are_refused(alone, change):
    with pytest.raises(errors.BadModelPart):
        alone.cores["bank"].models.add(replace(part("bank", ONE), **change), None)
    assert alone.cores["bank"].models.all() == []


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"kind": "other", "content": {}}', b'{"kind": "vert_lr"}'])
def test_contents_that_no_kernel_wrote_are_refused(data):
    with pytest.raises(errors.BadModelPart):
        content_of(data, "vert_lr")
    assert content_of(model_bytes("bank"), "vert_lr")["columns"] == ["age", "sex=1", "sex=2"]


def _stream(**columns):
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"not arrow", "Arrow"),
        (arrow("bureau")[:-300], "Arrow"),
        (_stream(client=["a"], late=[1.0]), "due"),
        (_stream(late=[1.0], due=[2.0]), "text column"),
        (_stream(a=["x", "y"], b=["p", "q"], late=[1.0, 2.0], due=[2.0, 1.0]), "2 text columns"),
        (_stream(client=["a", "a"], late=[1.0, 2.0], due=[1.0, 2.0]), "twice"),
        (_stream(client=["a", ""], late=[1.0, 2.0], due=[1.0, 2.0]), "empty"),
        (_stream(client=["a"], late=[[1.0]], due=[1.0]), "late"),
    ],
)
def test_snapshots_that_do_not_fit_leave_nothing(two, tmp_path, data, told):
    models = two.cores["bureau"].models
    path = tmp_path / "snapshot"
    path.write_bytes(data)
    with pytest.raises(errors.BadSnapshot, match=told):
        models.add(part("bureau", TWO), path)
    assert models.all() == []
    assert list((two.settings["bureau"].data / "keys").iterdir()) == []
    with pytest.raises(errors.BadSnapshot, match="needs the snapshot"):
        models.add(part("bureau", TWO), None)


def test_a_failed_import_keeps_the_former_version(two, tmp_path):
    two.publish()
    before = score(two)
    path = tmp_path / "snapshot"
    path.write_bytes(_stream(client=["a", "a"], late=[1.0, 2.0], due=[1.0, 2.0]))
    with pytest.raises(errors.BadSnapshot):
        two.cores["bureau"].models.add(part("bureau", TWO), path)
    assert score(two) == before


def test_the_id_column_may_be_named(two, tmp_path):
    path = tmp_path / "snapshot"
    path.write_bytes(_stream(town=["x", "y"], number=[3, 4], late=[1.0, 2.0], due=[0.0, 0.0]))
    kept = two.cores["bureau"].models.add(part("bureau", TWO), path, "number")
    assert kept.rows == 2
    two.cores["bureau"].models.set_online(MODEL, "1")
    two.publish_at("bank")
    made = two.cores["bank"].predictions.predict(MODEL, [Row("4", {"age": 40, "sex": 1})])
    assert made.scores[0].score == pytest.approx(-0.3 - 0.25 + 2.5, abs=1e-6)


def test_the_id_column_is_found_among_texts_where_only_one_can_be_it(two, tmp_path):
    path = tmp_path / "snapshot"
    path.write_bytes(_stream(town=["x", "x"], client=["3", "4"], late=[1.0, 2.0], due=[0.0, 0.0]))
    assert two.cores["bureau"].models.add(part("bureau", TWO), path).rows == 2
    two.cores["bureau"].models.set_online(MODEL, "1")
    two.publish_at("bank")
    made = two.cores["bank"].predictions.predict(MODEL, [Row("4", {"age": 40, "sex": 1})])
    assert made.scores[0].score == pytest.approx(-0.3 - 0.25 + 2.5, abs=1e-6)
