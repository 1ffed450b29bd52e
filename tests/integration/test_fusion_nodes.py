"""Two fusion nodes over real sockets and TLS: exact results, refusals, restarts, and partners that cheat."""

import base64
import secrets
from dataclasses import dataclass, field

import pytest
from gmpy2 import mpz

from common.errors import InvalidInput, Unavailable
from common.identity import load_member, load_tls
from common.rpc import MemoryNonceStore, Server, TlsServer
from fusion.domain import errors
from fusion.tests.nodes import Node, Process, until
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import rsa
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1 import fusion_pb2_grpc

MINE = [f"{number:05d}" for number in range(60)]
THEIRS = [f"{number:05d}" for number in range(40, 120)]
RULE = '{"case":"keep","columns":1,"form":"NFC","trim":true}'


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fusion")
    nodes = [Node(folder, name, batch=16).start() for name in ("alpha", "beta")]
    nodes[0].trust(nodes[1])
    nodes[1].trust(nodes[0])
    yield nodes
    for node in nodes:
        node.stop()


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


def secrets_of(node):
    return list((node.home / "data" / "secret").iterdir())


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
    assert (there["intersection"], there["has_result"]) == (20, False)
    assert beta.call("GET", f"/tasks/{task}/result", 404)["code"] == "HAN-8012"
    until(lambda: not secrets_of(alpha) and not secrets_of(beta))


def test_a_sender_may_propose_and_get_the_common_ids(pair, sets):
    alpha, beta = pair
    task = alpha.propose("beta", sets[0], role="sender", share_result=True, partner_rows_at_most=100)
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


def test_a_larger_key(pair):
    alpha, beta = pair
    task = alpha.propose("beta", alpha.upload(["a", "b"]), key_bits=3072)
    beta.accept(task, beta.upload(["b", "c"]))
    assert alpha.wait(task, "succeeded")["intersection"] == 1


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
            stub.GetKey(pb.GetKeyRequest(task="0" * 32), timeout=3)
        beta.trust(gamma)
        task = alpha.propose("beta", sets[0])
        beta.accept(task, sets[1])
        alpha.wait(task, "succeeded")
        for call in (
            lambda: stub.GetKey(pb.GetKeyRequest(task=task, receiver_rows=1)),
            lambda: stub.Sign(pb.SignRequest(task=task)),
            lambda: list(stub.Tags(pb.TagsRequest(task=task))),
            lambda: stub.Finish(pb.FinishRequest(task=task)),
            lambda: stub.End(pb.EndRequest(task=task, state="stopped")),
        ):
            with pytest.raises(errors.UnknownTask) as caught:
                call()
            assert task not in caught.value.detail
        beta.call("DELETE", "/partners/gamma", 204)
    finally:
        gamma.stop()


def offer(rows=3, **more):
    values = {"task": secrets.token_hex(16), "receiver_rows": rows, "key_bits": 2048, "key_rule": RULE}
    return pb.TaskOffer(**{**values, "proposer_role": "receiver", **more})


@pytest.fixture
def dishonest(pair, sets, channels):
    """A stub that speaks as alpha to beta, and an accepted task of three rows."""
    alpha, beta = pair
    stub = alpha.stub_to(beta, channels)
    proposed = offer()
    assert stub.Propose(pb.ProposeRequest(offer=proposed)).state == "pending_approval"
    assert stub.Propose(pb.ProposeRequest(offer=proposed)).state == "pending_approval"
    task = proposed.task
    assert stub.GetKey(pb.GetKeyRequest(task=task, receiver_rows=3)).state == "pending_approval"
    with pytest.raises(errors.WrongState):
        stub.Sign(pb.SignRequest(task=task, blinded=b"x"))
    beta.accept(task, sets[1])
    until(lambda: beta.task(task)["phase"] == "signing")
    yield stub, task, stub.GetKey(pb.GetKeyRequest(task=task, receiver_rows=3))
    stub.End(pb.EndRequest(task=task, state="stopped"))
    assert beta.task(task)["state"] == "stopped"
    with pytest.raises(errors.WrongState):
        stub.Sign(pb.SignRequest(task=task, blinded=b"x"))


