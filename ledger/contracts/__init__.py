"""The registry's Solidity sources and what they compile to.

The artifacts are committed, so that running a union needs no compiler; `python -m ledger.contracts.build` makes them
again. Continuous integration compares them with a fresh compilation.
"""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Artifact:
    """What a node needs to deploy and to call a contract."""

    abi: list[dict[str, Any]]
    bytecode: str


def load_artifact(name: str = "Registry") -> Artifact:
    """Read a committed artifact."""
    text = resources.files(__package__).joinpath("artifacts", f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return Artifact(abi=document["abi"], bytecode=document["bytecode"])
