"""Every role of a component in one process: threads over a memory channel, with a transcript. For tests only."""

from kernel.testing.channel import Hub
from kernel.testing.parties import PartyResult, Run, Sample, run_parties

__all__ = ["Hub", "PartyResult", "Run", "Sample", "run_parties"]
