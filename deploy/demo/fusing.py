"""The demo's last act: two fusion nodes, alone, align bank and bureau."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.demo import compare
from deploy.demo.parts import Part
from deploy.local.federation import Federation
from hanse.fusion import FusionNode


def align(federation: Federation, parts: Sequence[Part], files: Mapping[str, Path]) -> dict[str, Any]:
    """Let the first part's node learn its intersection with the second's; compare with the true one.

    An alignment that an earlier run has finished is kept.
    """
    asker, answerer = (_node(federation, part) for part in parts)
    task = next((task["task"] for task in asker.tasks() if task["state"] == "succeeded"), None)
    task = task or _propose(asker, answerer, parts, files)
    found = asker.wait(task)
    ids = set(compare.ids_of(b"".join(asker.result(task)), parts[0].id_column))
    expected = compare.ids_in(files[parts[0].member], parts[0]) & compare.ids_in(files[parts[1].member], parts[1])
    return {"intersection": found["intersection"], "expected": len(expected), "equal": ids == expected}


def _propose(asker: FusionNode, answerer: FusionNode, parts: Sequence[Part], files: Mapping[str, Path]) -> str:
    for node, other in ((asker, answerer), (answerer, asker)):
        # The demo stands for both operators: it reads each fingerprint at the node itself.
        known = other.identity()
        node.add_partner(known["invitation"])
        node.confirm_partner(known["node"], known["fingerprint"])
    mine = asker.upload(files[parts[0].member])["data_set"]
    theirs = answerer.upload(files[parts[1].member])["data_set"]
    task = asker.align(answerer.identity()["node"], mine, [parts[0].id_column])
    asker.wait_proposed(task)
    answerer.accept(task, theirs, [parts[1].id_column])
    return task


def _node(federation: Federation, part: Part) -> FusionNode:
    owner = f"fusion-{part.member}"
    token = (federation.home / owner / "token").read_text("utf-8").strip()
    return FusionNode(f"http://{federation.topology.node('fusion', owner).address('http')}", token)
