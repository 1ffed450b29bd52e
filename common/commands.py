"""What the command lines of services that have commands of their own share."""

import sys
from typing import Any

import click

from common.errors import HanseError
from common.runner import EXIT_CONFIGURATION


class Commands(click.Group):
    """Reports errors as one line with code and next step, without a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except HanseError as error:
            click.echo(f"{error}\n{error.hint}", err=True)
            # sys.exit, not an exception of click: those would be shown a second time.
            sys.exit(EXIT_CONFIGURATION)
