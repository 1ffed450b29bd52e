"""A federation whose job has succeeded, told to the auditor: boards, a real union, an embedded or remote ledger."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from eth_account import Account

from board.api.http.operation import API
from board.api.rpc.union import UnionClient
from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_story import check, graph, project
from board.tests.test_windows import Two, newer
from common.identity import add_trust, create_member, load_ledger_key, load_member, load_tls, load_trust
from common.keyfiles import read_ledger_key
from common.records import address_of
from common.rpc import connect
from ledger.tests.anvil_node import Anvil
from proto.flow.v1 import flow_pb2
from proto.union.v1 import union_pb2
from proto.union.v1.union_pb2_grpc import UnionServiceStub
from union.api.rpc.messages import write_record
from union.app import UnionApp
from union.service.governing import sign_admission
from union.settings import UnionSettings
from union.store.files import GOVERNANCE_KEY, RELAY_KEY, create_federation, load_registry

MODEL = json.dumps({"kind": "vert_lr", "content": {"weights": [1, 2]}}).encode()


class Story:
    """A federation of two whose one job has succeeded, on a ledger behind a URL or in the union's own process."""

    def __init__(self, folder: Path, ledger_url: str, **settings: Any) -> None:
        self.folder = folder
        self.settings = UnionSettings(
            home=folder / "union", data=folder / "ledger", ledger_url=ledger_url, follow_interval_s=3600, **settings
        )
        self.union = UnionApp(self.settings)
        self.union.start()
        self.houses: dict[str, House] = {}
        self.channels: list[Any] = []
        self.clients = {member: self.join(member) for member in ("bank", "bureau")}
        self.job, self.consent = self.run()

    def join(self, member: str) -> UnionClient:
        home = self.folder / member
        create_member(home, member, member.title(), ["board"])
        keys = load_trust(self.settings.home).find("union")
        assert keys is not None
        add_trust(home, "union", keys)
        own = load_member(home)
        channel = connect(self.union.endpoints.grpc, own, "union", load_trust(home))
        self.channels.append(channel)
        stub = UnionServiceStub(channel)
        salt = bytes.fromhex(json.loads((self.settings.home / "federation.json").read_text())["salt"])
        client = UnionClient(stub, member, load_ledger_key(home), salt)
        client.submit("member", member, {
            "member": member, "name": member.title(), "gateway": "127.0.0.1:7001", "contact": "",
            "signing_key": own.public.signing.hex(), "stream_key": own.public.stream.hex(),
            "tls_cert": base64.b64encode(load_tls(home).cert_der).decode(),
        })  # fmt: skip
        key = (self.settings.home / GOVERNANCE_KEY).read_text().strip()
        nonce = stub.NextNonce(union_pb2.NextNonceRequest(owner=address_of(key))).nonce
        record = sign_admission(salt, key, member, "admit", nonce=nonce)
        stub.Submit(union_pb2.SubmitRequest(record=write_record(record)))
        House(member, self.folder, self.houses, Ledger(), union=client)
        return client

    def run(self) -> tuple[str, str]:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        us, them, name, data = project(bank, bureau)
        flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
        spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
        consent = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"], "runs": 1})["consent"]
        self.ended(spec)
        return spec.job, consent

    def ended(self, spec: flow_pb2.JobSpec) -> None:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        assert check(bureau, spec, "bank") == ("allowed", "")
        for house in (bank, bureau):
            seen = flow_pb2.JobSpec()
            seen.CopyFrom(spec)
            if house is bureau:  # as flow sends it
                seen.created_by = ""
                for node in seen.nodes:
                    node.own_params.pop("bank", None)
            house.flow.put(seen, "running")
            house.flow.change(spec.job, "succeeded", "succeeded")
            house.kernel.outputs[spec.job, "train", "model", "model"] = MODEL + house.name.encode()
            assert house.board.anchors.anchor(spec.job)

    @property
    def contract(self) -> str:
        registry = load_registry(self.settings.data)
        assert registry is not None
        return registry.contract

    def export(self, member: str, subject: str = "") -> bytes:
        caller = self.houses[member].admin()
        answer = caller.client.get(
            f"{API}/evidence/{subject or self.job}", headers={"Authorization": f"Bearer {caller.token}"}
        )
        assert answer.status_code == 200, answer.text
        return answer.data

    def stop(self) -> None:
        for house in self.houses.values():
            house.close()
        for channel in self.channels:
            channel.close()
        self.union.stop()


class Windowed(Story):
    """The job of a schedule on the newest versions; the consent is for the first one's column x, and those to come."""

    def run(self) -> tuple[str, str]:
        bank, bureau = self.houses["bank"], self.houses["bureau"]
        two = Two(bank, bureau)
        self.first = two.data["bureau"]
        consent = two.consent(newer_versions=True, columns=["x"], runs=1)["consent"]
        newer(bank, two.data["bank"], b"id,x,y\na,1,1\n")
        self.newest = newer(bureau, self.first, b"id,x,y,secret\na,1,1,7\n")
        spec = bank.flow.get(two.run()["job"]).spec
        assert self.newest in spec.data_versions
        assert self.first not in spec.data_versions
        self.ended(spec)
        return spec.job, consent


def made(folder: Path, anvil: Anvil | None, url: str = "", kind: type[Story] = Story, **settings: Any) -> Story:
    create_federation(folder / "union", "trial", name="Union", governors=[], threshold=1)
    if anvil:
        anvil.fund(Account.from_key(read_ledger_key(folder / "union" / RELAY_KEY, None)).address)
    return kind(folder, url or (anvil.url if anvil else ""), **settings)
