"""The feed of jobs' changes."""

from collections.abc import Iterator
from types import SimpleNamespace

from board.service.job_feed import JobFeed
from proto.flow.v1 import flow_pb2 as pb


def test_whoever_watches_looks_again_after_a_failure_of_any_kind() -> None:
    def broken() -> Iterator[pb.Job]:
        yield pb.Job(state="running")
        raise RuntimeError("a bug")

    feed = JobFeed(SimpleNamespace(watch=broken))
    inbox = feed.watch()
    feed.start()
    told = [inbox.get(timeout=10), inbox.get(timeout=10)]
    feed.close()
    assert told == [pb.Job(state="running"), None]
