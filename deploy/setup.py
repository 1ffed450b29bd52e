"""Sets up everything that `make demo` and `make test` need, in `.venv`; a second run skips what is there.

Runs under the machine's own Python with nothing installed, and under old ones far enough to say that they are too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, os.environ.get("VENV", ".venv"))
BIN = os.path.join(VENV, "bin")
LOCK = os.path.join(ROOT, "requirements.lock")
WEB = os.path.join(ROOT, "board", "web")
LEAST_FREE = 4 << 30
NODE = 22


def main():
    """Run each step that is not done yet."""
    check_machine()
    step("virtual environment", VENV + "/.made", make_venv, [])
    step("Python packages (about 2 minutes the first time)", VENV + "/.packages", install_packages, [LOCK])
    step("Hanse itself", VENV + "/.hanse", install_hanse, [os.path.join(ROOT, "pyproject.toml")])
    if "--no-web" not in sys.argv:
        step("web page's packages", VENV + "/.web-packages", install_web, [os.path.join(WEB, "package-lock.json")])
        step("web page", VENV + "/.web", build_web, sources(WEB))


def check_machine():
    """Stop with a sentence when this machine cannot do it."""
    if sys.version_info < (3, 11):
        fail(
            "Python %s is too old" % sys.version.split()[0],
            "Install Python 3.11 or newer, then: make PYTHON=python3.11 demo",
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail("this Python has no venv module", "Debian and Ubuntu: apt-get install python3-venv")
    if not os.path.exists(VENV) and shutil.disk_usage(ROOT).free < LEAST_FREE:
        fail("less than 4 GiB are free on the disk of %s" % ROOT, "Free some space and try again.")


def step(title, stamp, action, inputs):
    """Run `action` unless the stamp says that it has run for these very inputs."""
    digest = digest_of(inputs)
    if os.path.exists(stamp) and open(stamp).read() == digest:
        return
    sys.stdout.write("setup: %s ... " % title)
    sys.stdout.flush()
    start = time.time()
    action()
    with open(stamp, "w") as stream:
        stream.write(digest)
    sys.stdout.write("%.0f s\n" % (time.time() - start))


def digest_of(paths):
    """Hash the files' names and contents."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        digest.update(path[len(ROOT) :].encode())
        with open(path, "rb") as stream:
            digest.update(stream.read())
    return digest.hexdigest()


def sources(folder):
    """List what the web page is made from."""
    names = ("package-lock.json", "package.json", "index.html", "fusion.html", "vite.config.ts", "tsconfig.json")
    found = [path for path in (os.path.join(folder, name) for name in names) if os.path.exists(path)]
    for base, _, names in os.walk(os.path.join(folder, "src")):
        found += [os.path.join(base, name) for name in names]
    return found


def make_venv():
    """Make the virtual environment."""
    run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "making the virtual environment failed",
        "Read the lines above.",
    )


def install_packages():
    """Install exactly what the lock file names, checked by hash.

    The lock file is complete, so pip has nothing to resolve; asked to, older ones look for newer versions of what is
    wanted with an extra, and stop because those have no hash here.
    """
    command = [
        BIN + "/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "-r",
        LOCK,
    ]
    run(
        command,
        "installing the Python packages failed",
        "Is the network there, and a package index? pip's own words are above.",
    )


def install_hanse():
    """Install this project so that it is used from where it lies."""
    command = [
        BIN + "/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "-e",
        ROOT,
    ]
    run(command, "installing Hanse failed", "pip's own words are above.")


def install_web():
    """Install the web page's packages with the Node that the virtual environment brings."""
    run(
        [*npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm ci failed",
        "Is the npm registry reachable? Behind a proxy with a certificate of its own, set NODE_EXTRA_CA_CERTS.",
        WEB,
    )


def build_web():
    """Build the web page."""
    run([*npm(), "run", "--silent", "build"], "building the web page failed", "npm's own words are above.", WEB)


def npm():
    """Return how to call npm: the machine's, where its Node is new enough, else the one from PyPI."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if told.startswith("v") and int(told[1:].split(".")[0]) >= NODE:
            return ["npm"]
    return [BIN + "/npm"]


def run(command, problem, hint, folder=ROOT):
    """Run a command; on failure show what it said, and stop."""
    environment = dict(os.environ, PATH=BIN + os.pathsep + os.environ.get("PATH", ""))
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = "\n".join(
            line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("WARNING: Location")
        )
        sys.stdout.write("\n" + said[-4000:] + "\n")
        fail(problem, hint)


def fail(problem, hint):
    """Say what is wrong and what to do, and stop."""
    sys.stdout.write("\nsetup failed: %s\n  do: %s\n" % (problem, hint))
    sys.exit(1)


if __name__ == "__main__":
    main()
