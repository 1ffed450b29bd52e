"""Runs our own commands with the interpreter that runs us."""

import subprocess
import sys

from deploy.local.errors import StartFailed

_TIMEOUT_S = 120


def python(*arguments: str) -> str:
    """Run `python ARGUMENTS` and return what it prints.

    Raises
    ------
    StartFailed
        It ended badly; with what it said.
    """
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode != 0:
        raise StartFailed(f"python {' '.join(arguments[:3])} said: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
