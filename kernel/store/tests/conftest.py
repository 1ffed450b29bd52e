"""What the tests of both databases need."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from common.identity import certificate_pem


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """Make a certificate that no server here has."""
    path = tmp_path / "stranger.pem"
    path.write_bytes(certificate_pem("stranger", ec.generate_private_key(ec.SECP256R1())))
    return path
