"""Two fusion nodes over real sockets and TLS: exact results, refusals, and partners that cheat."""

import base64
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from common.errors import InvalidInput, Unavailable
from common.identity import load_member, load_tls
from common.rpc import MemoryNonceStore, Server, TlsServer
from fusion.domain import errors
from fusion.service import driver, going
from fusion.service.terms import offered
from fusion.tests.nodes import Node, trusting_pair, until
from kernel.crypto.curve import encode_texts
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1 import fusion_pb2_grpc

MINE = [f"{number:05d}" for number in range(60)]
THEIRS = [f"{number:05d}" for number in range(40, 120)]
MACHINE = pb.Machine(cores=2, vectors="avx2")
RULE = '{"case":"keep","columns":1,"form":"NFC","trim":true}'


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with trusting_pair(tmp_path_factory.mktemp("fusion")) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def sets(pair):
    alpha, beta = pair
    return alpha.upload(MINE), beta.upload(THEIRS)


@pytest.fixture
def channels():
    opened = []
    yield opened
    for channel in opened:
        channel.close()


def test_the_receiver_learns_exactly_the_intersection(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0])
    assert beta.task(task)["state"] == "pending_approval"
    assert beta.task(task)["partner_rows"] == 60
    beta.accept(task, sets[1])
    told = alpha.wait(task, "succeeded")
    assert (told["intersection"], told["partner_rows"], told["progress"]) == (20, 80, 1.0)
    header, *rows = alpha.result(task)
    assert header == ["id", "v"]
    assert [row[0] for row in rows] == MINE[40:]
    there = beta.wait(task, "succeeded")
    assert (there["intersection"], there["has_result"], there["partner_rows"]) == (None, False, 60)
    assert beta.call("GET", f"/tasks/{task}/result", 404)["code"] == "HAN-8012"
    until(lambda: not alpha.secrets() and not beta.secrets())


def test_a_sender_may_propose_and_get_the_common_ids(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0], role="sender", learns="both", partner_rows_at_most=100)
    beta.accept(task, sets[1])
    assert beta.wait(task, "succeeded")["intersection"] == 20
    assert alpha.wait(task, "succeeded")["has_result"] is True
    assert sorted(row[0] for row in alpha.result(task)[1:]) == MINE[40:]
    assert sorted(row[0] for row in beta.result(task)[1:]) == MINE[40:]
    small = alpha.propose("beta", sets[0], role="sender", partner_rows_at_most=79)
    body = {"accept": True, "data_set": sets[1], "columns": ["id"]}
    assert beta.call("POST", f"/tasks/{small}/answer", 413, json=body)["code"] == "HAN-8017"
    beta.call("POST", f"/tasks/{small}/answer", json={"accept": False, "reason": "too few"})
    assert "too few" in alpha.wait(small, "refused")["reason"]


def test_duplicates_rules_composite_ids_and_no_overlap(pair):
    alpha, beta = pair
    params = {"name": "x", "file_name": "x.csv"}
    left = b"first,last,v\n Ann,Lee,1\nann,LEE,2\nBob,Ray,3\n,Ray,4\n"
    right = b"family,given\nlee,ANN\nray,carl\n"
    mine = alpha.call("POST", "/data-sets", 201, params=params, content=left)["data_set"]
    theirs = beta.call("POST", "/data-sets", 201, params=params, content=right)["data_set"]
    task = alpha.propose("beta", mine, ["first", "last"], key_rule={"case": "lower"})
    refused = {"accept": True, "data_set": theirs, "columns": ["family"]}
    assert beta.call("POST", f"/tasks/{task}/answer", 400, json=refused)["code"] == "HAN-8005"
    beta.accept(task, theirs, ["given", "family"])
    told = alpha.wait(task, "succeeded")
    counted = {name: told[name] for name in ("rows", "ids", "duplicates", "rows_without_id", "intersection")}
    assert counted == {"rows": 4, "ids": 2, "duplicates": 1, "rows_without_id": 1, "intersection": 1}
    assert [row[2] for row in alpha.result(task)[1:]] == ["1", "2"]
    none = beta.propose("alpha", beta.upload(["zz"]))
    alpha.accept(none, alpha.upload(["aa"]))
    assert beta.wait(none, "succeeded")["intersection"] == 0
    assert beta.result(none) == [["id", "v"]]


