"""What a grant allows."""

import dataclasses

import pytest

from gateway.domain import errors as e
from gateway.domain.grants import Grant, GrantedMessage
from gateway.domain.messages import Announced, MessageKey

GRANT = Grant(
    "j",
    "t",
    2,
    "toy",
    "1",
    b"h" * 32,
    {"bank": "promoter", "bureau": "provider", "retailer": "provider"},
    (
        GrantedMessage("gradient", "provider", "promoter", "ciphertext", 100),
        GrantedMessage("gradient", "provider", "provider", "masked", 0),
    ),
    1000,
)
KEY = MessageKey("j", "t", 2, "gradient", "1", "bureau", "bank")


def test_the_fitting_declaration_is_found_by_roles() -> None:
    assert GRANT.allow(KEY, 100, 500, 0).carries == "ciphertext"
    assert GRANT.allow(dataclasses.replace(KEY, receiver="retailer"), 500, 500, 0).carries == "masked"


@pytest.mark.parametrize(
    ("change", "size", "now", "error"),
    [
        ({"attempt": 3}, 1, 0, e.NotOpenYetError),
        ({"attempt": 1}, 1, 0, e.StaleAttemptError),
        ({}, 1, 1001, e.GrantExpiredError),
        ({"sender": "villain"}, 1, 0, e.NotGrantedError),
        ({"sender": "bank", "receiver": "bureau"}, 1, 0, e.NotGrantedError),
        ({"message": "secrets"}, 1, 0, e.NotGrantedError),
        ({}, 101, 0, e.NotGrantedError),
        ({"receiver": "retailer"}, 501, 0, e.NotGrantedError),
    ],
)
def test_everything_else_is_refused(change: dict[str, str], size: int, now: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        GRANT.allow(dataclasses.replace(KEY, **change), size, 500, now)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    "change",
    [
        {"job": ""},
        {"attempt": 0},
        {"roles": {"bureau": "provider"}},
        {"roles": {"bank": "king"}},
        {"messages": (GrantedMessage("m", "provider", "promoter", "everything", 0),)},
        {"messages": (GrantedMessage("m", "provider", "all", "open", 0),)},
    ],
)
def test_a_grant_must_make_sense(change: dict[str, object]) -> None:
    GRANT.check("bank")
    with pytest.raises(e.MessageShapeError):
        dataclasses.replace(GRANT, **change).check("bank")  # type: ignore[arg-type]  # fields by name


def test_keys_that_only_look_alike_differ() -> None:
    assert dataclasses.replace(KEY, job="ab", task="c").id != dataclasses.replace(KEY, job="a", task="bc").id
    assert dataclasses.replace(KEY, step="").id != KEY.id


def test_odd_keys_are_refused() -> None:
    for change in ({"job": ""}, {"step": "a\nb"}, {"message": "x" * 129}):
        with pytest.raises(e.MessageShapeError):
            dataclasses.replace(KEY, **change).check()  # type: ignore[arg-type]  # fields by name
    with pytest.raises(e.MessageShapeError):
        Announced(KEY, 1, b"short").check()
