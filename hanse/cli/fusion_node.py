"""The node that `hanse fusion` talks to."""

import click

from hanse.fusion import FusionNode


def node() -> FusionNode:
    """Return the node that the command line names."""
    found: FusionNode = click.get_current_context().meta["node"]
    return found