@pytest.mark.parametrize("protocol", offered())
def test_every_protocol_for_all_that_it_can_be_agreed_on(pair, protocol):
    alpha, beta = pair
    known = {found["name"]: found for found in alpha.call("GET", "/protocols")["items"]}
    mine, theirs = alpha.upload(["a", "b"]), beta.upload(["b", "c", "d"])
    for learns in sorted({*known[protocol]["learns"]} - {"sum"}):  # test_fusion_sums.py
        task = alpha.propose("beta", mine, protocol=protocol, learns=learns)
        beta.accept(task, theirs)
        assert alpha.wait(task, "succeeded")["intersection"] == 1
        there = beta.wait(task, "succeeded")
        assert there["intersection"] == (1 if learns == "both" else None)
        assert (alpha.task(task)["has_result"], there["has_result"]) == (learns != "size", learns == "both")


def test_refusing_and_stopping_are_told_on_both_sides(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0])
    beta.call("POST", f"/tasks/{task}/answer", json={"accept": False, "reason": "not these people"})
    assert alpha.wait(task, "refused")["reason"] == "beta: not these people"
    assert beta.call("POST", f"/tasks/{task}/answer", 409, json={"accept": False})["code"] == "HAN-8009"
    task = alpha.propose("beta", sets[0])
    alpha.call("POST", f"/tasks/{task}/stop")
    assert beta.wait(task, "stopped")["failure"]["party"] == "alpha"
    body = {"accept": True, "data_set": sets[1], "columns": ["id"]}
    assert beta.call("POST", f"/tasks/{task}/answer", 409, json=body)["code"] == "HAN-8009"


def test_strangers_and_third_parties_get_nothing(pair, sets, tmp_path, channels):
    alpha, beta = pair
    gamma = Node(tmp_path, "gamma").start()
    try:
        stub = gamma.stub_to(beta, channels)
        with pytest.raises(Unavailable):
            stub.Done(pb.DoneRequest(task="0" * 32), timeout=3)
        beta.trust(gamma)
        task = alpha.propose("beta", sets[0])
        beta.accept(task, sets[1])
        alpha.wait(task, "succeeded")
        for call in (
            lambda: stub.Accept(pb.AcceptRequest(task=task, rows=1)),
            lambda: stub.Deliver(pb.DeliverRequest(task=task, step="masked 0")),
            lambda: stub.Done(pb.DoneRequest(task=task)),
            lambda: stub.End(pb.EndRequest(task=task, state="stopped")),
        ):
            with pytest.raises(errors.UnknownTask) as caught:
                call()
            assert task not in caught.value.detail
        beta.call("DELETE", "/partners/gamma", 204)
    finally:
        gamma.stop()


def offer(rows=3, **more):
    values = {"task": secrets.token_hex(16), "rows": rows, "partner_rows_at_most": 100, "key_rule": RULE}
    values |= {"protocol": "curve25519", "learns": "receiver", "salt": b"s" * 32, "proposer_role": "receiver"}
    values |= {"machine": MACHINE}
    return pb.TaskOffer(**{**values, **more})


@pytest.mark.parametrize(
    "change",
    [
        {"task": "X"},
        {"task": "../" + "0" * 29},
        {"protocol": "rot13"},
        {"protocol": "rsa", "learns": "size"},
        {"learns": "everything"},
        {"protocol": "intersection_sum", "learns": "sum"},
        {"learns": "sum", "at_least": 10},
        {"protocol": "auto", "learns": "sum", "at_least": 9},
        {"protocol": "auto", "learns": "sum", "at_least": 10, "value_decimals": 7},
        {"protocol": "auto", "learns": "sum", "at_least": 1 << 31},
        {"value_decimals": 2},
        {"at_least": 10},
        {"salt": b"s"},
        {"key_rule": "{}}"},
        {"key_rule": '{"columns":0}'},
        {"proposer_role": "spy"},
        {"name": "n" * 201},
        {"machine": pb.Machine(cores=0, vectors="avx2")},
        {"machine": pb.Machine(cores=2, vectors="amx")},
        {"machine": pb.Machine(cores=5000, vectors="none")},
        {"schedule": "x" * 32, "repeat_cron": "0 6 * * *", "repeat_until_ms": 1 << 50},
        {"schedule": "0" * 32, "repeat_cron": "0 6 * *", "repeat_until_ms": 1 << 50},
        {"schedule": "0" * 32, "repeat_cron": "0 6 * * *"},
        {"schedule": "0" * 32, "repeat_cron": "0 6 * * *", "repeat_until_ms": 1 << 60},
        {"repeat_cron": "0 6 * * *"},
    ],
)
def test_bad_offers_are_refused(pair, channels, change):
    with pytest.raises(InvalidInput):
        pair[0].stub_to(pair[1], channels).Propose(pb.ProposeRequest(offer=offer(**change)))


