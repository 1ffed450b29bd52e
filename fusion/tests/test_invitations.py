"""Invitations: what one node writes the other reads, and whatever else somebody pastes is refused by name."""

import base64
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from common import canonical
from common.errors import InvalidInput
from common.identity import Identity, certificate_pem
from fusion.domain.errors import BadInvitation
from fusion.domain.identity import NodeIdentity, invitation_of, read_invitation
from fusion.service.partner_form import read_partner


def _identity():
    keys = Identity.generate("beta").public
    pem = certificate_pem("beta", ec.generate_private_key(ec.SECP256R1()))
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    return NodeIdentity("beta", "beta.example:9000", keys.signing, keys.stream, der)


BETA = _identity()
LINE = invitation_of(BETA)


def _line(content):
    check = hashlib.sha256(content).digest()[:8]
    return f"hanse-fusion-1.{base64.urlsafe_b64encode(content + check).rstrip(b'=').decode()}"


def test_what_a_node_writes_is_read_even_when_mail_broke_the_line():
    assert read_invitation(LINE) == BETA.told()
    broken = "\r\n> ".join(LINE[start : start + 70] for start in range(0, len(LINE), 70)).replace("> ", " ")
    assert read_invitation(f"  {broken}\n") == BETA.told()
    assert "\n" not in LINE


@given(st.integers(0, len(LINE) - 1), st.sampled_from("AZaz09-_.=+/ é"))
def test_one_changed_sign_is_noticed(place, sign):
    changed = LINE[:place] + sign + LINE[place + 1 :]
    if changed != LINE:
        with pytest.raises(BadInvitation):
            read_invitation(changed)


@given(st.integers(0, len(LINE) - 1))
def test_a_line_that_is_cut_off_is_noticed(length):
    with pytest.raises(BadInvitation):
        read_invitation(LINE[:length])


@given(st.text(max_size=200) | st.binary(max_size=300).map(_line))
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(BadInvitation):
        read_invitation(text)


@pytest.mark.parametrize(
    "change",
    [{"more": "x"}, {"node": 1}, {"node": None}, {"tls_cert": ["a"]}],
)
def test_a_sound_checksum_over_other_fields_does_not_help(change):
    with pytest.raises(BadInvitation, match="not what a node writes"):
        read_invitation(_line(canonical.dumps({**BETA.told(), **change})))
    fewer = {name: value for name, value in BETA.told().items() if name not in change}
    if fewer != BETA.told():
        with pytest.raises(BadInvitation):
            read_invitation(_line(canonical.dumps(fewer)))


def test_other_writings_versions_and_lengths_are_refused():
    spaced = canonical.dumps(BETA.told()).replace(b'":"', b'": "')
    with pytest.raises(BadInvitation):
        read_invitation(_line(spaced))
    with pytest.raises(BadInvitation, match="version '2'") as caught:
        read_invitation(LINE.replace("fusion-1.", "fusion-2."))
    assert "same version" in caught.value.hint
    with pytest.raises(BadInvitation, match="at most"):
        read_invitation("hanse-fusion-1." + "A" * 50_000)


def test_fingerprints_are_compared_whole():
    digits = BETA.fingerprint
    for typed in (digits, digits.upper(), BETA.fingerprint_groups, ":".join(digits), f" {digits}\n"):
        assert BETA.has_fingerprint(typed)
    for typed in ("", digits[:-1], digits[:16], digits + "0", digits[::-1], "é" * 64):
        assert not BETA.has_fingerprint(typed)
    assert BETA.fingerprint_groups.replace(" ", "") == digits
    assert all(len(group) == 4 for group in BETA.fingerprint_groups.split(" "))


@pytest.mark.parametrize(
    ("part", "other"),
    [(b"\x0c\x04beta", b"\x0c\x04b\xffta"), (b"\x02\x01\x02\x02", b"\x02\x01\x3a\x02")],
    ids=["a name that is no text", "a version that is none"],
)
def test_a_certificate_that_would_shut_the_door_for_others_is_refused(part, other):
    """gRPC stops reading partners' certificates at one that it cannot read, and lets in none of those behind it."""
    told = BETA.told()
    read_partner("alpha", **told)
    assert BETA.tls_cert.count(part) > 0
    broken = BETA.tls_cert.replace(part, other, 1)
    with pytest.raises(InvalidInput, match="tls_cert"):
        read_partner("alpha", **{**told, "tls_cert": base64.b64encode(broken).decode()})
