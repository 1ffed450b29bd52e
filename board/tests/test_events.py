"""Live views over the real HTTP server: events leave when they are made, and a stream goes on where it ended."""

import json
import threading
from collections.abc import Iterator

import httpx
import pytest

from board.api.http.operation import API
from board.tests.house import House
from common.http.server import HttpServer
from proto.flow.v1 import flow_pb2


def spec(job: str = "job-1") -> flow_pb2.JobSpec:
    made = flow_pb2.JobSpec(job=job, project="p", name="n")
    made.parties.add(member="bank", role="promoter")
    made.nodes.add(id="a", component="psi")
    return made


@pytest.fixture
def browser(bank: House) -> Iterator[httpx.Client]:
    token = bank.admin().token
    bank.board.feed.start()
    server = HttpServer("the board", "127.0.0.1:0", bank.app, threads=8, most_bytes=1 << 20)
    server.start()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://{server.address}{API}", headers=headers, timeout=10, trust_env=False) as client:
        yield client
    bank.board.feed.close()
    bank.flow.hang_up()
    server.stop()


def test_a_job_is_followed_to_its_end(bank: House, browser: httpx.Client) -> None:
    bank.flow.put(spec(), "running")
    told = []
    with browser.stream("GET", "/jobs/job-1/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data:"):
                told.append(json.loads(line[5:]))
                if told[-1]["state"] == "running":
                    threading.Thread(target=bank.flow.change, args=("job-1", "succeeded")).start()
    assert [job["state"] for job in told] == ["running", "succeeded"]
    assert told[0]["nodes"][0]["id"] == "a"


def test_a_stream_goes_on_after_the_last_event_that_was_seen(bank: House, browser: httpx.Client) -> None:
    bank.flow.put(spec(), "running")
    bank.flow.change("job-1", "failed")
    revision = bank.flow.get("job-1").revision
    for seen, expected in ((str(revision), 0), (str(revision - 1), 1), ("nonsense", 1), ("", 1)):
        text = browser.get("/jobs/job-1/events", headers={"Last-Event-ID": seen}).text
        assert text.count("event: job") == expected, seen


def test_all_jobs_are_followed_and_places_are_limited(bank: House, browser: httpx.Client) -> None:
    bank.flow.put(spec("job-1"), "running")
    with browser.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("data:"))
        bank.flow.put(spec("job-2"), "created")
        bank.flow.change("job-2", "running")
        second = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
        assert (second["job"], second["state"]) == ("job-2", "running")
        others = [browser.stream("GET", "/events") for _ in range(3)]
        for other in others:
            other.__enter__()
        refused = browser.get("/events")
        assert (refused.status_code, refused.json()["code"]) == (429, "HAN-6060")
        for other in others:
            other.__exit__(None, None, None)


def test_an_unknown_job_is_a_problem(browser: httpx.Client) -> None:
    assert browser.get("/jobs/gone/events").json()["code"] == "HAN-5001"


def test_a_watcher_that_is_too_slow_is_told_to_look_again(bank: House) -> None:
    feed = bank.board.feed
    inbox = feed.watch()
    feed.start()
    bank.flow.put(spec(), "running")
    while not bank.flow.watchers:
        threading.Event().wait(0.01)
    for _ in range(1100):
        bank.flow.change("job-1", "running")
    while not bank.flow.watchers[0].empty():  # a watcher that reads meanwhile is not too slow
        threading.Event().wait(0.01)
    told = [inbox.get(timeout=5)]
    while told[-1] is not None:
        told.append(inbox.get(timeout=5))
    assert len(told) < 1100
    feed.leave(inbox)
    feed.close()
    bank.flow.hang_up()