def test_an_offer_is_not_changed_later(pair, channels):
    stub = pair[0].stub_to(pair[1], channels)
    first = offer()
    stub.Propose(pb.ProposeRequest(offer=first))
    first.learns = "both"
    with pytest.raises(errors.OfferDiffers):
        stub.Propose(pb.ProposeRequest(offer=first))
    for change in ({"rows": 10**9}, {"rows": 0}, {"partner_rows_at_most": 0}):
        with pytest.raises(errors.TooManyRows):
            stub.Propose(pb.ProposeRequest(offer=offer(**change)))


@dataclass
class Cheat(fusion_pb2_grpc.FusionPeerServiceServicer):
    """A partner's node that accepts with two ids, and sends what the test says in the place of its messages."""

    stub: list = field(default_factory=list)
    took: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    says: dict[str, bytes] = field(default_factory=dict)
    accepts: list[dict] = field(default_factory=list)  # what more it says when it accepts
    refuses: dict[str, errors.HanseError] = field(default_factory=dict)  # what it answers to a call, once

    def Propose(self, request, context):  # noqa: N802
        threading.Thread(target=self._go, args=(request.offer,), daemon=True).start()
        return pb.ProposeResponse(state="pending_approval")

    def _go(self, proposed):
        task, protocol = proposed.task, proposed.protocol.replace("auto", "curve25519")
        answer = pb.AcceptRequest(task=task, rows=2, protocol=protocol, machine=MACHINE)
        for more in self.accepts:
            answer.MergeFrom(pb.AcceptRequest(**more))
        self.stub[0].Accept(answer)
        with suppress(errors.WrongState):  # it has ended by the first of them
            for step, payload in self.says.items():
                self.stub[0].Deliver(pb.DeliverRequest(task=task, step=step, payload=payload))

    def Accept(self, request, context):  # noqa: N802
        return pb.AcceptResponse()

    def Pause(self, request, context):  # noqa: N802
        return pb.PauseResponse()

    def Probe(self, request, context):  # noqa: N802
        return pb.ProbeResponse()

    def Deliver(self, request, context):  # noqa: N802
        self.took.append(request.step)
        if "Deliver" in self.refuses:
            raise self.refuses.pop("Deliver")
        return pb.DeliverResponse()

    def Done(self, request, context):  # noqa: N802
        if "Done" in self.refuses:
            raise self.refuses.pop("Done")
        return pb.DoneResponse()

    def End(self, request, context):  # noqa: N802
        self.ended.append(request.state)
        return pb.EndResponse()


@pytest.fixture(scope="module")
def cheated(tmp_path_factory):
    """A node, and the identity of a partner whose software a test brings along."""
    folder = tmp_path_factory.mktemp("cheated")
    honest, partner = Node(folder, "alpha").start(), Node(folder, "mallory")
    yield honest, partner, honest.upload(["a", "b", "c"])
    honest.stop()


def _numbers(modulus, count=17, value=2):
    return modulus.to_bytes(256, "big") + value.to_bytes(256, "big") * (count - 1)


def _smooth():
    number = 1
    while number.bit_length() < 2030:
        number *= 65521
    while number.bit_length() < 2048:
        number = number * 3
    return number | 1


CHEATS = {
    "key of no length": ("rsa", {"key": b""}),
    "short key": ("rsa", {"key": _numbers((1 << 2046) + 1)}),
    "smooth modulus": ("rsa", {"key": _numbers(_smooth())}),
    "roots that are none": ("rsa", {"key": _numbers((1 << 2047) + (1 << 300) + 1)}),
    "points of small order": ("curve25519", {"twice 0": bytes(39), "masked 0": bytes(64)}),
    "rows of another name": (
        "unbalanced",
        {"table 0": bytes(range(32))},
        {"table": "a" * 64, "table_salt": bytes(32)},
    ),
    "too few answers": ("curve25519", {"twice 0": b"\2" * 13, "masked 0": b"\2" * 64}),
}


