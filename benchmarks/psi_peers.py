"""The peers of `python -m benchmarks psi`, each in an environment of its own: they want other versions than ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.psi_pair import Figures

# Environment variables that name an interpreter, by peer.
_SPU = "HANSE_SPU_PYTHON"
PYTHONS = {"openmined.psi": "HANSE_OPENMINED_PYTHON", "spu RR22": _SPU, "spu ECDH, Curve25519": _SPU}
_SCRIPTS = {
    "openmined.psi": ("openmined_peer.py",),
    "spu RR22": ("spu_peer.py", "RR22"),
    "spu ECDH, Curve25519": ("spu_peer.py", "ECDH"),
}
# What each is a peer of, and up to how many ids: openmined.psi takes minutes above.
OF = {"openmined.psi": "curve25519", "spu RR22": "oprf", "spu ECDH, Curve25519": "curve25519"}
MOST = {"openmined.psi": 1 << 16, "spu RR22": 1 << 22, "spu ECDH, Curve25519": 1 << 22}
_PATIENCE_S = 1800


def installed(peer: str) -> bool:
    """Whether the environment names an interpreter for a peer; says so if not."""
    if os.environ.get(PYTHONS[peer]):
        return True
    print(f"{peer} is left out: {PYTHONS[peer]} names no interpreter that has it", file=sys.stderr)  # noqa: T201
    return False


def align(peer: str, count: int) -> Figures:
    """Align two sets of `count` ids that have half in common."""
    script, *protocol = _SCRIPTS[peer]
    command = [os.environ[PYTHONS[peer]], str(Path(__file__).with_name(script)), str(count), *protocol]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
        env=environment,
        cwd=Path(__file__).parent,
    )
    return Figures(**json.loads(done.stdout.splitlines()[-1]))
