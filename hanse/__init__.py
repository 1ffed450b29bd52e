"""Hanse's side for its users: the Python SDK (`import hanse`) and the `hanse` command.

It talks to a board, a serving or a fusion node over HTTP and owns nothing but the sign-ins that it keeps for its user.
"""

from hanse.client import Client, connect
from hanse.fusion import FusionNode
from hanse.jobs import Job

__all__ = ["Client", "FusionNode", "Job", "connect"]
