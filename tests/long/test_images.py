"""Builds the images with Debian's Docker and runs the compose federation until all of it is healthy.

No registry is asked: the base image is made by debootstrap. Needs root, docker.io, docker-compose and debootstrap.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SERVICES = 16
_PORT_PREFIX = "9"  # the end-to-end federation has the well-known ports
pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

Docker = Callable[..., str]


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    missing = [tool for tool in ("dockerd", "docker", "docker-compose", "debootstrap") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        assert "CI" not in os.environ, (
            f"CI needs root and {missing}: apt-get install docker.io docker-compose debootstrap"
        )
        pytest.skip(f"needs root and {missing or 'nothing else'}")
    folder = tmp_path_factory.mktemp("docker")
    socket = f"unix://{folder}/d.sock"
    options = ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "-p", f"{folder}/pid"]
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(["/usr/sbin/dockerd", *options, "-H", socket], stdout=log, stderr=log)

    def run(*command: str, timeout_s: float = 1800) -> str:
        engine = {"DOCKER_HOST": socket, "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}
        environment = {**os.environ, **engine, "HANSE_PORT_PREFIX": _PORT_PREFIX}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    try:
        end = time.monotonic() + 60
        while subprocess.run(["/usr/bin/docker", "-H", socket, "info"], capture_output=True, check=False).returncode:
            assert time.monotonic() < end, (folder / "log").read_text("utf-8")[-3000:]
            assert daemon.poll() is None, (folder / "log").read_text("utf-8")[-3000:]
            time.sleep(0.5)
        yield run
    finally:
        daemon.terminate()
        daemon.wait(60)
        for line in Path("/proc/mounts").read_text("utf-8").splitlines():  # it leaves its network namespace mounted
            if line.split()[1].startswith(f"{folder}/"):
                subprocess.run(["/usr/bin/umount", "--lazy", line.split()[1]], check=True)


@pytest.fixture(scope="module")
def images(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("base") / "rootfs"
    include = "python3,python3-venv,python3-pip,ca-certificates"
    docker("/usr/sbin/debootstrap", "--variant=minbase", f"--include={include}", "bookworm", str(root))
    shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
    archive = root.with_suffix(".tar")
    docker("/usr/bin/tar", "-C", str(root), "-cf", str(archive), ".")
    docker("/usr/bin/docker", "import", str(archive), "hanse/base")
    for target in ("service", "kernel"):
        arguments = {"PYTHON_IMAGE": "hanse/base", "PIP_CERT": CERTIFICATES, "NODE_EXTRA_CA_CERTS": CERTIFICATES}
        flags = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
        build = ["/usr/bin/docker", "build", "--network", "host", "-f", "deploy/Dockerfile", *flags]
        docker(*build, "--target", target, "-t", f"hanse/{target}", ".")


def test_the_compose_federation_becomes_healthy(docker: Docker, images: None) -> None:
    docker("docker-compose", "up", "-d", "--no-build")
    try:
        end = time.monotonic() + 600
        while True:
            listed = docker("/usr/bin/docker", "ps", "--format", "{{json .}}").splitlines()
            healthy = [line for line in listed if "(healthy)" in json.loads(line)["Status"]]
            if len(healthy) == SERVICES:
                break
            assert time.monotonic() < end, "\n".join(listed) + docker("docker-compose", "logs", "--tail", "20")
            time.sleep(2)
    finally:
        docker("docker-compose", "down", "-v")
