"""Data: uploads in pieces, what waits belongs to one account, versions, visibility, usage, the catalogue."""

from typing import Any

import pytest

from board.api.http.operation import API
from board.service.ports import Database
from board.tests.house import CSV, PASSWORD, Caller, House
from board.tests.test_story import deliver, project


def put(caller: Caller, upload: str, content: bytes, offset: int, expect: int = 200) -> Any:
    status, told = caller.call(
        "PUT",
        f"/uploads/{upload}/content",
        data=content,
        query_string={"offset": offset},
        content_type="application/octet-stream",
    )
    assert status == expect, told
    return told


def staged(caller: Caller, content: bytes = CSV, name: str = "clients.csv") -> str:
    upload: str = caller.post("/uploads", {"file_name": name, "total_bytes": len(content)})["upload"]
    put(caller, upload, content[:9], 0)
    put(caller, upload, content[9:], 9)
    return upload


def test_an_upload_goes_on_from_where_it_is_and_becomes_a_data_set(bank: House) -> None:
    us = bank.admin()
    upload = us.post("/uploads", {"file_name": "clients.csv", "total_bytes": len(CSV)})["upload"]
    assert put(us, upload, CSV[:10], 0)["received"] == 10
    assert put(us, upload, CSV, 0, 409)["code"] == "HAN-4210"
    assert us.get(f"/uploads/{upload}")["received"] == 10
    assert us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["id"]}, 409)["code"] == "HAN-1003"
    assert put(us, upload, CSV[10:], 10)["received"] == len(CSV)
    looked = us.post(f"/uploads/{upload}/detection", {}, 200)
    assert [column["name"] for column in looked["columns"]] == ["id", "x", "y"]
    made = us.post(f"/uploads/{upload}/data-set", {"name": "c", "id_columns": ["id"], "tags": ["credit"]})
    assert (made["rows"], made["origin"], made["tags"], made["number"]) == (3, "clients.csv", ["credit"], 1)
    assert us.call("GET", f"/uploads/{upload}")[0] == 404


def test_what_waits_belongs_to_its_account(bank: House) -> None:
    us = bank.admin()
    client = bank.app.test_client(use_cookies=False)
    client.post(f"{API}/accounts", json={"account": "ann", "password": PASSWORD})
    us.call("PATCH", "/accounts/ann", json={"status": "active"})
    ann, upload = bank.sign_in("ann"), staged(us)
    for method, path, body in (
        ("GET", f"/uploads/{upload}", None),
        ("DELETE", f"/uploads/{upload}", None),
        ("POST", f"/uploads/{upload}/detection", {}),
        ("POST", f"/uploads/{upload}/data-set", {"name": "x"}),
    ):
        assert ann.call(method, path, json=body)[0] == 404, path
    put(ann, upload, b"x", 0, 404)
    assert us.call("DELETE", f"/uploads/{upload}")[0] == 204


def test_folders_and_databases_are_audited_without_the_password(bank: House) -> None:
    us = bank.admin()
    sources = us.get("/import-sources")
    assert (sources["items"][0]["path"], sources["databases"]) == ("/opened", ["db:5432"])
    assert us.post("/path-uploads", {"path": "/etc/passwd"}, 404)["code"] == "HAN-1002"
    upload = us.post("/path-uploads", {"path": "/opened/a.csv"})["upload"]
    assert us.post(f"/uploads/{upload}/data-set", {"name": "a", "id_columns": ["id"]})["rows"] == 1
    told = {"system": "postgresql", "host": "db", "port": 5432, "user": "u", "password": "secret-1", "table": "t"}
    us.post("/database-uploads", told)
    assert us.post("/database-uploads", told | {"host": "other"}, 403)["code"] == "HAN-4214"
    lines = us.get("/audit")["items"]
    assert any(line["action"] == "database_read" and "u@db:5432" in line["subject"] for line in lines)
    assert "secret-1" not in str(lines)
    assert "secret-1" not in repr(Database("postgresql", "db", 5432, "d", "u", "secret-1"))


def test_versions_tell_what_the_columns_have_changed(bank: House) -> None:
    us = bank.admin()
    first = us.post(f"/uploads/{staged(us)}/data-set", {"name": "c", "id_columns": ["id"]})
    again = b"id,x,z\na,1,0\nb,2,1\n"
    body = {"name": "c", "id_columns": ["id"], "previous": first["data_set"]}
    second = us.post(f"/uploads/{staged(us, again)}/data-set", body)
    assert (second["number"], second["series"]) == (2, first["series"])
    third = us.post(f"/uploads/{staged(us)}/data-set", body)
    assert third["number"] == 3, "a version of an old version is the next of them all"
    versions = us.get(f"/data-sets/{first['data_set']}/versions")["items"]
    assert [version["number"] for version in versions] == [3, 2, 1]
    assert {(c["name"], c["change"]) for c in versions[1]["changes"]} == {("y", "removed"), ("z", "added")}
    assert versions[2]["changes"] == []


