"""A server that speaks MongoDB's wire protocol over mongomock, so that the real PyMongo runs over a real socket.

It is a double: sockets, framing, BSON and PyMongo are real, what a query means is mongomock's word. It speaks as a lone
server of version 4.4 and, like one, knows no transactions.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from typing import Any

import bson
import mongomock
from pymongo.errors import PyMongoError

from ledger.tests.in_thread import InThread

_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
_HEADER = struct.Struct("<iiii")
_WIRE_VERSION = 9  # 4.4
_NO_COMMAND, _NO_TRANSACTIONS, _DUPLICATE = 59, 20, 11000
_WRITES = ("insert", "update", "delete", "createIndexes")
_Document = dict[str, Any]


class WireServer(InThread, socketserver.ThreadingTCPServer):
    """See the module."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.backend: mongomock.MongoClient = mongomock.MongoClient()
        self.writes_left: int | None = None  # then it hangs up on every write, as if the union had been killed
        self.away = False
        self.page = 101
        self.seen: set[str] = set()
        self._cursors: dict[int, list[_Document]] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Connection)

    def url(self, database: str) -> str:
        return f"mongodb://127.0.0.1:{self.server_address[1]}/{database}"

    def answer(self, command: _Document) -> _Document:
        name = next(iter(command))
        with self._lock:
            if self.away:
                raise ConnectionAbortedError
            self.seen.add(name)
            if "txnNumber" in command or "startTransaction" in command:
                return _error(
                    _NO_TRANSACTIONS, "Transaction numbers are only allowed on a replica set member or mongos"
                )
            if name in _WRITES and self.writes_left is not None:
                if self.writes_left == 0:
                    raise ConnectionAbortedError
                self.writes_left -= 1
            if name.lower() in ("hello", "ismaster"):
                return _HELLO
            method = getattr(self, f"_{name}", None)
            if method is None:
                return _error(_NO_COMMAND, f"no such command: '{name}'")
            answer: _Document = method(self.backend[command["$db"]], command)
            return answer

    def _ping(self, _database: Any, _command: _Document) -> _Document:
        return {"ok": 1.0}

    _endSessions = _ping  # noqa: N815  the command's name

    def _find(self, database: Any, command: _Document) -> _Document:
        cursor = database[command["find"]].find(command.get("filter", {}))
        if "sort" in command:
            cursor = cursor.sort(list(command["sort"].items()))
        return self._page(command, list(cursor.limit(command.get("limit", 0))), f"{database.name}.{command['find']}")

    def _aggregate(self, database: Any, command: _Document) -> _Document:
        found = list(database[command["aggregate"]].aggregate(command["pipeline"]))
        return self._page(command, found, f"{database.name}.{command['aggregate']}")

    def _page(self, command: _Document, found: list[_Document], space: str) -> _Document:
        size = command.get("batchSize") or self.page
        number = len(self._cursors) + 1 if len(found) > size and not command.get("singleBatch") else 0
        if number:
            self._cursors[number] = found[size:]
        return {"cursor": {"id": bson.Int64(number), "ns": space, "firstBatch": found[:size]}, "ok": 1.0}

    def _getMore(self, database: Any, command: _Document) -> _Document:  # noqa: N802  the command's name
        rest = self._cursors.pop(command["getMore"])
        cursor = {"id": bson.Int64(0), "ns": f"{database.name}.{command['collection']}", "nextBatch": rest}
        return {"cursor": cursor, "ok": 1.0}

    def _insert(self, database: Any, command: _Document) -> _Document:
        done, errors = 0, []
        for number, document in enumerate(command["documents"]):
            try:
                database[command["insert"]].insert_one(document)
                done += 1
            except mongomock.DuplicateKeyError as problem:
                errors.append({"index": number, "code": _DUPLICATE, "errmsg": str(problem)})
        return {"n": done, "ok": 1.0, **({"writeErrors": errors} if errors else {})}

    def _update(self, database: Any, command: _Document) -> _Document:
        collection, matched, changed, made = database[command["update"]], 0, 0, []
        for number, one in enumerate(command["updates"]):
            upsert = one.get("upsert", False)
            if not next(iter(one["u"]), "").startswith("$"):
                done = collection.replace_one(one["q"], one["u"], upsert=upsert)
            elif one.get("multi"):
                done = collection.update_many(one["q"], one["u"], upsert=upsert)
            else:
                done = collection.update_one(one["q"], one["u"], upsert=upsert)
            matched, changed = matched + done.matched_count, changed + done.modified_count
            if done.upserted_id is not None:
                made.append({"index": number, "_id": done.upserted_id})
        return {"n": matched + len(made), "nModified": changed, "ok": 1.0, **({"upserted": made} if made else {})}

    def _delete(self, database: Any, command: _Document) -> _Document:
        count = 0
        for one in command["deletes"]:
            collection = database[command["delete"]]
            done = collection.delete_one(one["q"]) if one.get("limit") else collection.delete_many(one["q"])
            count += done.deleted_count
        return {"n": count, "ok": 1.0}

    def _createIndexes(self, database: Any, command: _Document) -> _Document:  # noqa: N802  the command's name
        for index in command["indexes"]:
            keys = list(index["key"].items())
            database[command["createIndexes"]].create_index(keys, unique=index.get("unique", False))
        return {"ok": 1.0}


_HELLO: _Document = {
    "ismaster": True,
    "isWritablePrimary": True,
    "helloOk": True,
    "maxBsonObjectSize": 16 << 20,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "minWireVersion": 0,
    "maxWireVersion": _WIRE_VERSION,
    "readOnly": False,
    "ok": 1.0,
}


def _error(code: int, message: str) -> _Document:
    return {"ok": 0.0, "code": code, "errmsg": message}


class _Connection(socketserver.BaseRequestHandler):
    server: WireServer

    def handle(self) -> None:
        try:
            while head := self._take(_HEADER.size):
                length, number, _, kind = _HEADER.unpack(head)
                self._answer(number, kind, self._take(length - _HEADER.size))
        except ConnectionAbortedError:
            return

    def _answer(self, number: int, kind: int, body: bytes) -> None:
        if kind == _OP_QUERY:
            # Flags, name of the collection, skip, limit; only the greeting comes this way.
            command = bson.decode(body[body.index(b"\0", 4) + 9 :])
            answer = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(self.server.answer(command))
            self._send(number, _OP_REPLY, answer)
            return
        assert kind == _OP_MSG
        try:
            told = self.server.answer(_message(body))
        except (mongomock.OperationFailure, PyMongoError, NotImplementedError) as problem:
            told = _error(1, f"{type(problem).__name__}: {problem}")
        self._send(number, _OP_MSG, struct.pack("<iB", 0, 0) + bson.encode(told))

    def _take(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            try:
                more = self.request.recv(length - len(data))
            except OSError:
                return b""
            if not more:
                return b""
            data += more
        return data

    def _send(self, answers: int, kind: int, body: bytes) -> None:
        self.request.sendall(_HEADER.pack(_HEADER.size + len(body), 1, answers, kind) + body)


def _message(body: bytes) -> _Document:
    """Read the sections of an OP_MSG: the command, and lists of documents that go into it."""
    command: _Document = {}
    at = 4
    while at < len(body):
        kind, at = body[at], at + 1
        (length,) = struct.unpack_from("<i", body, at)
        if kind == 0:
            command.update(bson.decode(body[at : at + length]))
        else:
            end = body.index(b"\0", at + 4)
            command[body[at + 4 : end].decode()] = bson.decode_all(body[end + 1 : at + length])
        at += length
    return command
