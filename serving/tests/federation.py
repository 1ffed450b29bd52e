"""Servings of several members in one process, joined where their gateways would be, and a model shared out to them."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from common import canonical
from common.errors import Unavailable
from common.identity import create_member
from proto.serving.v1 import serving_pb2 as pb
from serving.api.rpc.peer import ServingPeer
from serving.app import Core, build_core
from serving.domain.models import ModelPart
from serving.settings import ServingSettings

MODEL = "job1.train"
MEMBERS = ("bank", "bureau", "retailer")
COLUMNS = {"bank": ["age", "sex=1", "sex=2"], "bureau": ["late", "due"], "retailer": ["bill"]}
WEIGHTS = {"bank": [0.5, -0.25, 0.125], "bureau": [1.25, -0.5], "retailer": [0.75]}
PIPELINES = {
    "bank": [
        {"kind": "one_hot", "column": "sex", "categories": ["1", "2"]},
        {"kind": "standardise", "columns": ["age"], "mean": [40.0], "std": [10.0]},
    ],
    "bureau": [{"kind": "fill_missing", "values": {"due": 3.0}}],
    "retailer": [{"kind": "standardise", "columns": ["bill"], "mean": [1000.0], "std": [300.0]}],
}
INTERCEPT = -0.3
IDS = [f"c{number:03d}" for number in range(40)]
ROWS = {
    "bank": {name: {"age": 20.0 + i, "sex": 1 + i % 2} for i, name in enumerate(IDS)},
    "bureau": {name: {"late": float(i % 5), "due": None if i % 7 == 0 else i / 3} for i, name in enumerate(IDS)},
    "retailer": {name: {"bill": 900.0 + 17 * i} for i, name in enumerate(IDS)},
}


def content(member: str, members: tuple[str, ...] = MEMBERS, scale: float = 1.0) -> dict:
    made = {
        "role": "promoter" if member == "bank" else "provider",
        "members": list(members),
        "columns": COLUMNS[member],
        "weights": [scale * weight for weight in WEIGHTS[member]],
        "frac_bits": 24,
        "pipeline": PIPELINES[member],
    }
    return {**made, "intercept": INTERCEPT} if member == "bank" else made


def part(member: str, members: tuple[str, ...] = MEMBERS, version: str = "1", scale: float = 1.0) -> ModelPart:
    role = "promoter" if member == members[0] else "provider"
    return ModelPart(MODEL, version, "Cards", "vert_lr", role, members, content(member, members, scale), 0)


def arrow(member: str, ids: list[str] = IDS) -> bytes:
    names = list(ROWS[member][IDS[0]])
    columns = {"client": pa.array(ids)} | {name: pa.array([ROWS[member][i][name] for i in ids]) for name in names}
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=7)
    return sink.getvalue().to_pybytes()


def exact(name: str, members: tuple[str, ...] = MEMBERS, scale: float = 1.0) -> float:
    """The score by hand."""
    row = {column: value for member in members for column, value in ROWS[member][name].items()}
    total = INTERCEPT + scale * (0.5 * (row["age"] - 40) / 10 + (-0.25 if row["sex"] == 1 else 0.125))
    if "bureau" in members:
        total += 1.25 * row["late"] - 0.5 * (3.0 if row["due"] is None else row["due"])
    if "retailer" in members:
        total += 0.75 * (row["bill"] - 1000) / 300
    return total


class Direct:
    """`Partners` without gateways: the other servings' own functions, with the origin that gateways would prove."""

    def __init__(self, origin: str, peers: dict[str, ServingPeer], down: set[str]) -> None:
        self._origin, self._peers, self._down = origin, peers, down

    def score_part(self, member: str, request: pb.ScorePartRequest) -> pb.ScorePartResponse:
        sent = pb.ScorePartRequest.FromString(request.SerializeToString())
        return self._up(member).score_part(self._origin, sent)

    def peer_key(self, member: str, model: str) -> bytes:
        return self._up(member).peer_key(self._origin, pb.PeerKeyRequest(model=model)).key

    def _up(self, member: str) -> ServingPeer:
        if member in self._down:
            raise Unavailable(f"the gateway of {member} does not answer", party=member)
        return self._peers[member]


class Federation:
    """Servings of some members."""

    def __init__(self, folder: Path, stack: ExitStack, members: tuple[str, ...] = MEMBERS, **knobs: object) -> None:
        self.members = members
        self.down: set[str] = set()
        self.peers: dict[str, ServingPeer] = {}
        self.cores: dict[str, Core] = {}
        self.settings: dict[str, ServingSettings] = {}
        self.folder = folder
        for member in members:
            home = folder / member
            create_member(home, member, member.title(), ["serving", "board", "gateway"])
            self.settings[member] = ServingSettings(home=home, data=home / "data", **knobs)
            partners = Direct(member, self.peers, self.down)
            self.cores[member] = build_core(self.settings[member], stack, partners)
            self.peers[member] = ServingPeer(self.cores[member].parts)

    def publish(self, version: str = "1", scale: float = 1.0) -> None:
        for member in self.members:
            self.publish_at(member, version, scale)

    def publish_at(self, member: str, version: str = "1", scale: float = 1.0, ids: list[str] = IDS) -> None:
        models = self.cores[member].models
        if member == self.members[0]:
            models.add(part(member, self.members, version, scale), None)
        else:
            path = self.folder / f"{member}.arrow"
            path.write_bytes(arrow(member, ids))
            models.add(part(member, self.members, version, scale), path)
        models.set_online(MODEL, version)


def model_bytes(member: str, members: tuple[str, ...] = MEMBERS) -> bytes:
    """The part as the kernel writes it."""
    return canonical.dumps({"kind": "vert_lr", "content": content(member, members)})


def ring_sum(answers: list[pb.ScorePartResponse]) -> np.ndarray:
    return np.sum([np.array(answer.shares, dtype=np.uint64) for answer in answers], axis=0, dtype=np.uint64)