def test_visibility_is_kept_on_the_ledger_and_in_the_catalogue(bank: House, bureau: House) -> None:
    us, them = bank.admin(), bureau.admin()
    bank.union.ledger.admit("retailer")

    def seen(caller: Caller, **query: Any) -> list[str]:
        return [item["name"] for item in caller.get("/data-resources", query_string=query)["items"]]

    body = {"id_columns": ["id"], "label_column": "y", "tags": ["credit", "2026"]}
    make = f"/uploads/{staged(us)}/data-set"
    assert us.post(make, {**body, "name": "x", "visibility": "members"}, 422)["code"] == "HAN-6001"
    assert us.post(make, {**body, "name": "x", "readers": ["bureau"]}, 422)["code"] == "HAN-6001"
    made = us.post(make, {**body, "name": "Chosen", "visibility": "members", "readers": ["bureau"]})
    us.post(f"/uploads/{staged(us)}/data-set", {**body, "name": "Hidden"})
    public = us.post(f"/uploads/{staged(us)}/data-set", {**body, "name": "Public", "visibility": "federation"})
    deliver(bank, bureau)
    assert seen(them) == ["Chosen", "Public"]
    ledger = str([entry.body for entry in bank.union.ledger.log])
    assert "Public" in ledger
    assert "Chosen" not in ledger, "what chosen members may see does not stand on the ledger"
    assert "Hidden" not in ledger
    (chosen,) = (i for i in them.get("/data-resources")["items"] if i["name"] == "Chosen")
    assert (chosen["shown_to"], chosen["has_label"], chosen["columns"]) == (
        "members",
        True,
        [{"name": "x", "type": "float"}, {"name": "y", "type": "float"}],
    )
    assert seen(them, tag="2026", column="X", least_rows=3, member="bank", text="cho") == ["Chosen"]
    assert seen(them, least_rows=4) == seen(them, tag="none") == seen(them, column="id") == []

    path = f"/data-sets/{made['data_set']}"
    us.call("PATCH", path, json={"visibility": "private"})
    us.call("PATCH", f"/data-sets/{public['data_set']}", json={"visibility": "private", "name": "Now private"})
    deliver(bank, bureau)
    assert seen(them) == []
    changed = us.call("PATCH", path, json={"visibility": "federation", "tags": ["open"]})[1]
    assert changed["resource"]["transaction"].startswith("0x")
    assert seen(them, tag="open") == ["Chosen"]
    us.call("PATCH", path, json={"visibility": "members", "readers": ["bureau", "retailer"]})
    deliver(bank, bureau)
    assert [i["shown_to"] for i in them.get("/data-resources")["items"]] == ["members"]
    assert us.call("DELETE", path)[0] == 204
    deliver(bank, bureau)
    assert seen(them) == []


def test_usage_names_what_a_deletion_touches(bank: House, bureau: House) -> None:
    from board.tests.test_story import check, graph

    us, them, name, data = project(bank, bureau)
    consent = them.post(f"/projects/{name}/consents", {"data_set": data["bureau"]})["consent"]
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    spec = bank.flow.get(us.post("/jobs", {"flow": flow}, 202)["job"]).spec
    assert check(bureau, spec, "bank")[0] == "allowed"
    assert check(bank, spec, "")[0] == "allowed"
    used = them.get(f"/data-sets/{data['bureau']}/usage")
    assert [offer["project"] for offer in used["offers"]] == [name]
    assert [given["consent"] for given in used["consents"]] == [consent]
    assert [(job["job"], job["member"]) for job in used["jobs"]] == [(spec.job, "bank")]
    assert us.get(f"/data-sets/{data['bank']}/usage")["jobs"][0]["job"] == spec.job
    assert them.get(f"/data-sets/{data['bureau']}/statistics")["columns"][0]["name"] == "id"


def test_a_partners_descriptions_are_checked(bureau: House) -> None:
    from common.errors import InvalidInput
    from proto.board.v1 import board_pb2 as pb

    method = "/hanse.board.v1.BoardPeerService/ShareDataSet"
    good = {"data_set": "ds-1", "name": "n", "version": "0" * 64, "rows": 1}
    for bad in ({"data_set": "../x"}, {"version": "x"}, {"tags": ["t" * 65]}, {"name": ""}):
        with pytest.raises(InvalidInput):
            bureau.relay("bank", method, pb.ShareDataSetRequest(**(good | bad)).SerializeToString())
    bureau.relay("bank", method, pb.ShareDataSetRequest(**good).SerializeToString())
    bureau.relay("mallory", method, pb.ShareDataSetRequest(**good, withdrawn=True).SerializeToString())
    assert [s.member for s in bureau.board.stores.shared.of("")] == ["bank"], "nobody takes back what another showed"


def test_the_sample_is_made_once_and_runs_each_time(bank: House) -> None:
    us = bank.admin()
    made = us.post("/sample-project", {})
    again = us.post("/sample-project", {})
    assert {name: made[name] == again[name] for name in made} == {
        "data_set": True,
        "project": True,
        "flow": True,
        "job": False,
    }
    shown = us.get(f"/projects/{made['project']}")
    assert (shown["providers"], shown["own_answer"]) == ([], "accepted")
    assert us.get(f"/data-sets/{made['data_set']}")["rows"] == 3000
    assert us.post(f"/flows/{made['flow']}/validation", {}, 200)["problems"] == []
    spec = bank.flow.get(made["job"]).spec
    decided = bank.board.proposals.check(spec, "")
    assert decided.decision == "allowed"
    assert [party.member for party in spec.parties] == ["bank"]
