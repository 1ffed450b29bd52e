"""The life of a service's process: start, wait for a signal, stop in order; and the command line all services share."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from common import log
from common.errors import HanseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from common.settings import ServiceSettings

_LOG = log.get(__name__)
#: Exit status of a service that cannot start because of its configuration or surroundings: trying again is no use.
EXIT_CONFIGURATION = 78
SettingsT = TypeVar("SettingsT", bound="ServiceSettings")


class App(Protocol):
    """A service as its composition root builds it."""

    def start(self) -> None:
        """Start everything; return when the service is ready."""
        ...

    def stop(self) -> None:
        """Stop everything that was started."""
        ...


def run(app: App) -> None:
    """Start the app, wait for SIGTERM or SIGINT, and stop it; what was half-started is stopped as well."""
    over = threading.Event()

    def end(number: int, _frame: FrameType | None) -> None:
        _LOG.info("signal_received", signal=signal.Signals(number).name)
        over.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        app.start()
        _LOG.info("service_started")
        over.wait()
    finally:
        app.stop()
        _LOG.info("service_stopped")
        for number, action in before.items():
            signal.signal(number, action)


def main(
    settings_class: type[SettingsT], build: Callable[[SettingsT], App], arguments: Sequence[str] | None = None
) -> int:
    """Run ``python -m <service> --config FILE [--check-config]``.

    Parameters
    ----------
    settings_class : type
        The service's settings.
    build : callable
        Its composition root: settings to app, without starting anything.
    arguments : sequence of str, optional
        Command line; ``sys.argv`` when omitted.

    Returns
    -------
    int
        Exit status: 0, or 78 when the service cannot start.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {settings_class.service}")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the service's settings")
    parser.add_argument("--check-config", action="store_true", help="check the settings and exit")
    chosen = parser.parse_args(arguments)
    try:
        settings = settings_class.load(chosen.config)
        if chosen.check_config:
            sys.stdout.write(f"{chosen.config}: ok\n")
            return 0
        log.configure(settings_class.service, settings.log_level)
        run(build(settings))
    except HanseError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return EXIT_CONFIGURATION
    return 0
