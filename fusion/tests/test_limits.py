"""How often a partner's node may call, over real doors: it is told when to come again, and loses nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.errors import HanseError
from common.identity import Identity, load_member, load_tls
from common.rpc import FixedKeys, SignedChannel, TlsClient, connect
from common.rpc.checks import network_of
from common.rpc.errors import BadSignatureError
from fusion.domain.errors import TooOften
from fusion.service.pacing import Limits, Pacing
from fusion.tests.nodes import Node, until
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1.fusion_pb2_grpc import FusionPeerServiceStub

GREETING = pb.GreetRequest(version=1, oldest=1)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    limits = {"partner_greetings_a_minute": 20, "partner_probes_a_minute": 6, "partner_proposals_a_minute": 30}
    alpha = Node(tmp_path, "alpha", greet_every_s=3600).start()
    beta = Node(tmp_path, "beta", greet_every_s=3600, address_greetings_a_minute=60, **limits).start()
    alpha.trust(beta)
    beta.trust(alpha)
    yield alpha, beta
    alpha.stop()
    beta.stop()


def _refused_at(call: Callable[[], object], told: str) -> int:
    """Return which of many calls is refused."""
    for place in range(100):
        try:
            call()
        except TooOften as error:
            return place if re.match(told, error.detail) else -1
    raise AssertionError("all were taken")


def test_greetings_and_probes_beyond_the_limit_are_told_when_to_come(pair: tuple[Node, Node]) -> None:
    alpha, beta = pair
    channels: list[SignedChannel] = []
    stub: FusionPeerServiceStub = alpha.stub_to(beta, channels)
    try:
        told = r"more than 20 greetings a minute; the next is taken in \d s"
        assert _refused_at(lambda: stub.Greet(GREETING), told) in range(15, 25)  # confirming greets, too
        assert _refused_at(lambda: stub.Probe(pb.ProbeRequest(payload=b"x")), "more than 6 probes") == 6
        told = alpha.call("POST", "/partners/beta/check")
        assert (told["reachable"], told["problem"]["code"]) == (True, "HAN-8071")
    finally:
        channels[0].close()


def test_greetings_of_somebody_who_proves_nothing_are_limited_by_address(pair: tuple[Node, Node]) -> None:
    """Whoever has a partner's certificate, but not its key: nothing of the call is looked at beyond the limit."""
    alpha, beta = pair
    tls = TlsClient(load_tls(alpha.home), load_tls(beta.home).cert_der)
    keys = FixedKeys({"beta": load_member(beta.home).public})
    channel = connect(beta.app.peer_address, Identity.generate("alpha"), "beta", keys, tls=tls)
    codes = []
    for _ in range(70):
        with pytest.raises(HanseError) as caught:
            FusionPeerServiceStub(channel).Greet(GREETING)
        codes.append(caught.value.code)
    channel.close()
    assert codes[0] == BadSignatureError.code
    assert "HAN-8071" in codes
    assert codes.index("HAN-8071") <= 60
    assert set(codes[codes.index("HAN-8071") :]) == {"HAN-8071"}


def test_a_proposal_beyond_the_limit_waits_and_is_brought_later(
    pair: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fusion.service.steps._AGAIN_SLOWLY_S", 0.2)
    alpha, beta = pair
    mine = alpha.upload(["a", "b"])
    tasks = [alpha.propose("beta", mine) for _ in range(33)]
    late = [task for task in tasks if alpha.task(task)["state"] == "created"]
    assert late
    told = alpha.task(late[-1])
    assert (told["waiting_for"], told["trouble"]["code"], told["trouble"]["party"]) == ("beta", "HAN-8071", "beta")
    until(lambda: all(alpha.task(task)["state"] == "waiting" for task in tasks), 60)
    assert all(alpha.task(task)["trouble"] is None for task in tasks)
    assert len(beta.call("GET", "/tasks")["items"]) == 33


def test_all_addresses_together_have_a_limit() -> None:
    pacing = Pacing(Limits(1000, 1000, 1000, 5, 20))
    for number in range(4):
        for _ in range(5):
            pacing.unknown("Greet", f"192.0.2.{number}")
    with pytest.raises(TooOften, match="more than 20 greetings a minute"):
        pacing.unknown("Greet", "192.0.2.99")
    pacing.unknown("Deliver", "192.0.2.99")
    with pytest.raises(TooOften, match="more than 5 greetings a minute"):
        pacing.unknown("Greet", "192.0.2.1")


def test_an_address_of_ipv6_stands_for_its_network() -> None:
    assert network_of("ipv6:[2001:db8::1]:99") == network_of("ipv6:[2001:db8::ffff:1]:7") == "2001:db8::/64"
    assert network_of("ipv4:192.0.2.1:5") == "192.0.2.1"
    assert network_of("unix:/x") == ""