@pytest.fixture
def mallory(cheated, channels):
    """The partner's door, served by a Cheat, and trusted by the honest node."""
    honest, partner, _ = cheated
    own, tls = load_member(honest.home), load_tls(honest.home)
    cheat = Cheat([partner.stub_to(honest, channels)])

    class Keys:
        def find(self, caller):
            public = own.public
            return type(public)(public.signing, public.stream, tls_cert=tls.cert_der) if caller == "alpha" else None

    access = {"/hanse.fusion.v1.FusionPeerService/*": {"member:*"}}
    pins = TlsServer(load_tls(partner.home), lambda: [tls.cert_der])
    server = Server("127.0.0.1:0", load_member(partner.home), Keys(), access, MemoryNonceStore(), tls=pins, workers=4)
    server.add(fusion_pb2_grpc.add_FusionPeerServiceServicer_to_server, cheat)
    port = server.start()
    public = load_member(partner.home).public
    body = {
        "node": "mallory",
        "address": f"127.0.0.1:{port}",
        "signing_key": public.signing.hex(),
        "stream_key": public.stream.hex(),
        "tls_cert": base64.b64encode(load_tls(partner.home).cert_der).decode(),
    }
    told = honest.call("POST", "/partners", 201, json=body)
    honest.call("POST", "/partners/mallory/confirm", json={"fingerprint": told["fingerprint"]})
    yield cheat
    server.stop(0)


@pytest.mark.parametrize("how", CHEATS)
def test_a_sender_that_cheats_is_named(cheated, mallory, how):
    honest, _, ids = cheated
    protocol, mallory.says, *mallory.accepts = CHEATS[how]
    task = honest.propose("mallory", ids, protocol=protocol)
    told = honest.wait(task, "failed")
    assert (told["failure"]["code"], told["failure"]["party"]) == ("HAN-8011", "mallory")
    assert honest.call("GET", f"/tasks/{task}/result", 404)
    assert honest.call("GET", "/tables")["items"] == []
    if protocol == "rsa":
        assert mallory.took == [], "blinded ids were sent under a key that is not well formed"
    until(lambda: mallory.ended == ["failed"] and not honest.secrets())


@pytest.fixture
def dishonest(cheated, mallory):
    """A stub that speaks as mallory, and an alignment of three rows that mallory proposed and we accepted."""
    honest, _, ids = cheated
    stub, proposed = mallory.stub[0], offer()
    for _ in range(2):
        assert stub.Propose(pb.ProposeRequest(offer=proposed)).state == "pending_approval"
    with pytest.raises(errors.WrongState):
        stub.Deliver(pb.DeliverRequest(task=proposed.task, step="masked 0", payload=b"x"))
    honest.accept(proposed.task, ids)
    yield stub, proposed.task
    stub.End(pb.EndRequest(task=proposed.task, state="stopped"))
    assert honest.task(proposed.task)["state"] in ("stopped", "failed")
    with pytest.raises(errors.WrongState):
        stub.Deliver(pb.DeliverRequest(task=proposed.task, step="masked 0", payload=b"x"))


def test_a_message_is_taken_once_and_no_more_than_the_protocol_has(dishonest):
    stub, task = dishonest
    first = pb.DeliverRequest(task=task, step="later 7", payload=b"1" * 96)
    for _ in range(2):
        stub.Deliver(first)
    with pytest.raises(errors.MessageDiffers):
        stub.Deliver(pb.DeliverRequest(task=task, step="later 7", payload=b"2" * 96))
    for step in ("", "A", "../in", "masked  0", "masked 0\n", "m" * 80):
        with pytest.raises(errors.Dishonest):
            stub.Deliver(pb.DeliverRequest(task=task, step=step, payload=b"1"))
    with pytest.raises(errors.Dishonest):
        stub.Deliver(pb.DeliverRequest(task=task, step="masked 1", payload=bytes(1 << 20)))
    with pytest.raises(errors.NotReady):
        stub.Done(pb.DoneRequest(task=task))
    with pytest.raises(errors.HanseError):
        stub.Accept(pb.AcceptRequest(task=task, rows=3))  # it was its own proposal


def _points(count):
    return encode_texts([str(n) for n in range(count)], b"test").tobytes()


def test_an_accepted_message_may_come_again_and_no_other_once_the_sender_is_ready(cheated, dishonest):
    (stub, task), honest = dishonest, cheated[0]
    last = pb.DeliverRequest(task=task, step="masked 0", payload=_points(3))
    stub.Deliver(last)
    honest.wait(task, "ready")
    stub.Deliver(last)  # its answer was lost
    with pytest.raises(errors.WrongState):
        stub.Deliver(pb.DeliverRequest(task=task, step="masked 1", payload=b"1"))
    assert honest.task(task)["state"] == "ready"


def test_a_sender_that_is_ready_ends_with_the_receiver(cheated, dishonest):
    (stub, task), honest = dishonest, cheated[0]
    stub.Deliver(pb.DeliverRequest(task=task, step="masked 0", payload=_points(3)))
    honest.wait(task, "ready")
    stub.End(pb.EndRequest(task=task, state="failed", reason="the disk is full"))
    told = honest.task(task)
    assert (told["state"], told["failure"]["party"]) == ("failed", "mallory")
    until(lambda: not honest.secrets())


