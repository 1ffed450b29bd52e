"""docker-compose.yml: what Debian's docker-compose makes of it, and the images on Debian's Docker where it runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, f"CI needs {name}: apt-get install {package}"
        pytest.skip(f"no {name} on this machine: apt-get install {package}")
    return found


def test_compose_file_is_valid_and_names_all_services() -> None:
    compose = _tool("docker-compose", "docker-compose")
    told = subprocess.run([compose, "config", "--services"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    services = set(told.stdout.split())
    wanted = {
        f"{m}-{s}" for m in ("bank", "bureau", "retailer") for s in ("board", "flow", "kernel", "gateway", "serving")
    }
    assert services == wanted | {"setup", "union"}
