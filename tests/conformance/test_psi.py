"""Every registered PSI protocol, for everything that it can be agreed on for."""

import pytest

from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Learns, Psi
from kernel.protocol.psi.rsa.protocol import Rsa
from kernel.testing.psi import checks
from kernel.testing.psi.pair import RECEIVER, SENDER

# Making keys takes seconds: all but one test of RSA is with small ones, which nobody can choose.
QUICK = [psi for psi in protocols().values() if not psi.name.startswith("rsa")] + [Rsa("rsa", 512)]
CASES = [(psi, learns) for psi in QUICK for learns in sorted(psi.learns)]
each_case = pytest.mark.parametrize(("psi", "learns"), CASES, ids=[f"{psi.name}-{learns}" for psi, learns in CASES])


@pytest.mark.parametrize("psi", protocols().values(), ids=protocols())
def test_exact_as_it_is_offered(psi: Psi) -> None:
    checks.exact(psi, min(psi.learns), (200, 150, 77))


@each_case
@pytest.mark.parametrize("shape", checks.SHAPES, ids=str)
def test_exact(psi: Psi, learns: Learns, shape: tuple[int, int, int]) -> None:
    checks.exact(psi, learns, shape)


@each_case
def test_nothing_plain(psi: Psi, learns: Learns) -> None:
    checks.nothing_plain(psi, learns)


@each_case
def test_fresh(psi: Psi, learns: Learns) -> None:
    checks.fresh(psi, learns)


@each_case
@pytest.mark.parametrize("victim", [SENDER, RECEIVER])
def test_resumes(psi: Psi, learns: Learns, victim: str) -> None:
    checks.resumes(psi, learns, victim)


@each_case
def test_damaged(psi: Psi, learns: Learns) -> None:
    checks.damaged(psi, learns)


@each_case
@pytest.mark.parametrize("bad", [bytes(32), b"\xff" * 32, b"\1" + bytes(31)], ids=["zeros", "ones", "one"])
def test_malicious(psi: Psi, learns: Learns, bad: bytes) -> None:
    checks.malicious(psi, learns, bad)
