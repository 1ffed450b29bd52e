"""How two fusion nodes come to trust each other, over real sockets: invited, confirmed, blocked, checked."""

import pytest

from common.errors import HanseError, Unavailable
from common.rpc.errors import UnknownCallerError
from fusion.domain import errors, versions
from fusion.service import acquaintance
from fusion.tests.nodes import Node, until
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1.fusion_pb2_grpc import FusionPeerServiceServicer


@pytest.fixture
def pair(tmp_path):
    nodes = [Node(tmp_path, name, greet_every_s=3600).start() for name in ("alpha", "beta")]
    yield nodes
    for node in nodes:
        node.stop()


@pytest.fixture
def channels():
    opened = []
    yield opened
    for channel in opened:
        channel.close()


def add(node, other):
    return node.call("POST", "/partners", 201, json={"invitation": other.call("GET", "/identity")["invitation"]})


def confirm(node, other, status=200):
    told = {"fingerprint": other.call("GET", "/identity")["fingerprint_groups"].upper()}
    return node.call("POST", f"/partners/{other.name}/confirm", status, json=told)


def state(node, other):
    return node.call("GET", f"/partners/{other.name}")["state"]


def test_both_operators_confirm_before_anything_is_aligned(pair):
    alpha, beta = pair
    made = add(alpha, beta)
    assert (made["state"], made["confirmed_ms"], made["last_seen_ms"]) == ("unconfirmed", 0, 0)
    mine = alpha.upload(["a", "b"])
    body = {"partner": "beta", "data_set": mine, "columns": ["id"]}
    assert alpha.call("POST", "/tasks", 409, json=body)["code"] == "HAN-8033"
    for wrong in (alpha.call("GET", "/identity")["fingerprint"], made["fingerprint"][:-1], ""):
        refused = alpha.call("POST", "/partners/beta/confirm", 409, json={"fingerprint": wrong})
        assert refused["code"] == "HAN-8032"
        assert made["fingerprint"] not in str(refused)
    assert state(alpha, beta) == "unconfirmed"
    assert confirm(alpha, beta)["state"] == "waiting"  # beta has never heard of alpha
    add(beta, alpha)
    told = alpha.call("POST", "/partners/beta/check")
    assert (told["reachable"], told["confirmed_there"], told["version"], told["problem"]) == (True, False, 1, None)
    assert (state(alpha, beta), state(beta, alpha)) == ("waiting", "unconfirmed")
    refused = alpha.call("POST", "/tasks", 403, json=body)
    assert (refused["code"], refused["party"]) == ("HAN-8034", "beta")
    assert "confirm" in refused["hint"]
    assert beta.call("GET", "/tasks")["items"] == []
    assert confirm(beta, alpha)["state"] == "confirmed"
    assert state(alpha, beta) == "confirmed", "beta has told alpha at once"
    task = alpha.propose("beta", mine)
    beta.accept(task, beta.upload(["b"]))
    assert alpha.wait(task, "succeeded")["intersection"] == 1


def test_whoever_is_not_confirmed_may_greet_and_nothing_else(pair, channels):
    alpha, beta = pair
    add(beta, alpha)
    stub = alpha.stub_to(beta, channels)
    answer = stub.Greet(pb.GreetRequest(version=1, oldest=1, confirmed=True))
    assert (answer.version, answer.confirmed) == (1, False)
    with pytest.raises(errors.VersionDiffers):
        stub.Greet(pb.GreetRequest(version=2**32 - 1, oldest=2**32 - 1))
    stub.Greet(pb.GreetRequest(version=1, oldest=1, confirmed=True))
    methods = [name for name in vars(FusionPeerServiceServicer) if name[0].isupper()]
    assert {"Greet", "Propose", "Accept", "Deliver", "Done", "End"} <= set(methods)
    for name in set(methods) - {"Greet"}:
        with pytest.raises(errors.NotConfirmedThere) as caught:
            getattr(stub, name)(getattr(pb, f"{name}Request")())
        assert caught.value.detail == "beta has not confirmed alpha"
    confirm(beta, alpha)
    with pytest.raises(errors.UnknownTask):
        stub.Done(pb.DoneRequest(task="0" * 32))


