"""Data sets whose making ends midway, by a refusal or by the process's end: nothing stays that nobody knows."""

import threading
from pathlib import Path
from typing import Any

import pytest

from board.service import drafts
from board.service.data_sets import DataSets
from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_data import staged
from common.errors import DeadlineExceeded, Unavailable


class Killed(BaseException):
    """The process ends here."""


def crash(house: House, monkeypatch: pytest.MonkeyPatch, *, at: str) -> None:
    """End the making of a data set at a step; a process that is killed undoes nothing."""
    us = house.admin()
    upload = staged(us)

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(drafts.Drafts, "_undo", lambda *_, **__: False)
        patch.setattr(DataSets if at == "_publish" else type(house.board.stores.data_sets), at, killed)
        with pytest.raises(Killed):
            us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["id"], "visibility": "federation"})


@pytest.mark.parametrize("at", ["_publish", "add"])
def test_what_a_crash_left_goes_at_the_next_start(
    bank: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ledger: Ledger, at: str
) -> None:
    kept = bank.admin().upload()["data_set"]
    crash(bank, monkeypatch, at=at)
    (orphan,) = set(bank.kernel.data_sets) - {kept}
    assert [record.body["visibility"] for record in ledger.log if record.record_id == orphan] == (
        ["federation"] if at == "add" else []
    )
    again = House("bank", tmp_path, {}, ledger)
    again.board.drafts = drafts.Drafts("bank", again.board.stores.data_sets, bank.kernel, again.union)
    monkeypatch.setattr(type(bank.kernel), "delete", _unreachable)
    assert not again.board.drafts.tidy()
    monkeypatch.undo()
    settled = threading.Event()
    tidy = again.board.drafts.tidy
    monkeypatch.setattr(again.board.drafts, "tidy", lambda: tidy() and not settled.set())
    again.board.drafts.start()
    try:
        assert settled.wait(10)
    finally:
        again.board.drafts.close()
        again.close()
    assert set(bank.kernel.data_sets) == {kept}
    assert bank.board.stores.data_sets.begun() == []
    assert [record.body["visibility"] for record in ledger.log if record.record_id == orphan] == (
        ["federation", "closed"] if at == "add" else []
    )


def test_a_refused_import_leaves_no_draft(bank: House) -> None:
    us = bank.admin()
    upload = staged(us)
    us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["nobody"]}, 400)
    assert bank.board.stores.data_sets.begun() == []
    assert us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["id"]})["rows"] == 3
    assert bank.board.stores.data_sets.begun() == []


def test_an_import_that_goes_on_without_us_is_found_later(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    ours = type(bank.kernel).import_file
    late: list[Any] = []

    def slow(self: Any, upload: Any, chunks: Any) -> Any:
        content = list(chunks)
        late.append(lambda: ours(self, upload, content))
        raise DeadlineExceeded("the kernel takes longer")

    monkeypatch.setattr(type(bank.kernel), "import_file", slow)
    us.upload(expect=504)
    (draft,) = bank.board.stores.data_sets.begun()
    assert not bank.board.drafts.tidy(), "the kernel may still be at it"
    late[0]()
    assert set(bank.kernel.data_sets) == {draft.data_set}
    monkeypatch.setattr(type(bank.kernel), "delete", _unreachable)
    assert not bank.board.drafts.tidy()
    monkeypatch.undo()
    assert bank.board.drafts.tidy()
    assert bank.kernel.data_sets == {}


def test_what_never_came_is_forgotten_after_a_day(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.board.stores.data_sets.begin("ds-1", drafts.now_ms(), published=False)
    assert not bank.board.drafts.tidy()
    later = drafts.now_ms() + 24 * 3600 * 1000 + 1
    monkeypatch.setattr(drafts, "now_ms", lambda: later)
    assert bank.board.drafts.tidy()
    assert bank.board.stores.data_sets.begun() == []


def _unreachable(*_: Any) -> None:
    raise Unavailable("no kernel")


def test_a_record_that_cannot_be_closed_yet_is_closed_later(
    bank: House, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    us = bank.admin()
    upload = staged(us)

    def torn(*_: Any) -> None:
        ledger.away = True
        raise Unavailable("the store is gone, and then the union")

    with monkeypatch.context() as patch:
        patch.setattr(type(bank.board.stores.data_sets), "add", torn)
        us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["id"], "visibility": "federation"}, 503)
    assert bank.kernel.data_sets == {}, "the rows are gone at once"
    ledger.away = False
    bank.board.drafts.tidy()
    assert [record.body["visibility"] for record in ledger.log if record.kind == "data_resource"] == [
        "federation",
        "closed",
    ]


def test_what_is_finished_while_we_tidy_up_stays(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of drafts is read, then the import ends: what it made is a data set now, and no remnant."""
    us = bank.admin()
    store, began = type(bank.board.stores.data_sets), type(bank.board.stores.data_sets).begun
    board, listed = bank.board, threading.Event()

    def slow(self: Any) -> Any:
        found = began(self)
        if not listed.is_set():
            listed.set()
            importing.join(20)
        return found

    add = store.add

    def wait_and_add(self: Any, data_set: Any) -> None:
        tidying.start()
        assert listed.wait(20)
        add(self, data_set)

    monkeypatch.setattr(store, "begun", slow)
    monkeypatch.setattr(store, "add", wait_and_add)
    tidying = threading.Thread(target=board.drafts.tidy)
    importing = threading.Thread(target=us.upload)
    importing.start()
    importing.join(20)
    tidying.join(20)
    (made,) = us.get("/data-sets")["items"]
    assert set(bank.kernel.data_sets) == {made["data_set"]}
