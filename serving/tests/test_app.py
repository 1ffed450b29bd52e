"""A whole serving in its own processes: signed gRPC for the board, HTTP for applications, signals, the command line."""

import json
import math
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from openapi_spec_validator import validate

from common import canonical
from common.errors import NotFound, PermissionDenied, error_from
from common.identity import Identity, add_trust, create_member, load_service, load_trust
from common.rpc import connect
from proto.serving.v1 import serving_pb2 as pb
from proto.serving.v1.serving_pb2_grpc import ServingServiceStub
from serving.api.http.application import create_application
from serving.app import ServingApp
from serving.domain import errors
from serving.settings import ServingSettings
from serving.tests import trees
from serving.tests.federation import IDS, MODEL, ROWS, Federation, arrow, exact, model_bytes, part

ONE = ("bank",)


def header(member="bank", members=ONE, role="promoter"):
    made = pb.ModelPart(
        model=MODEL,
        version="1",
        name="Cards",
        kind="vert_lr",
        role=role,
        promoter_and_providers=members,
        content=model_bytes(member, members),
    )
    return pb.ImportModelRequest(header=made)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    home = tmp_path_factory.mktemp("bank")
    create_member(home, "bank", "Bank", ["serving", "board", "flow"])
    settings = ServingSettings(home=home, data=home / "data", http_listen="127.0.0.1:0")
    app = ServingApp(settings)
    try:
        app.start()
        yield app, settings
    finally:
        app.stop()


@pytest.fixture
def board(running):
    app, settings = running
    with channel(app, settings, load_service(settings.home, "board")) as opened:
        yield ServingServiceStub(opened)


def channel(app, settings, identity):
    return connect(f"127.0.0.1:{app.port}", identity, "serving@bank", load_trust(settings.home), timeout_s=20)


@pytest.fixture
def model(board):
    board.ImportModel(iter([header()]))
    board.SetOnline(pb.SetOnlineRequest(model=MODEL, version="1"))
    return board.CreateKey(pb.CreateKeyRequest(model=MODEL, client="shop", calls_per_minute=1000))


def api(running, key=""):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    base = f"http://{running[0].http_address}/serving-service/api/v1"
    return httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=20)


def test_the_board_imports_and_predicts(board, model):
    (info,) = board.ListModels(pb.ListModelsRequest()).models
    assert (info.model, info.version, info.online, list(info.members)) == (MODEL, "1", True, ["bank"])
    row = pb.FeatureRow(id="c005", features={"age": ROWS["bank"]["c005"]["age"]}, texts={"sex": "2"})
    made = board.Predict(pb.PredictRequest(model=MODEL, rows=[row]))
    assert made.predictions[0].score == pytest.approx(exact("c005", ONE), abs=made.bound)
    assert made.version == "1"


def test_a_snapshot_comes_in_chunks(board, running):
    with pytest.raises(errors.BadModelPart):
        board.ImportModel(iter([header("bureau", ("bank", "bureau"), "provider")]))
    data = arrow("bureau")
    chunks = [pb.ImportModelRequest(features_chunk=data[at : at + 500]) for at in range(0, len(data), 500)]
    first = header("bank", ("bureau", "bank"), "provider")
    first.header.content = model_bytes("bureau")
    first.header.model = "job2.train"
    assert board.ImportModel(iter([first, *chunks])).rows == len(IDS)
    assert list((running[1].data / "incoming").iterdir()) == []


def test_other_callers_need_a_key_and_may_do_nothing_else(running, model):
    app, settings = running
    shop = Identity.generate("shop@bank")
    add_trust(settings.home, "shop@bank", shop.public)
    row = pb.FeatureRow(id="c001", features=ROWS["bank"]["c001"])
    with channel(app, settings, shop) as opened:
        stub = ServingServiceStub(opened)
        with pytest.raises(errors.BadKey):
            stub.Predict(pb.PredictRequest(model=MODEL, rows=[row]))
        assert stub.Predict(pb.PredictRequest(model=MODEL, rows=[row], api_key=model.key)).version == "1"
        with pytest.raises(Exception, match="HAN-11"):
            stub.ListModels(pb.ListModelsRequest())