def test_a_blocked_partner_is_refused_at_the_door_and_its_alignments_end(pair, channels):
    alpha, beta = pair
    alpha.trust(beta)
    beta.trust(alpha)
    mine, theirs = alpha.upload(["a", "b"]), beta.upload(["b"])
    waiting, offered = alpha.propose("beta", mine), beta.propose("alpha", theirs)
    done = alpha.propose("beta", mine)
    beta.accept(done, theirs)
    alpha.wait(done, "succeeded")
    stub = beta.stub_to(alpha, channels)
    stub.Greet(pb.GreetRequest(version=1, oldest=1, confirmed=True))
    told = alpha.call("POST", "/partners/beta/block", json={"reason": "lost its keys"})
    assert (told["state"], told["block_reason"]) == ("blocked", "lost its keys")
    for task in (waiting, offered):
        found = alpha.task(task)
        assert (found["state"], found["reason"]) == ("stopped", "beta was blocked here: lost its keys")
    assert alpha.task(done)["has_result"]
    with pytest.raises(UnknownCallerError):  # over a connection that was open before
        stub.Greet(pb.GreetRequest(version=1, oldest=1))
    with pytest.raises(Unavailable):  # a new one is not let in at all
        beta.stub_to(alpha, channels).Greet(pb.GreetRequest(version=1, oldest=1), timeout=3)
    body = {"partner": "alpha", "data_set": theirs, "columns": ["id"]}
    told = beta.call("POST", "/tasks", 403, json=body)
    assert (told["code"], "blocked" in told["detail"], told["party"]) == ("HAN-8034", True, "alpha")
    body = {"partner": "beta", "data_set": mine, "columns": ["id"]}
    assert alpha.call("POST", "/tasks", 409, json=body)["code"] == "HAN-8033"
    assert alpha.call("POST", "/partners/beta/check", 409)["code"] == "HAN-8033"
    assert alpha.call("POST", "/partners/beta/unblock")["state"] == "confirmed"
    again = alpha.propose("beta", mine)
    beta.accept(again, theirs)
    alpha.wait(again, "succeeded")
    assert not alpha.secrets()


