"""Members and governance."""

import base64

import pytest

from gateway.domain.errors import BadEntryError
from gateway.domain.members import Decision, Federation, decided, member_from

BODY = {
    "name": "Bank",
    "gateway": "127.0.0.1:1",
    "signing_key": "00" * 32,
    "stream_key": "11" * 32,
    "tls_cert": base64.b64encode(b"c").decode(),
}


def test_a_member_is_read() -> None:
    member = member_from("bank", BODY, "0xo", 0, "admitted", 3)
    assert (member.signing, member.tls_cert, member.admitted) == (bytes(32), b"c", True)
    assert not member_from("bank", BODY, "0xo", 0, "pending", 3).admitted


@pytest.mark.parametrize(
    "change",
    [
        {"gateway": "nowhere"},
        {"signing_key": "00"},
        {"stream_key": "zz"},
        {"tls_cert": "!"},
        {"name": None, "gateway": 7},
    ],
)
def test_a_damaged_body_is_named(change: dict[str, object]) -> None:
    with pytest.raises(BadEntryError, match="bank"):
        member_from("bank", BODY | change, "0xo", 0, "admitted", 3)
    with pytest.raises(BadEntryError):
        member_from("bank", ["no", "object"], "0xo", 0, "admitted", 3)


def test_as_many_governors_as_needed() -> None:
    federation = Federation(b"", 0, frozenset({"0xa", "0xb", "0xc"}), 2)
    once = [Decision("bank", "admit", "0xa"), Decision("bank", "admit", "0xa"), Decision("bank", "admit", "0xVillain")]
    assert not decided(federation, once, "bank", "admit")
    twice = [*once, Decision("bank", "admit", "0xb")]
    assert decided(federation, twice, "bank", "admit")
    assert not decided(federation, twice, "bureau", "admit")
    assert not decided(federation, twice, "bank", "rotate", "0xn")
