"""Real database servers for tests: each in a temporary folder, on a loopback port, with TLS, ended after."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.identity import certificate_pem

PASSWORD = "p@ss:w/rd 密码"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `certificate` is its own, signed by itself."""

    port: int
    certificate: Path

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"


@contextlib.contextmanager
def postgresql() -> Iterator[Server]:
    """Run PostgreSQL; its owner is hanse, with PASSWORD."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is missing: bash tests/tools.sh installs it"
    programs = found[-1].parent
    with _folder("hanse-pg-", "postgres") as folder:
        server, key = _server(folder, "postgres")
        (folder / "secret").write_text(PASSWORD)
        (folder / "secret").chmod(0o644)
        data = str(folder / "data")
        initdb = [str(programs / "initdb"), "-D", data, "-U", "hanse", "-A", "scram-sha-256", "-E", "UTF8"]
        _run("postgres", *initdb, f"--pwfile={folder / 'secret'}", cwd=folder)
        tls = f"-c ssl=on -c ssl_cert_file={server.certificate} -c ssl_key_file={key}"
        options = f"-p {server.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off {tls}"
        control = [str(programs / "pg_ctl"), "-D", data, "-w"]
        _run("postgres", *control, "-l", str(folder / "log"), "-o", options, "start", cwd=folder)
        try:
            yield server
        finally:
            _run("postgres", *control, "-m", "immediate", "stop", cwd=folder)


@contextlib.contextmanager
def mysql() -> Iterator[Server]:
    """Run MySQL itself, from Debian's unstable suite, since no stable one has it; its root has PASSWORD."""
    assert shutil.which("debootstrap"), "debootstrap is missing: bash tests/tools.sh long installs it"
    with _folder("hanse-my-", "mysql") as folder:
        system = folder / "system"
        unpack = ["debootstrap", "--variant=minbase", "--include=mysql-server-core", "sid", str(system)]
        subprocess.run([*unpack, "http://deb.debian.org/debian"], check=True, capture_output=True)
        # Its programs run with its own libraries, beside the machine's.
        libraries = ":".join(str(system / place / "x86_64-linux-gnu") for place in ("usr/lib", "lib"))
        loader = [str(system / "lib64/ld-linux-x86-64.so.2"), "--library-path", libraries]
        program = [*loader, str(system / "usr/sbin/mysqld"), "--no-defaults", f"--datadir={folder / 'data'}"]
        program += [
            f"--lc-messages-dir={system}/usr/share/mysql",
            f"--character-sets-dir={system}/usr/share/mysql/charsets",
        ]
        _run("mysql", *program, "--initialize-insecure", cwd=folder)
        with _started(folder, [*program, "--skip-log-bin", "--mysqlx=OFF"]) as server:
            yield server


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """Run MariaDB; its root has PASSWORD."""
    install, program = shutil.which("mariadb-install-db"), shutil.which("mariadbd", path="/usr/sbin:/usr/bin")
    assert install, "MariaDB is missing: bash tests/tools.sh installs it"
    assert program, "MariaDB is missing: bash tests/tools.sh installs it"
    with _folder("hanse-my-", "mysql") as folder:
        data = f"--datadir={folder / 'data'}"
        _run("mysql", install, "--no-defaults", data, "--skip-test-db", cwd=folder)
        with _started(folder, [program, "--no-defaults", data]) as server:
            yield server


@contextlib.contextmanager
def _started(folder: Path, program: list[str]) -> Iterator[Server]:
    server, key = _server(folder, "mysql")
    # The password, before anyone can reach the server: this file is read at its start.
    (folder / "init.sql").write_text(
        f"ALTER USER root@localhost IDENTIFIED BY '{PASSWORD}';\nRENAME USER root@localhost TO root@'127.0.0.1';\n"
    )
    (folder / "init.sql").chmod(0o644)
    command = _as("mysql", *program, f"--port={server.port}", "--bind-address=127.0.0.1",
                  f"--socket={folder / 'socket'}", f"--init-file={folder / 'init.sql'}", "--skip-name-resolve",
                  f"--ssl-cert={server.certificate}", f"--ssl-key={key}", "--innodb-flush-log-at-trx-commit=0",
                  "--character-set-server=utf8mb4", "--default-time-zone=+08:00", "--secure-file-priv=",
                  f"--pid-file={folder / 'pid'}", f"--tmpdir={folder}")  # fmt: skip
    log = folder / "log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=folder) as process:
        try:
            _until_open(server.port, process, log)
            yield server
        finally:
            # runuser hands SIGTERM on, and SIGKILL not: so the server ends by itself, and is waited for.
            process.terminate()


def root(server: Server) -> "pymysql.Connection[pymysql.cursors.Cursor]":
    """Connect to MariaDB or MySQL as its owner."""
    return pymysql.connect(host="127.0.0.1", port=server.port, user="root", password=PASSWORD.encode(), autocommit=True)  # type: ignore[arg-type]


@contextlib.contextmanager
def _folder(prefix: str, owner: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        _give(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path, owner: str) -> tuple[Server, Path]:
    """Choose a port, and make the server's key and certificate."""
    key, place = ec.generate_private_key(ec.SECP256R1()), folder / "key.pem"
    plain = serialization.NoEncryption()
    place.touch(0o600)
    place.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    _give(place, owner)
    (folder / "certificate.pem").write_bytes(certificate_pem("database", key))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Server(probe.getsockname()[1], folder / "certificate.pem"), place


def _give(path: Path, owner: str) -> None:
    if os.getuid() == 0:
        user = pwd.getpwnam(owner)
        os.chown(path, user.pw_uid, user.pw_gid)


def _as(user: str, *command: str) -> list[str]:
    """As root, run it under the server's own user: it refuses to run as root."""
    return ["runuser", "-u", user, "--", *command] if os.getuid() == 0 else list(command)


def _run(user: str, *command: str, cwd: Path) -> None:
    subprocess.run(_as(user, *command), check=True, capture_output=True, cwd=cwd)


def _until_open(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
