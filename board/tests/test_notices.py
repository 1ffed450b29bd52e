"""Notices outside the browser: against a real SMTP server and a real HTTP server on this machine."""

import base64
import email
import hashlib
import hmac
import http.server
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from board.api.outbound import address as outbound
from board.api.outbound.address import opened
from board.domain.errors import AddressNotAllowed, NotDelivered, SecretUnreadable
from board.domain.notices import FAILED, WAITS
from board.service import notices as service
from board.service.health_watch import HealthWatch
from board.service.status import ServiceStatus
from board.store.secret_file import FileSecretBox
from board.tests.doubles import Ledger
from board.tests.house import Caller, House
from board.tests.test_story import graph, project
from common.errors import HanseError

SECRET = "a secret of the webhook 0123456789"
EVENTS = ["decision_waits", "job_succeeded", "job_failed", "run_refused", "service_unhealthy"]


class Mails(socketserver.ThreadingTCPServer):
    """A small mail server: takes one mail after the other, with a password; `answer` is what it says to the body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[tuple[str, list[str], Message]] = []
        self.signed_in: list[bytes] = []
        self.answer = "250 taken"
        self.unknown: set[str] = set()  # recipients that it refuses


class _Smtp(socketserver.StreamRequestHandler):
    server: Mails

    def handle(self) -> None:
        sender, recipients = "", list[str]()
        self._say("220 hello")
        for line in self.rfile:
            word = line.strip().decode().upper()
            if word.startswith("EHLO"):
                self._say("250-hello\r\n250 AUTH PLAIN")
            elif word.startswith("AUTH PLAIN"):
                self.server.signed_in.append(base64.b64decode(line.split()[2]))
                self._say("235 in")
            elif word.startswith("MAIL"):
                sender = line.decode()
                self._say("250 ok")
            elif word.startswith("RCPT"):
                recipient = line.decode().split("<")[1].split(">")[0]
                if recipient in self.server.unknown:
                    self._say("550 nobody here")
                    continue
                recipients.append(recipient)
                self._say("250 ok")
            elif word == "DATA":
                self._say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                if self.server.answer.startswith("2"):
                    self.server.mails.append((sender, recipients, email.message_from_bytes(content)))
                self._say(self.server.answer)
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Hooks(http.server.ThreadingHTTPServer):
    """Takes webhooks; `status` is what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.status = 204