def test_people_may_stop_waiting_for_the_receivers_last_word(cheated, dishonest):
    (stub, task), honest = dishonest, cheated[0]
    stub.Deliver(pb.DeliverRequest(task=task, step="masked 0", payload=_points(3)))
    honest.wait(task, "ready")
    assert honest.call("POST", f"/tasks/{task}/stop")["state"] == "stopped"
    until(lambda: not honest.secrets())


def test_messages_without_bytes_are_limited_too(dishonest):
    stub, task = dishonest
    for number in range(64):
        stub.Deliver(pb.DeliverRequest(task=task, step=f"later {number}"))
    with pytest.raises(errors.Dishonest, match="more than 64 messages"):
        stub.Deliver(pb.DeliverRequest(task=task, step="later 64"))


ANSWERS = {"twice 0": bytes(range(27)), "masked 0": _points(2)}


def test_a_result_stays_whatever_the_sender_says_at_its_end(cheated, mallory):
    honest, _, ids = cheated
    mallory.says, mallory.refuses = ANSWERS, {"Done": InvalidInput("no", public_detail="no")}
    task = honest.propose("mallory", ids)
    told = honest.wait(task, "succeeded")
    assert (told["has_result"], told["intersection"], mallory.refuses) == (True, 0, {})


def test_what_a_partner_says_of_us_is_told_as_its_word(cheated, mallory):
    honest, _, ids = cheated
    mallory.refuses = {"Deliver": errors.Dishonest("bad points", party="gamma", public_detail="bad points")}
    task = honest.propose("mallory", ids)
    failure = honest.wait(task, "failed")["failure"]
    assert (failure["code"], failure["party"]) == ("HAN-8016", "mallory")
    assert failure["detail"] == "mallory refuses what we sent: bad points"


@pytest.fixture
def restarted(cheated):
    """Restart the honest node with other knobs."""
    honest = cheated[0]

    def restart(**knobs):
        honest.knobs |= knobs
        honest.restart()
        return honest

    yield restart
    honest.knobs.clear()
    honest.restart()


def test_what_is_ready_ends_at_its_deadline_and_nothing_secret_outlives_a_crash(cheated, mallory, restarted):
    honest, _, ids = cheated
    left = honest.home / "data" / "secret" / ("0" * 32)
    left.mkdir()
    (left / "vault_seed").write_bytes(b"of an alignment that had ended when the node died")
    restarted(task_timeout_s=5)
    until(lambda: not left.exists())
    stub, proposed = mallory.stub[0], offer()
    stub.Propose(pb.ProposeRequest(offer=proposed))
    honest.accept(proposed.task, ids)
    stub.Deliver(pb.DeliverRequest(task=proposed.task, step="masked 0", payload=_points(3)))
    honest.wait(proposed.task, "ready")
    assert honest.wait(proposed.task, "timed_out")["failure"]["code"] == "HAN-8020"
    until(lambda: "timed_out" in mallory.ended and not honest.secrets())


def test_a_silent_partner_does_not_keep_the_threads(cheated, mallory, restarted, monkeypatch):
    monkeypatch.setattr(driver, "_AT_ONCE", 1)
    monkeypatch.setattr(going, "_PATIENCE_S", 0.0)
    honest, ids = restarted(), cheated[2]
    silent = honest.propose("mallory", ids)
    until(lambda: mallory.took and honest.task(silent)["waiting_for"] == "mallory")
    mallory.says = ANSWERS
    assert honest.wait(honest.propose("mallory", ids), "succeeded")["intersection"] == 0
    assert honest.task(silent)["state"] == "running"
    honest.call("POST", f"/tasks/{silent}/stop")


@pytest.mark.parametrize(
    "payload",
    [b"", b"x", bytes(96), b"\1" + bytes(31) + b"\2" * 64, b"\3" * 128],
    ids=["none", "short", "zeros", "one", "long"],
)
def test_points_that_no_honest_receiver_sends_end_it(cheated, dishonest, payload):
    (stub, task), honest = dishonest, cheated[0]
    with suppress(errors.WrongState):  # it may have ended by the message before that is answered
        stub.Deliver(pb.DeliverRequest(task=task, step="masked 0", payload=payload))
    told = honest.wait(task, "failed")
    assert (told["failure"]["code"], told["failure"]["party"]) == ("HAN-8011", "mallory")
    assert honest.call("GET", f"/tasks/{task}/result", 404)