def test_a_receiver_gets_no_more_than_it_declared(dishonest):
    stub, task, key = dishonest
    modulus = int.from_bytes(key.modulus, "big")
    rsa.check_key(modulus, key.exponent, task, list(key.roots), 2048)
    two, three = (rsa.dump_numbers(modulus, numbers) for numbers in ([2, 3], [5, 7, 11]))
    signed = stub.Sign(pb.SignRequest(task=task, batch=0, blinded=two)).signed
    assert [pow(root, rsa.EXPONENT, modulus) for root in rsa.load_units(modulus, signed)] == [2, 3]
    assert stub.Sign(pb.SignRequest(task=task, batch=0, blinded=two)).signed == signed
    with pytest.raises(errors.BatchDiffers):
        stub.Sign(pb.SignRequest(task=task, batch=0, blinded=rsa.dump_numbers(modulus, [2, 5])))
    with pytest.raises(errors.SignaturesUsedUp):
        stub.Sign(pb.SignRequest(task=task, batch=1, blinded=three))
    stub.Sign(pb.SignRequest(task=task, batch=1, blinded=rsa.dump_numbers(modulus, [13])))
    with pytest.raises(errors.SignaturesUsedUp):
        stub.Sign(pb.SignRequest(task=task, batch=2, blinded=rsa.dump_numbers(modulus, [17])))
    with pytest.raises(errors.SignaturesUsedUp):
        stub.GetKey(pb.GetKeyRequest(task=task, receiver_rows=4))


def test_numbers_that_are_no_units_are_not_signed(dishonest):
    stub, task, key = dishonest
    modulus = int.from_bytes(key.modulus, "big")
    for blinded in (b"", b"x", bytes(256), key.modulus, rsa.dump_numbers(modulus, [0, 2])):
        with pytest.raises(errors.Dishonest):
            stub.Sign(pb.SignRequest(task=task, batch=0, blinded=blinded))
    with pytest.raises(errors.Dishonest):
        stub.Finish(pb.FinishRequest(task=task, intersection=4))
    tags = b"".join(part.tags for part in stub.Tags(pb.TagsRequest(task=task)))
    assert len(tags) == 16 * len(THEIRS)
    request = pb.TagsRequest(task=task)
    setattr(request, "from", 79)
    assert b"".join(part.tags for part in stub.Tags(request)) == tags[-16:]


@pytest.mark.parametrize(
    "change",
    [
        {"task": "X"},
        {"task": "../" + "0" * 29},
        {"key_bits": 1024},
        {"key_rule": "{}}"},
        {"key_rule": '{"columns":0}'},
        {"proposer_role": "spy"},
        {"name": "n" * 201},
    ],
)
def test_bad_offers_are_refused(pair, channels, change):
    with pytest.raises(InvalidInput):
        pair[0].stub_to(pair[1], channels).Propose(pb.ProposeRequest(offer=offer(**change)))


def test_an_offer_is_not_changed_later(pair, channels):
    stub = pair[0].stub_to(pair[1], channels)
    first = offer()
    stub.Propose(pb.ProposeRequest(offer=first))
    first.share_result = True
    with pytest.raises(errors.OfferDiffers):
        stub.Propose(pb.ProposeRequest(offer=first))
    with pytest.raises(errors.TooManyRows):
        stub.Propose(pb.ProposeRequest(offer=offer(rows=10**9)))


@dataclass
class Cheat(fusion_pb2_grpc.FusionPeerServiceServicer):
    """A sender that departs from the protocol in one place."""

    how: str
    key: rsa.SenderKey
    salt: bytes = b"s" * 32
    signed: list[int] = field(default_factory=list)

    def Propose(self, request, context):  # noqa: N802
        self.rows = request.offer.receiver_rows
        return pb.ProposeResponse(state="pending_approval")

    def GetKey(self, request, context):  # noqa: N802
        key = self.key
        roots = key.proof(request.task)
        answer = pb.GetKeyResponse(
            state="running",
            modulus=key.modulus.to_bytes(256, "big"),
            exponent=rsa.EXPONENT,
            roots=roots,
            sender_rows=2,
            salt=self.salt,
        )
        if self.how == "roots":
            answer.roots[3] = roots[4]
        elif self.how == "other task":
            del answer.roots[:]
            answer.roots.extend(key.proof("another"))
        elif self.how == "exponent":
            answer.exponent = 3
        elif self.how == "smooth modulus":
            answer.modulus = _smooth().to_bytes(256, "big")
        elif self.how == "short salt":
            answer.salt = b"s"
        elif self.how == "no rows":
            answer.sender_rows = 0
        return answer

    def Sign(self, request, context):  # noqa: N802
        numbers = rsa.load_units(self.key.modulus, request.blinded)
        self.signed += numbers
        roots = self.key.sign(numbers)
        if self.how == "wrong signature":
            roots = [mpz(2), *roots[1:]]
        elif self.how == "too few":
            roots = roots[1:]
        elif self.how == "no unit":
            roots = [mpz(self.key.primes[0]), *roots[1:]]
        return pb.SignResponse(signed=rsa.dump_numbers(self.key.modulus, roots))

    def Tags(self, request, context):  # noqa: N802
        tags = sorted(secrets.token_bytes(16) for _ in range(2))
        if self.how == "disorder":
            tags.reverse()
        elif self.how == "more tags":
            tags.append(b"\xff" * 16)
        elif self.how == "fewer tags":
            tags.pop()
        yield pb.TagsResponse(tags=b"".join(tags))

    def Finish(self, request, context):  # noqa: N802
        return pb.FinishResponse()

    def End(self, request, context):  # noqa: N802
        return pb.EndResponse()