class _Hook(http.server.BaseHTTPRequestHandler):
    server: Hooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def _served(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mails() -> Iterator[Mails]:
    yield from _served(Mails())


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    yield from _served(Hooks())


class Place:
    """Two members; the bank's operator has opened both servers."""

    def __init__(self, folder: Path, mails: Mails, hooks: Hooks) -> None:
        self.mail, self.hook = (f"127.0.0.1:{server.server_address[1]}" for server in (mails, hooks))
        ledger, self.houses = Ledger(), dict[str, House]()
        for member in ("bank", "bureau"):
            ledger.admit(member)
            allow = (self.mail, self.hook, "localhost:9") if member == "bureau" else ()
            House(member, folder, self.houses, ledger, notify_allow=allow)
        self.bureau = self.houses["bureau"]

    def channel(self, caller: Caller, kind: str = "webhook", **more: Any) -> dict[str, Any]:
        body: dict[str, Any] = {"kind": kind, "name": "on call", "events": EVENTS}
        if kind == "mail":
            body |= {"address": self.mail, "security": "none", "user": "hanse", "secret": "the password"}
            body |= {"sender": "hanse@bureau.example", "recipients": ["ann@bureau.example", "ben@bureau.example"]}
        else:
            body |= {"address": f"http://{self.hook}/hanse?team=a", "secret": SECRET}
        made: dict[str, Any] = caller.post("/notification-channels", body | more)
        return made

    def deliver(self) -> int:
        return self.bureau.board.notices.deliver_due()


@pytest.fixture
def place(tmp_path: Path, mails: Mails, hooks: Hooks) -> Iterator[Place]:
    made = Place(tmp_path, mails, hooks)
    yield made
    for house in made.houses.values():
        house.close()


def verified(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Do what a receiver does: the signature is over the time and the very bytes."""
    signed = f"{headers['X-Hanse-Timestamp']}.".encode() + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Hanse-Signature"] == f"v1={expected}"
    told: dict[str, Any] = json.loads(body)
    return told


def test_what_happens_is_told_by_mail_and_webhook_without_anybodys_words(
    place: Place, mails: Mails, hooks: Hooks
) -> None:
    them = place.bureau.admin()
    place.channel(them)
    place.channel(them, "mail", language="zh", events=["decision_waits"])
    us, them, name, data = project(place.houses["bank"], place.bureau)
    body = {"project": name, "owner": "bureau", "data_set": data["bureau"], "purpose": "SECRET WORDS"}
    request = us.post("/data-requests", body)["request"]
    place.houses["bank"].board.outbox.deliver_due()
    drawn = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = place.houses["bank"].flow.get(us.post("/jobs", {"flow": drawn}, 202)["job"]).spec
    for _ in range(3):  # flow asks every second while a person has not decided
        place.bureau.board.proposals.check(spec, "bank")
    place.bureau.board.proposals.ended(spec.job, "failed")
    while place.deliver():
        pass
    told = [verified(*taken) for taken in hooks.taken]
    assert [(item["event"], item["values"].get("kind", "")) for item in told] == [
        ("decision_waits", "invitation"),
        ("decision_waits", "data_request"),
        ("decision_waits", "job"),
        ("job_failed", ""),
    ]
    assert told[0]["url"] == "https://board.test/inbox"
    assert told[3]["url"] == f"https://board.test/jobs/{spec.job}"
    assert {item["member"] for item in told} == {"bureau"}
    assert len({headers["X-Hanse-Delivery"] for headers, _ in hooks.taken}) == 4
    assert len(mails.mails) == 3
    _, recipients, mail = mails.mails[1]
    assert recipients == ["ann@bureau.example", "ben@bureau.example"]
    assert mails.signed_in[0] == b"\0hanse\0the password"
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert "有事项等待您决定" in text.decode()
    everything = b"".join(body for _, body in hooks.taken) + text
    assert b"SECRET WORDS" not in everything
    assert request.encode() not in everything


def test_what_does_not_arrive_is_tried_again_later_and_later(
    place: Place, hooks: Hooks, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    them = place.bureau.admin()
    made = place.channel(them)["channel"]
    clock = service.now_ms()
    monkeypatch.setattr(service, "now_ms", lambda: clock)
    hooks.status = 500
    place.bureau.board.notices.tell(FAILED, "job-1", {"job": "job-1"})
    waits = []
    for _ in range(12):
        while not hooks.taken:
            place.deliver()
            clock += 1000
        hooks.taken.clear()
        start = clock
        while not hooks.taken and clock - start < 4_000_000:
            place.deliver()
            clock += 1000 if clock - start < 10_000 else 10_000
        waits.append(clock - start)
    assert waits == sorted(waits)
    assert 3_600_000 <= waits[-1] < 3_700_000, "an hour at most"
    (shown,) = them.get("/notification-channels")["items"]
    assert (shown["waiting"], "500" in shown["problem"]) == (1, True)
    hooks.status = 204
    clock += 3_600_000
    assert place.deliver() == 1
    (shown,) = them.get("/notification-channels")["items"]
    assert (shown["waiting"], shown["problem"], shown["sent_ms"] > 0) == (0, "", True)
    hooks.status = 302
    place.bureau.board.notices.tell(FAILED, "job-2", {"job": "job-2"})
    hooks.taken.clear()
    assert place.deliver() == 0, "no redirect is followed"
    assert len(hooks.taken) == 1
    clock += 4 * 24 * 3600 * 1000
    place.deliver()
    assert them.get("/notification-channels")["items"][0]["waiting"] == 0
    assert place.bureau.board.audit.page(0, 1)[0].action == "notice_given_up"
    assert them.call("DELETE", f"/notification-channels/{made}")[0] == 204


def test_a_stopped_board_goes_on_with_what_waits(place: Place, hooks: Hooks) -> None:
    them = place.bureau.admin()
    place.channel(them)
    board = place.bureau.board
    board.notices.tell(WAITS, "x", {"kind": "job", "member": "bank"})
    board.notices.start()
    for _ in range(200):
        if hooks.taken:
            break
        threading.Event().wait(0.05)
    board.notices.close()
    assert len(hooks.taken) == 1
    assert them.get("/notification-channels")["items"][0]["waiting"] == 0


def test_a_test_says_at_once_what_is_wrong(place: Place, mails: Mails, hooks: Hooks) -> None:
    them = place.bureau.admin()
    mail, hook = place.channel(them, "mail")["channel"], place.channel(them)["channel"]
    for channel in (mail, hook):
        assert them.call("POST", f"/notification-channels/{channel}/tests", json={})[0] == 204
    assert "arrive" in str(mails.mails[0][2]["Subject"])
    assert verified(*hooks.taken[0])["event"] == "test"
    mails.answer, hooks.status = "554 no, and here is your mail again: the password", 401
    for channel, words in ((mail, "554"), (hook, "401")):
        status, told = them.call("POST", f"/notification-channels/{channel}/tests", json={})
        assert (status, told["code"], words in told["detail"]) == (503, "HAN-6091", True)
        assert "the password" not in told["detail"]
    assert them.call("POST", "/notification-channels/chn-none/tests", json={})[0] == 404


def test_secrets_lie_sealed_and_go_to_no_other_address(place: Place, tmp_path: Path, hooks: Hooks) -> None:
    them = place.bureau.admin()
    made = place.channel(them)
    assert (made["has_secret"], "secret" in made) == (True, False)
    content = (tmp_path / "bureau.db").read_bytes() + (tmp_path / "bureau.db-wal").read_bytes()
    assert SECRET.encode() not in content
    assert (tmp_path / "bureau.key").stat().st_mode & 0o777 == 0o600
    path = f"/notification-channels/{made['channel']}"
    body = {"kind": "webhook", "name": "n", "events": EVENTS, "address": f"http://{place.hook}/hanse?team=a"}
    changed = them.call("PUT", path, json=body)[1]
    assert (changed["name"], changed["has_secret"]) == ("n", True)
    them.post(f"{path}/tests", {}, 204)
    verified(*hooks.taken[0])
    status, told = them.call("PUT", path, json=body | {"address": f"http://{place.hook}/other"})
    assert (status, told["code"]) == (422, "HAN-6001"), "for another address the secret is given anew"
    (tmp_path / "bureau.key").write_bytes(b"\0" * 32)
    status, told = them.call("POST", f"{path}/tests", json={})
    assert (status, told["code"]) == (409, "HAN-6092")
    box = FileSecretBox(tmp_path / "box.key")
    sealed = box.seal("one", "s")
    assert box.open("one", sealed) == "s"
    with pytest.raises(SecretUnreadable):
        box.open("two", sealed)
    (tmp_path / "box.key").chmod(0o644)
    with pytest.raises(SecretUnreadable, match="by others"):
        box.open("one", sealed)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"address": "https://elsewhere.example/hook"}, "HAN-6090"),
        ({"address": "http://169.254.169.254/latest"}, "HAN-6090"),
        ({"address": "ftp://127.0.0.1/x"}, "HAN-6001"),
        ({"address": "http://user:pass@127.0.0.1:80/x"}, "HAN-6001"),
        ({"address": "http://127.0.0.1:99999/x"}, "HAN-6001"),
        ({"secret": "short"}, "HAN-6001"),
        ({"kind": "mail", "address": "127.0.0.1:25"}, "HAN-6001"),
        ({"events": []}, "HAN-6001"),
        ({"kind": "mail", "sender": "a@b.c\nBcc: x@y.z", "recipients": ["a@b.c"]}, "HAN-6001"),
    ],
)
def test_channels_go_only_where_the_operator_has_opened(place: Place, change: dict[str, Any], code: str) -> None:
    them = place.bureau.admin()
    body = {"kind": "webhook", "name": "n", "events": EVENTS, "address": f"http://{place.hook}/", "secret": SECRET}
    status, told = them.call("POST", "/notification-channels", json=body | change)
    assert (told["code"], status) == (code, 403 if code == "HAN-6090" else 422)
    ours = place.houses["bank"].admin()
    assert ours.call("POST", "/notification-channels", json=body)[1]["code"] == "HAN-6090", "here nothing is opened"


@pytest.mark.parametrize(
    "found",
    [
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "0.0.0.0",  # noqa: S104  it must not be sent to
        "224.0.0.1",
    ],
)
def test_a_name_that_leads_to_a_metadata_address_is_not_followed(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", answer)
    with pytest.raises(AddressNotAllowed):
        opened("hooks.example", 443, ["hooks.example:443"]).resolve()


def test_without_tls_nothing_leaves_this_machine(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    them = place.bureau.admin()
    mail, hook = place.channel(them, "mail")["channel"], place.channel(them)["channel"]

    def answer(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 25))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", answer)
    for channel in (mail, hook):
        status, told = them.call("POST", f"/notification-channels/{channel}/tests", json={})
        assert (status, told["code"]) == (403, "HAN-6090")

    def nowhere(*_: Any, **__: Any) -> list[Any]:
        raise OSError

    monkeypatch.setattr(outbound.socket, "getaddrinfo", nowhere)
    with pytest.raises(NotDelivered):
        opened("hooks.example", 443, ["hooks.example:443"]).resolve()


def test_tls_is_asked_for_and_a_wrong_certificate_refused(place: Place, mails: Mails) -> None:
    them = place.bureau.admin()
    for security in ("starttls", "tls"):
        channel = place.channel(them, "mail", security=security)["channel"]
        mails.answer = "250 taken"
        status, told = them.call("POST", f"/notification-channels/{channel}/tests", json={})
        assert (status, told["code"]) == (503, "HAN-6091"), "the server has no TLS, and nothing is sent without"
    assert mails.mails == []
    assert mails.signed_in == [], "nor is the password"


def test_an_outage_is_told_once_and_the_next_one_again(place: Place, hooks: Hooks) -> None:
    them = place.bureau.admin()
    place.channel(them)
    ok = {"kernel": True}
    watch = HealthWatch(
        lambda: [ServiceStatus("kernel", ok=ok["kernel"], ms=1.0, code="HAN-1006")], place.bureau.board.notices
    )
    for up in (True, False, False, False, True, False, True, False, False):
        ok["kernel"] = up
        watch.look()
    again = HealthWatch(
        lambda: [ServiceStatus("kernel", ok=False, ms=1.0, code="HAN-1006")], place.bureau.board.notices
    )
    again.look()
    again.look()
    while place.deliver():
        pass
    told = [verified(*taken) for taken in hooks.taken]
    assert [(item["event"], item["values"]) for item in told] == [
        ("service_unhealthy", {"service": "kernel", "code": "HAN-1006"})
    ] * 3, "and one after a restart"


def test_only_administrators_set_channels_up(place: Place) -> None:
    admin = place.bureau.admin()
    client = place.bureau.app.test_client(use_cookies=False)
    client.post("/board-service/api/v1/accounts", json={"account": "ann", "password": "correct horse battery"})
    admin.call("PATCH", "/accounts/ann", json={"status": "active"})
    assert place.bureau.sign_in("ann").call("GET", "/notification-channels")[0] == 403


def test_a_closed_address_stops_what_waits(place: Place, hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    them = place.bureau.admin()
    made = place.channel(them)["channel"]
    monkeypatch.setattr(place.bureau.board.notices._carrier, "_allowed", ())
    with pytest.raises(HanseError) as refused:
        place.bureau.board.channels.test(made, "admin")
    assert refused.value.code == "HAN-6090"
    assert hooks.taken == []


def test_a_recipient_whom_the_server_refuses_does_not_bring_the_others_the_mail_again(
    place: Place, mails: Mails
) -> None:
    them = place.bureau.admin()
    made = place.channel(them, "mail")["channel"]
    mails.unknown = {"ben@bureau.example"}
    place.bureau.board.notices.tell(FAILED, "job-1", {"job": "job-1"})
    assert (place.deliver(), place.deliver()) == (1, 0)
    assert [recipients for _, recipients, _ in mails.mails] == [["ann@bureau.example"]]
    (shown,) = them.get("/notification-channels")["items"]
    assert (shown["waiting"], "1 of 2" in shown["problem"]) == (0, True)
    status, told = them.call("POST", f"/notification-channels/{made}/tests", json={})
    assert (status, "1 of 2" in told["detail"]) == (503, True)
    mails.unknown |= {"ann@bureau.example"}
    place.bureau.board.notices.tell(FAILED, "job-2", {"job": "job-2"})
    assert place.deliver() == 0
    assert them.get("/notification-channels")["items"][0]["waiting"] == 1, "nobody has it"


def test_a_channel_that_is_off_keeps_what_waits(place: Place, hooks: Hooks) -> None:
    them = place.bureau.admin()
    made = place.channel(them)
    place.bureau.board.notices.tell(FAILED, "job-1", {"job": "job-1"})
    body = {name: made[name] for name in ("kind", "name", "events", "address")}
    path = f"/notification-channels/{made['channel']}"
    them.call("PUT", path, json=body | {"enabled": False})
    assert (place.deliver(), hooks.taken) == (0, [])
    them.call("PUT", path, json=body)
    assert place.deliver() == 1


@pytest.mark.parametrize("broken", ["channels", "due"])
def test_a_store_that_fails_once_ends_nothing(
    place: Place, hooks: Hooks, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    place.channel(place.bureau.admin())
    notices, store = place.bureau.board.notices, place.bureau.board.stores.notices
    notices.tell(FAILED, "job-1", {"job": "job-1"})
    works, failed = getattr(store, broken), threading.Event()

    def once(*given: Any) -> Any:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("the database is away")
        return works(*given)

    monkeypatch.setattr(store, broken, once)
    notices.start()
    for _ in range(200):
        if hooks.taken:
            break
        threading.Event().wait(0.05)
    notices.close()
    assert len(hooks.taken) == 1


def test_a_channel_that_is_made_while_we_look_ends_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.channel(place.bureau.admin())
    notices, store = place.bureau.board.notices, place.bureau.board.stores.notices
    notices.tell(FAILED, "job-1", {"job": "job-1"})
    monkeypatch.setattr(store, "channels", list)
    assert place.deliver() == 0
