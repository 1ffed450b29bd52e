"""One application of the shared HTTP layer: declaring, reading, refusing, describing."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from flask import Flask
from openapi_spec_validator import validate
from pydantic import Field

from common.errors import ResourceExhausted, Unauthenticated
from common.http.application import create_application
from common.http.models import BYTES, Fields, Paging, View
from common.http.openapi import About
from common.http.operation import Door, Entrance, Operation, Reply, Resource, download
from common.http.reading import bearer

API = "/toy/v1"


class WordIn(Fields):
    word: Annotated[str, Field(max_length=5)]
    weight: float = 1.0


class WordOut(View):
    word: str
    weight: float
    by: str


class Named(Door):
    def admit(self, operation: Operation, variables: Mapping[str, str]) -> Mapping[str, Any]:
        if operation.access is None:
            return {}
        if bearer() != operation.access:
            raise Unauthenticated
        return {"who": bearer(), "else": "nobody asks for it"}


@pytest.fixture
def app() -> Flask:
    words = Resource("words", API)

    @words.declare("POST", "/words/{word}", "Keep a word.", access="ann", answer=WordOut, status=201)
    def keep(word: str, body: WordIn, who: str) -> Reply:
        return Reply({"word": body.word, "weight": body.weight, "by": who}, f"/words/{word}", '"1"', {"X-More": "m"})

    @words.declare("GET", "/words", "List the words.", access=None, answer=WordOut)
    def every(query: Paging) -> WordOut:
        return WordOut(word=query.after, weight=query.limit, by="")

    @words.declare("GET", "/file", "Download.", access=None, media=BYTES)
    def file() -> Any:
        return download(iter([b"a", b"b"]), "text/plain", "f.txt")

    @words.declare("DELETE", "/words", "Fail.", access=None)
    def fail() -> None:
        error = ResourceExhausted("too many")
        error.retry_after_s = 7
        raise error

    @words.declare("PUT", "/words", "Break.", access=None)
    def broken() -> None:
        message = "a secret of ours"
        raise RuntimeError(message)

    entrance = Entrance(Named(), most_json_bytes=100)
    about = About("Toy", "A toy.", {"token": {"type": "http", "scheme": "bearer"}})
    return create_application("toy", API, [words], entrance, about)


ANN = {"Authorization": "Bearer ann"}


def test_what_is_declared_is_done(app: Flask) -> None:
    client = app.test_client()
    made = client.post(f"{API}/words/w", json={"word": "tea"}, headers=ANN)
    assert (made.status_code, made.get_json()) == (201, {"word": "tea", "weight": 1.0, "by": "ann"})
    assert (made.headers["Location"], made.headers["ETag"]) == (f"{API}/words/w", '"1"')
    assert (made.headers["X-More"], made.headers["Cache-Control"]) == ("m", "no-store")
    assert made.headers["Content-Security-Policy"] == "default-src 'none'"
    assert client.get(f"{API}/words?limit=3&after=x").get_json()["weight"] == 3
    got = client.get(f"{API}/file")
    assert (got.data, got.headers["Content-Disposition"]) == (b"ab", 'attachment; filename="f.txt"')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"word": "a", "word": "b"}', "twice"),
        (b'{"word": "a", "weight": NaN}', "NaN"),
        (b'{"word": "\\ud800"}', "surrogate"),
        (b"[" * 90, "nested"),
        (b'{"word": "' + b"x" * 100 + b'"}', "at most 100 bytes"),
        (b'{"word": "abcdef"}', "word: "),
        (b'{"word": "a", "wrod": 1}', "wrod: "),
        (b"", "word: "),
        (b"[]", "body: "),
    ],
)
def test_bodies_that_are_refused(app: Flask, content: bytes, words: str) -> None:
    told = app.test_client().post(f"{API}/words/w", data=content, headers={**ANN, "Content-Type": "application/json"})
    problem = told.get_json()
    assert (told.status_code, told.content_type) == (400, "application/problem+json")
    assert (problem["status"], problem["code"]) == (400, "HAN-1001")
    assert words in problem["detail"]
    assert problem["request_id"] == told.headers["X-Request-ID"]


def test_other_refusals(app: Flask) -> None:
    client = app.test_client()
    assert client.post(f"{API}/words/w", data=b"a", headers=ANN).status_code == 400
    nobody = client.post(f"{API}/words/w", json={"word": "a"})
    assert (nobody.status_code, nobody.headers["WWW-Authenticate"][:7]) == (401, "Bearer ")
    assert client.post(f"{API}/words/w%20w", json={"word": "a"}, headers=ANN).status_code == 404
    assert client.get(f"{API}/nothing").get_json()["status"] == 404
    wrong = client.get(f"{API}/words/w")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")
    assert "given twice" in client.get(f"{API}/words?limit=1&limit=2").get_json()["detail"]
    assert client.get(f"{API}/words?limit=501").get_json()["detail"].startswith("query.limit: ")
    busy = client.delete(f"{API}/words")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "7")


def test_a_fault_tells_nothing_of_itself(app: Flask) -> None:
    told = app.test_client().put(f"{API}/words")
    assert (told.status_code, told.get_json()["code"]) == (500, "HAN-1008")
    assert b"secret" not in told.data
    assert told.get_json()["request_id"] in told.get_json()["detail"]


def test_the_description_says_what_was_declared(app: Flask) -> None:
    document = json.loads(app.test_client().get(f"{API}/openapi.json").data)
    validate(document)
    paths = document["paths"]
    keep = paths[f"{API}/words/{{word}}"]["post"]
    assert (keep["operationId"], keep["security"]) == ("words_keep", [{"token": []}])
    assert keep["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/WordIn"}
    assert set(keep["responses"]) >= {"201", "401", "default"}
    assert paths[f"{API}/words"]["get"]["security"] == []
    assert [p["name"] for p in paths[f"{API}/words"]["get"]["parameters"]] == ["after", "limit"]
    assert "ProblemModel" in document["components"]["schemas"]