def test_an_alignment_that_runs_takes_up_the_partners_new_address(tmp_path, channels):
    alpha, beta = (Node(tmp_path, name, greet_every_s=3600).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine, theirs = alpha.upload(["a", "b"]), beta.upload(["b"])
        task = alpha.propose("beta", mine, protocol="curve25519")
        machine = pb.Machine(cores=1, vectors="none")
        stub = beta.stub_to(alpha, channels)
        beta.stop()
        stub.Accept(pb.AcceptRequest(task=task, rows=1, protocol="curve25519", machine=machine))
        until(lambda: (alpha.task(task)["trouble"] or {}).get("code") == "HAN-1006")  # it sends to where beta was
        beta.app = beta._make(("127.0.0.1:0", "127.0.0.1:0"))
        beta.start()
        alpha.call("POST", "/partners/beta/address", json={"address": beta.app.peer_address})
        alpha.propose("beta", mine)  # over a new connection, in the place of the old one
        assert alpha.task(task)["state"] == "running"
        beta.accept(task, theirs)
        assert alpha.wait(task, "succeeded", 30)["intersection"] == 1
    finally:
        alpha.stop()
        beta.stop()


def test_what_is_waiting_is_found_out_by_itself(tmp_path):
    alpha, beta = (Node(tmp_path, name, greet_every_s=1).start() for name in ("alpha", "beta"))
    try:
        add(alpha, beta)
        address = beta.app.peer_address
        beta.stop()
        assert confirm_by(alpha, beta.home.name, address)["state"] == "waiting"
        beta.app = beta._make((address, "127.0.0.1:0"))
        beta.start()
        beta.trust(alpha)
        until(lambda: state(alpha, beta) == "confirmed")
        assert alpha.call("GET", "/partners/beta")["last_seen_ms"] > 0
    finally:
        alpha.stop()
        beta.stop()


def confirm_by(node, partner, address):
    """Confirm a partner that is away, whose fingerprint its operator knows by heart."""
    known = node.call("GET", f"/partners/{partner}")
    assert known["address"] == address
    return node.call("POST", f"/partners/{partner}/confirm", json={"fingerprint": known["fingerprint"]})


def test_a_partner_that_is_away_or_strange_is_told_as_such(pair):
    alpha, beta = pair
    add(alpha, beta)
    told = alpha.call("POST", "/partners/beta/check")  # beta does not know alpha: no connection
    assert (told["reachable"], told["problem"]["code"]) == (False, "HAN-1006")
    assert "operator has added this node" in told["problem"]["hint"]
    assert alpha.call("POST", "/partners/beta/address", json={"address": "127.0.0.1:1"})["address"] == "127.0.0.1:1"
    assert not alpha.call("POST", "/partners/beta/check")["reachable"]
    assert alpha.call("POST", "/partners/beta/address", 400, json={"address": "nowhere"})["code"] == "HAN-1001"
    assert alpha.call("POST", "/partners/nobody/check", 404)["code"] == "HAN-8002"
    for what in ("confirm", "block", "unblock", "address"):
        body = {"confirm": {"fingerprint": "0"}, "address": {"address": "h:1"}}.get(what, {})
        assert alpha.call("POST", f"/partners/nobody/{what}", 404, json=body)["code"] == "HAN-8002"


@pytest.mark.parametrize(("theirs", "behind"), [((2, 2), "alpha"), ((1, 1), "beta")])
def test_versions_that_do_not_fit_say_which_side_is_behind(pair, channels, monkeypatch, theirs, behind):
    alpha, beta = pair
    alpha.trust(beta)
    beta.trust(alpha)
    if behind == "beta":  # what beta says is too old for alpha
        monkeypatch.setattr(versions, "VERSION", 2)
        monkeypatch.setattr(versions, "OLDEST", 2)
    stub = beta.stub_to(alpha, channels)
    with pytest.raises(errors.VersionDiffers) as caught:
        stub.Greet(pb.GreetRequest(version=theirs[0], oldest=theirs[1], confirmed=True))
    assert f"Bring {behind} to the version" in caught.value.hint
    with pytest.raises(errors.VersionDiffers):
        stub.Done(pb.DoneRequest(task="0" * 32))
    body = {"partner": "beta", "data_set": alpha.upload(["a"]), "columns": ["id"]}
    assert alpha.call("POST", "/tasks", 409, json=body)["code"] == "HAN-8035"


def test_versions_that_overlap_fit(monkeypatch):
    monkeypatch.setattr(versions, "VERSION", 5)
    monkeypatch.setattr(versions, "OLDEST", 3)
    for version, oldest in ((3, 1), (5, 5), (9, 5), (0, 0)):
        versions.check_versions("a", "b", version, oldest)
    for version, oldest in ((2, 1), (9, 6)):
        with pytest.raises(errors.VersionDiffers):
            versions.check_versions("a", "b", version, oldest)
    assert issubclass(errors.VersionDiffers, HanseError)
    assert acquaintance.VERSION == 1


def test_an_invitation_that_somebody_changed_on_its_way_is_found_by_the_fingerprint(pair, tmp_path):
    """Mallory sends its own keys under beta's name; beta's operator reads beta's own fingerprint on the telephone."""
    alpha, beta = pair
    (tmp_path / "m").mkdir()
    mallory = Node(tmp_path / "m", "beta").start()
    try:
        add(alpha, mallory)
        assert confirm(alpha, beta, 409)["code"] == "HAN-8032"
        assert state(alpha, beta) == "unconfirmed"
        identity = beta.call("GET", "/identity")
        refused = alpha.call("POST", "/partners", 409, json={"invitation": identity["invitation"]})
        assert refused["code"] == "HAN-8010"
    finally:
        mallory.stop()