def test_applications_predict_over_http(running, model):
    with api(running, model.key) as client:
        rows = [{"id": "c002", "features": ROWS["bank"]["c002"]}, {"id": "c003", "features": {"sex": 1}}]
        told = client.post(f"/models/{MODEL}/predictions", json={"rows": rows})
        assert told.status_code == 200, told.text
        first, second = told.json()["predictions"]
        assert first["score"] == pytest.approx(exact("c002", ONE), abs=told.json()["bound"])
        assert second["score"] is None
        assert "age" in second["problem"]
        assert client.get("/models").json()["items"][0]["discloses"]
        assert client.get(f"/models/{MODEL}").json()["online"] is True
        assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"rows": []}', 400),
        (b'{"rows": [{"id": "a", "features": {"age": NaN}}]}', 400),
        (b'{"rows": [{"id": "a", "features": {"age": [1]}}]}', 400),
        (b'{"rows": [{"id": "a", "features": {}}], "more": 1}', 400),
        (b'{"rows": "' + b"x" * 5_000_000 + b'"}', 413),
    ],
)
def test_bad_bodies_are_told(running, model, body, status):
    with api(running, model.key) as client:
        told = client.post(f"/models/{MODEL}/predictions", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["code"].startswith("HAN-")


def test_keys_open_their_model_only(running, model, board):
    with api(running) as client:
        told = client.get("/models")
        assert (told.status_code, told.json()["code"]) == (401, "HAN-7006")
        assert told.headers["www-authenticate"].startswith("Bearer ")
    with api(running, model.key[:-1] + ("A" if model.key[-1] != "A" else "B")) as client:
        assert client.get("/models").status_code == 401
    with api(running, model.key) as client:
        assert client.get("/models/other").json()["code"] == "HAN-7007"
        assert client.get("/nowhere").status_code == 404
        assert client.put("/models").status_code == 405
    with pytest.raises(errors.UnknownModel):
        board.CreateKey(pb.CreateKeyRequest(model="other", client="shop", calls_per_minute=1))
    database = (running[1].data / "serving.db").read_bytes() + (running[1].data / "serving.db-wal").read_bytes()
    assert model.key.encode() not in database
    assert model.key.split("_", 2)[2].encode() not in database


def test_calls_per_minute_are_counted(running, model, board):
    few = board.CreateKey(pb.CreateKeyRequest(model=MODEL, client="few", calls_per_minute=2))
    body = {"rows": [{"id": "c002", "features": ROWS["bank"]["c002"]}]}
    with api(running, few.key) as client:
        statuses = [client.post(f"/models/{MODEL}/predictions", json=body).status_code for _ in range(5)]
    # The minute may turn once while we ask.
    assert statuses.count(200) in (2, 3, 4)
    assert 429 in statuses


def test_the_command_line_makes_keys(running, model, tmp_path):
    config = tmp_path / "serving.toml"
    config.write_text(f'home = "{running[1].home}"\ndata = "{running[1].data}"\n')
    command = [sys.executable, "-m", "serving", "create-key", "--config", str(config), "--client", "cli"]
    made = subprocess.run([*command, "--model", MODEL], capture_output=True, text=True, check=True)
    with api(running, made.stdout.strip()) as client:
        assert client.get("/models").status_code == 200
    failed = subprocess.run([*command, "--model", "none"], capture_output=True, text=True, check=False)
    assert failed.returncode == 78
    assert "HAN-7001" in failed.stderr


def test_a_port_in_use_is_told(running, tmp_path):
    create_member(tmp_path, "bank", "Bank", ["serving"])
    config = tmp_path / "serving.toml"
    config.write_text(f'home = "."\ndata = "data"\nhttp_listen = "{running[0].http_address}"\n')
    command = [sys.executable, "-m", "serving", "--config", str(config)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 78
    assert "http_listen" in told.stderr


def test_killed_it_leaves_no_process(tmp_path):
    create_member(tmp_path, "bank", "Bank", ["serving"])
    config = tmp_path / "serving.toml"
    config.write_text('home = "."\ndata = "data"\nhttp_listen = "127.0.0.1:0"\n')
    process = subprocess.Popen([sys.executable, "-m", "serving", "--config", str(config)], stderr=subprocess.PIPE)
    assert process.stderr is not None
    for line in process.stderr:
        if json.loads(line)["event"] == "doors_open":
            break
    family = _children(process.pid)
    assert len(family) >= 2
    process.kill()
    process.wait(10)
    process.stderr.close()
    end = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() and _state(pid) != "Z" for pid in family):
        assert time.monotonic() < end, "a process outlives its service"
        time.sleep(0.05)


def _children(pid):
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found += [int(folder.name), *_children(int(folder.name))]
    return found


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.fixture
def described(tmp_path):
    with ExitStack() as stack:
        core = Federation(tmp_path, stack, ONE).cores["bank"]
        yield core, create_application(core.models, core.predictions, core.keys, core.check, 1 << 20)


def test_the_description_is_valid_and_no_input_gives_500(described):
    core, application = described
    core.models.add(part("bank", ONE), None)
    core.models.set_online(MODEL, "1")
    key, _ = core.keys.create(MODEL, "fuzz", 1_000_000)
    told = application.test_client().get("/serving-service/api/v1/openapi.json").get_json()
    validate(told)
    schema = schemathesis.openapi.from_wsgi("/serving-service/api/v1/openapi.json", application)
    checks = [schemathesis.checks.not_a_server_error]
    ran = 0
    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy()

        @effort(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=strategy)
        def fuzz(case):
            nonlocal ran
            ran += 1
            case.path_parameters = {"model": MODEL} if case.path_parameters else case.path_parameters
            response = case.call(headers={"Authorization": f"Bearer {key}"})
            case.validate_response(response, checks=checks)
            assert response.status_code < 500

        fuzz()
    assert ran > 40


def test_remote_errors_come_back_as_their_class():
    assert isinstance(error_from("HAN-7005", "x"), errors.QuotaReached)
    assert not isinstance(error_from("HAN-7005", "x"), PermissionDenied)


def test_a_revoked_key_opens_nothing(board, running, model):
    other = board.CreateKey(pb.CreateKeyRequest(model=MODEL, client="till", calls_per_minute=5))
    listed = board.ListKeys(pb.ListKeysRequest(model=MODEL)).keys
    assert {(key.client, key.key_id) for key in listed} >= {("shop", model.key_id), ("till", other.key_id)}
    board.RevokeKey(pb.RevokeKeyRequest(model=MODEL, key_id=other.key_id))
    with api(running, other.key) as client:
        assert client.get("/models").status_code == 401
    with pytest.raises(NotFound):
        board.RevokeKey(pb.RevokeKeyRequest(model=MODEL, key_id=other.key_id))


def test_usage_tells_the_clients_of_both_doors(board, running, model):
    body = {"rows": [{"id": IDS[0], "features": ROWS["bank"][IDS[0]]}]}
    with api(running, model.key) as client:
        assert client.post(f"/models/{MODEL}/predictions", json=body).status_code == 200
    board.Predict(pb.PredictRequest(model=MODEL, rows=[pb.FeatureRow(id=IDS[0], features=ROWS["bank"][IDS[0]])]))
    usage = board.GetUsage(pb.GetUsageRequest(model=MODEL))
    assert {line.client for line in usage.lines if not line.code} >= {"shop", ""}
    assert list(usage.latency_ms) == sorted(usage.latency_ms)


def test_trees_of_several_classes_come_over_both_doors(board, running):
    made = canonical.dumps({"kind": trees.KIND, "content": trees.content("bank", ONE, "softmax", ("a", "b"))})
    first = header()
    first.header.MergeFrom(pb.ModelPart(model="job3.train", kind=trees.KIND, content=made))
    board.ImportModel(iter([first]))
    board.SetOnline(pb.SetOnlineRequest(model="job3.train", version="1"))
    row = pb.FeatureRow(id="c005", features=ROWS["bank"]["c005"])
    told = board.Predict(pb.PredictRequest(model="job3.train", rows=[row]))
    assert (told.task, told.bound) == ("multiclass", 0)
    (line,) = told.predictions
    # Age 25 and sex 2: the tree adds 2 to class a and nothing to b.
    assert line.predicted == "a"
    assert [(one.label, one.probability) for one in line.classes] == [
        ("a", pytest.approx(1 / (1 + math.exp(-2.0)))),
        ("b", pytest.approx(1 - 1 / (1 + math.exp(-2.0)))),
    ]
    key = board.CreateKey(pb.CreateKeyRequest(model="job3.train", client="shop", calls_per_minute=1000)).key
    with api(running, key) as client:
        body = {"rows": [{"id": "c005", "features": ROWS["bank"]["c005"]}]}
        answer = client.post("/models/job3.train/predictions", json=body).json()
    assert answer["predictions"][0]["predicted"] == "a"
    assert answer["predictions"][0]["score"] is None
