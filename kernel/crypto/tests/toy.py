"""One small key a scheme for all tests, always the same, and every implementation of the port under it."""

import tomllib
from pathlib import Path

import gmpy2
import pytest
from gmpy2 import mpz
from packaging.requirements import Requirement

from kernel.crypto import ou
from kernel.crypto.modular import arithmetic
from kernel.crypto.ou.scheme import OwnOkamotoUchiyama
from kernel.crypto.paillier import PrivateKey, PublicKey
from kernel.crypto.paillier.plain import Plain
from kernel.crypto.paillier.reference import Reference
from kernel.crypto.paillier.scheme import OwnPaillier
from kernel.crypto.prg import Stream

P = mpz(0xD2EC92B2782C9AFC6F2698B7F306E3330B7D21679475F6675115560B7C07FA07)
Q = mpz(0xD5B7B0BADE3BDE98866E6D65AF81D3A892FD796BE550022BBF1A7991FC9B9603)
N = P * Q
PUBLIC = PublicKey(N, gmpy2.powmod(-(mpz(3) ** 2) % N, N, N * N))
OU = ou.generate(1536, Stream(b"o" * 32, "key"), testing_any_size=True)
_NEEDS_WIDE = pytest.mark.skipif(not arithmetic.processor_suits(), reason="this processor has no AVX512-IFMA")
PATHS = ["portable", pytest.param("wide", marks=_NEEDS_WIDE)]
OU_PATHS = ["ou portable", pytest.param("ou wide", marks=_NEEDS_WIDE)]
_PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]
_HEU = Requirement(_PROJECT["optional-dependencies"]["heu"][0])
# Where the extra is for this machine and yet is not installed, the tests fail.
NEEDS_HEU = pytest.mark.skipif(not _HEU.marker.evaluate(), reason="sf-heu has no wheel for this Python and machine")
HEU, OU_HEU = pytest.param("heu", marks=NEEDS_HEU), pytest.param("ou heu", marks=NEEDS_HEU)


def private_key():
    """Make the key anew."""
    return PrivateKey(P, Q, PUBLIC)


def scheme(name, monkeypatch):
    """One implementation of the port under the toy key."""
    if name == "phe":
        return Reference(PUBLIC, int(P), int(Q))
    if name == "plain":
        return Plain(PUBLIC, without_any_protection=True)
    if name in ("heu", "ou heu"):
        # Late, because not every machine has it.
        from kernel.crypto.ou.heu import HeuOkamotoUchiyama
        from kernel.crypto.paillier.heu import HeuPaillier

        if name == "heu":
            return HeuPaillier(PUBLIC, int(P), int(Q))
        return HeuOkamotoUchiyama(OU.public, int(OU._p), int(OU._q))
    monkeypatch.setenv(arithmetic.VARIABLE, name.split()[-1])
    if name.startswith("ou"):
        return OwnOkamotoUchiyama(OU, Stream(b"s" * 32, "scheme"))
    return OwnPaillier(private_key(), Stream(b"s" * 32, "scheme"))
