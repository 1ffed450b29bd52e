"""All routes: nobody gets in without the least role; every error is a problem; keys, versions and uploads."""

import json
from pathlib import Path

import pytest

from board.api.http.openapi import role_of
from board.api.http.operation import API, Operation
from board.domain.accounts import Role
from board.tests.doubles import Ledger
from board.tests.house import CSV, PASSWORD, House
from board.tests.test_story import graph
from proto.flow.v1 import flow_pb2

_OPEN = {"sessions_create", "accounts_create", "setup_show", "setup_finish"}


def path_of(operation: Operation) -> str:
    path = operation.path
    for name in operation.variables:
        path = path.replace(f"{{{name}}}", "x")
    return f"{API}{path}"


def test_every_route_declares_its_role_and_keeps_to_it(bank: House) -> None:
    us = bank.admin()
    client = bank.app.test_client(use_cookies=False)
    client.post(f"{API}/accounts", json={"account": "ann", "password": PASSWORD})
    us.call("PATCH", "/accounts/ann", json={"status": "active"})
    ann = bank.sign_in("ann")
    declared = {(operation.method, f"{API}{operation.path}") for operation in bank.operations}
    routed = {
        (method, str(rule).replace("<", "{").replace(">", "}"))
        for rule in bank.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    pages = {"/", "/{path:name}", "/board-service/apis", f"{API}/openapi.json"}
    assert {(m, p) for m, p in routed if p not in pages} == declared, "a route without a declaration"
    for operation in bank.operations:
        nobody = client.open(path_of(operation), method=operation.method)
        assert (nobody.status_code == 401) is (role_of(operation) is not None), operation.name
        assert (role_of(operation) is None) is (operation.name in _OPEN), operation.name
        if role_of(operation) is not None:
            bad = client.open(path_of(operation), method=operation.method, headers={"Authorization": "Bearer x"})
            assert bad.status_code == 401, operation.name
        if role_of(operation) in (Role.ADMIN, Role.SUPER_ADMIN):
            told = client.open(
                path_of(operation), method=operation.method, headers={"Authorization": f"Bearer {ann.token}"}
            )
            assert told.get_json()["code"] == "HAN-6006", operation.name


def test_every_error_is_a_problem(bank: House) -> None:
    us = bank.admin()
    cases = [
        ("GET", "/nothing", {}, 404, "HAN-1002"),
        ("PUT", "/member", {}, 405, "HAN-6007"),
        ("POST", "/projects", {"data": b"{", "content_type": "application/json"}, 400, "HAN-6009"),
        ("POST", "/projects", {"data": b"\xff", "content_type": "application/json"}, 400, "HAN-6009"),
        ("POST", "/projects", {"data": b"a=b", "content_type": "text/plain"}, 415, "HAN-6008"),
        ("POST", "/projects", {"json": {"name": "x", "providers": ["bank"]}}, 422, "HAN-6001"),
        ("POST", "/projects", {"json": {"name": "x", "providers": ["nobody"]}}, 422, "HAN-6001"),
        ("POST", "/projects", {"json": {"name": "x", "providers": ["bureau"], "colour": 1}}, 422, "HAN-6001"),
        ("GET", "/projects", {"query_string": {"limit": "0"}}, 422, "HAN-6001"),
        ("GET", "/members", {"query_string": {"after": "x"}}, 422, "HAN-6001"),
        ("GET", "/jobs/job-x", {}, 404, "HAN-5001"),
        ("GET", "/jobs/..%2Fx", {}, 404, "HAN-1002"),
    ]
    for method, path, arguments, status, code in cases:
        answer = us.client.open(
            f"{API}{path}", method=method, headers={"Authorization": f"Bearer {us.token}"}, **arguments
        )
        told = json.loads(answer.data)
        assert (answer.status_code, told["code"]) == (status, code), (method, path, told)
        assert answer.content_type == "application/problem+json"
        assert told["request_id"] == answer.headers["X-Request-ID"]
    told = us.post("/projects", {"name": "x", "providers": ["bureau"], "colour": 1}, 422)
    assert "colour" in told["detail"], "the field is named"


def test_a_fault_shows_no_inside(bank: House, monkeypatch: pytest.MonkeyPatch) -> None:
    us = bank.admin()
    bank.flow.put(flow_pb2.JobSpec(job="j"), "succeeded")
    monkeypatch.setattr(bank.kernel, "report", lambda job, task: 1 / 0)
    status, told = us.call("GET", "/jobs/j/tasks/t/report")
    assert (status, told["code"]) == (500, "HAN-1008")
    assert "division" not in json.dumps(told)


def test_the_same_idempotency_key_does_a_thing_once(bank: House) -> None:
    us = bank.admin()
    body = {"name": "x", "providers": ["bureau"]}
    key = {"Idempotency-Key": "k1"}
    first = us.post("/projects", body, headers=key)
    assert us.post("/projects", body, headers=key) == first
    assert len(us.get("/projects")["items"]) == 1
    assert us.post("/projects", body | {"name": "y"}, 422, headers=key)["code"] == "HAN-6012"
    refused = {"name": "x", "providers": ["nobody"]}
    assert us.post("/projects", refused, 422, headers={"Idempotency-Key": "k2"})["code"] == "HAN-6001"
    assert us.post("/projects", body, headers={"Idempotency-Key": "k2"}), "a failed request frees its key"


def test_flows_change_only_on_what_was_read(bank: House) -> None:
    us = bank.admin()
    project = us.post("/projects", {"name": "x", "providers": ["bureau"]})["project"]
    flow = us.post("/flows", {"project": project, "name": "f", "graph": {"nodes": []}})["flow"]
    content = {"name": "g", "graph": graph({})}
    assert us.call("PUT", f"/flows/{flow}", json=content)[1]["code"] == "HAN-6015"
    etag = us.client.get(f"{API}/flows/{flow}", headers={"Authorization": f"Bearer {us.token}"}).headers["ETag"]
    assert us.call("PUT", f"/flows/{flow}", json=content, headers={"If-Match": etag})[0] == 200
    assert us.call("PUT", f"/flows/{flow}", json=content, headers={"If-Match": etag})[1]["code"] == "HAN-6014"
    assert us.call("DELETE", f"/flows/{flow}", headers={"If-Match": "*"})[0] == 204
    assert us.call("GET", f"/flows/{flow}")[1]["code"] == "HAN-6041"


def test_uploads_say_what_is_wrong(bank: House) -> None:
    us = bank.admin()
    assert us.upload(b"", 411)["code"] == "HAN-6010"
    assert us.upload(b"x" * ((1 << 20) + 1), 413)["code"] == "HAN-6011"
    assert us.upload(CSV, 400, id_column="nix")["code"] == "HAN-1001"
    assert us.upload(CSV, 422, duplicates="maybe")["code"] == "HAN-6001"
    status, told = us.call("POST", "/data-sets", data=CSV, query_string={"name": "n"}, content_type="text/csv")
    assert (status, told["code"]) == (415, "HAN-6008")
    assert us.get("/data-sets")["items"] == []


def test_pages_go_on_where_they_ended(bank: House) -> None:
    us = bank.admin()
    made = [us.upload(name=f"n{number}")["data_set"] for number in range(5)]
    seen, after = [], ""
    while True:
        page = us.get("/data-sets", query_string={"limit": 2, "after": after})
        seen += [item["data_set"] for item in page["items"]]
        after = page["next_after"]
        if not after:
            break
    assert sorted(seen) == sorted(made)
    assert us.get("/data-sets", query_string={"after": "gone"})["items"] == []


def test_the_audit_log_shows_what_was_done_and_that_nobody_changed_it(bank: House) -> None:
    us = bank.admin()
    us.upload()
    actions = [line["action"] for line in us.get("/audit")["items"]]
    assert actions[:2] == ["data_set_added", "signed_in"]
    assert us.get("/audit/chain") == {"intact": True, "broken_at": 0}
    with bank.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET account = 'mallory' WHERE sequence = 2")
    assert us.get("/audit/chain") == {"intact": False, "broken_at": 2}
    with bank.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE sequence = 1")
    assert us.get("/audit/chain")["broken_at"] == 1


def test_the_list_of_apis_is_for_people_and_programs(bank: House) -> None:
    client = bank.app.test_client()
    listed = client.get("/board-service/apis").get_json()["items"]
    assert len(listed) == len(bank.operations)
    page = client.get("/board-service/apis", headers={"Accept": "text/html"})
    assert page.content_type.startswith("text/html")
    assert "/board-service/api/v1/projects" in page.text


def test_the_web_page(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<html>board</html>")
    (dist / "assets" / "app-1a2b.js").write_text("x = 1;" * 500)
    (tmp_path / "secret").write_text("secret")
    house = House("bank", tmp_path, {}, Ledger(), dist)
    client = house.app.test_client()
    for path in ("/", "/projects/prj-1", "/../secret", "/%2e%2e/secret"):
        page = client.get(path)
        assert page.text == "<html>board</html>", path
        assert page.headers["Cache-Control"] == "no-cache"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    asset = client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["Content-Encoding"] == "gzip"
    assert "immutable" in asset.headers["Cache-Control"]
    assert client.get("/assets/gone.js").status_code == 404
    assert client.get("/board-service/other").get_json()["code"] == "HAN-1002"
    house.close()
    bare = House("bank", tmp_path, {}, Ledger(), tmp_path / "nowhere")
    assert "make setup" in bare.app.test_client().get("/").text
    bare.close()


def test_components_and_templates_come_in_pages(bank: House) -> None:
    us = bank.admin()
    for path, key in (("/components", "name"), ("/flow-templates", "template")):
        everything = us.get(path)
        assert everything["next_after"] == ""
        names, after = [], ""
        while True:
            page = us.get(path, query_string={"limit": 1, "after": after})
            names += [item[key] for item in page["items"]]
            after = page["next_after"]
            assert len(page["items"]) == 1
            if not after:
                break
        assert names == [item[key] for item in everything["items"]]
        assert us.get(path, query_string={"after": "none-such"})["items"] == []
