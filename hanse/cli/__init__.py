"""The `hanse` command: run a federation, and use a board from the terminal."""

from hanse.cli.main import main

__all__ = ["main"]