def _smooth():
    number = 1
    while number.bit_length() < 2030:
        number *= 65521
    while number.bit_length() < 2048:
        number = number * 3
    return number | 1


@pytest.fixture(scope="module")
def good_key():
    return rsa.SenderKey.generate(2048, SystemRng())


@pytest.fixture(scope="module")
def cheated(tmp_path_factory):
    """A receiver, and the identity of a partner whose software a test brings along."""
    folder = tmp_path_factory.mktemp("cheated")
    receiver, partner = Node(folder, "alpha", batch=16).start(), Node(folder, "mallory")
    yield receiver, partner, receiver.upload(["a", "b", "c"])
    receiver.stop()


KEYS = ("roots", "other task", "exponent", "smooth modulus", "short salt", "no rows")


@pytest.mark.parametrize(
    "how", [*KEYS, "wrong signature", "too few", "no unit", "disorder", "more tags", "fewer tags", "honest"]
)
def test_a_sender_that_cheats_is_named(cheated, good_key, how):
    receiver, partner, ids = cheated
    own, tls = load_member(receiver.home), load_tls(receiver.home)
    cheat = Cheat(how, good_key)

    class Keys:
        def find(self, caller):
            public = own.public
            return type(public)(public.signing, public.stream, tls_cert=tls.cert_der) if caller == "alpha" else None

    access = {"/hanse.fusion.v1.FusionPeerService/*": {"member:*"}}
    server = Server(
        "127.0.0.1:0",
        load_member(partner.home),
        Keys(),
        access,
        MemoryNonceStore(),
        tls=TlsServer(load_tls(partner.home), lambda: [tls.cert_der]),
        workers=4,
    )
    server.add(fusion_pb2_grpc.add_FusionPeerServiceServicer_to_server, cheat)
    port = server.start()
    try:
        public = load_member(partner.home).public
        body = {
            "node": "mallory",
            "address": f"127.0.0.1:{port}",
            "signing_key": public.signing.hex(),
            "stream_key": public.stream.hex(),
            "tls_cert": base64.b64encode(load_tls(partner.home).cert_der).decode(),
        }
        receiver.call("POST", "/partners", 201, json=body)
        task = receiver.propose("mallory", ids)
        if how == "honest":
            assert receiver.wait(task, "succeeded")["intersection"] == 0
            return
        told = receiver.wait(task, "failed")
        assert (told["failure"]["code"], told["failure"]["party"]) == ("HAN-8011", "mallory")
        assert receiver.call("GET", f"/tasks/{task}/result", 404)
        if how in KEYS:
            assert cheat.signed == [], "blinded ids were sent under a key that is not well formed"
        until(lambda: not secrets_of(receiver))
    finally:
        server.stop(0)


def test_both_go_on_after_a_stop_in_the_middle(tmp_path):
    alpha, beta = (Node(tmp_path, name, batch=4, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine, theirs = alpha.upload(MINE), beta.upload(THEIRS)
        task = alpha.propose("beta", mine)
        beta.restart()
        beta.accept(task, theirs)
        until(lambda: alpha.task(task)["progress"] > 0.1)
        alpha.restart()
        beta.restart()
        assert alpha.wait(task, "succeeded")["intersection"] == 20
        beta.wait(task, "succeeded")
        until(lambda: not secrets_of(alpha) and not secrets_of(beta))
    finally:
        alpha.stop()
        beta.stop()


def test_both_go_on_after_kill_9_in_the_middle(tmp_path):
    alpha, beta = (Process(tmp_path, name, batch=4, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        ids = [f"{number:05d}" for number in range(400)]
        task = alpha.propose("beta", alpha.upload(ids))
        beta.accept(task, beta.upload(ids[150:]))
        until(lambda: 0.1 < alpha.task(task)["progress"] < 0.8, 60)
        alpha.kill()
        beta.kill()
        beta.start()
        alpha.start()
        assert alpha.wait(task, "succeeded", 180)["intersection"] == 250
        assert len(alpha.result(task)) == 251
        beta.wait(task, "succeeded")
    finally:
        alpha.stop()
        beta.stop()


def test_a_partner_that_is_away_is_waited_for_and_deadlines_hold(tmp_path):
    alpha, beta = (Node(tmp_path, name, task_timeout_s=8).start() for name in ("alpha", "beta"))
    beta_runs = True
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine = alpha.upload(["a"])
        beta.stop()
        beta_runs = False
        task = alpha.propose("beta", mine)
        assert alpha.task(task)["state"] == "created"
        assert alpha.task(task)["waiting_for"] == "beta"
        assert alpha.wait(task, "timed_out", 40)["failure"]["code"] == "HAN-8020"
    finally:
        alpha.stop()
        if beta_runs:
            beta.stop()
