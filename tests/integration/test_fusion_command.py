"""`hanse fusion` against two real nodes: from the invitation to the result, as two operators type it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import openpyxl
import psycopg
import pytest

from common.tables.tests.servers import PASSWORD, postgresql
from fusion.tests.nodes import Node


@dataclass
class Shell:
    """What an operator types."""

    node: Node

    def __call__(self, *words, code=0, stdin=None, form="json"):
        about = {
            "HANSE_FUSION": f"http://{self.node.app.http_address}",
            "HANSE_FUSION_TOKEN_FILE": self.node.home / "token",
        }
        environment = {**os.environ, **{name: str(value) for name, value in about.items()}}
        command = [sys.executable, "-m", "hanse", "-o", form, "fusion", *map(str, words)]
        ran = subprocess.run(
            command, capture_output=True, text=True, env=environment, input=stdin, timeout=120, check=False
        )
        assert ran.returncode == code, ran.stderr
        return json.loads(ran.stdout) if ran.stdout.startswith(("{", "[")) else ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def shells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fusion")
    nodes = [Node(folder, name).start() for name in ("alpha", "beta")]
    yield [Shell(node) for node in nodes]
    for node in nodes:
        node.stop()


def test_the_key_check_tells_the_options_that_mend_numbers(shells, tmp_path):
    alpha, _ = shells
    (tmp_path / "calls.csv").write_text(
        "phone,name\n" + "".join(f"+86 138-0000-{n},N {n}\n" for n in range(1000, 1020))
    )
    made = alpha("data", "add", tmp_path / "calls.csv")["data_set"]
    told = alpha("key-check", made, "--column", "phone", form="table")
    lines = [line.split() for line in told.splitlines()]
    assert ["spaced_numbers", "phone", "--keep", "no_separators"] in lines
    assert ["country_prefix", "phone", "--keep", "no_separators", "--drop-prefix", "0086,+86"] in lines
    options = ("--keep", "digits", "--drop-prefix", "+86,0086", "--keep", "all", "--drop-prefix", "")
    told = alpha("key-check", made, "--column", "phone", "--column", "name", *options)
    assert (told["examples"][0]["id"], told["warnings"], told["advice"]) == ('["13800001000","N 1000"]', [], [])
    assert alpha("key-example", "+86 (138) 0000 1111", *options[:4])["id"] == "13800001111"
    assert "Give it once for each column" in alpha("key-example", "a", "b", "--keep", "digits", code=2)
    alpha("data", "delete", made)


def test_a_sheet_and_an_encoding_are_chosen_and_told(shells, tmp_path):
    alpha, _ = shells
    book = openpyxl.Workbook()
    book.active.title = "一月"
    for title in ("二月", "notes"):
        book.create_sheet(title)
    for name, phone in (("一月", "1"), ("二月", "2")):
        book[name].append(["phone"])
        book[name].append([phone])
    book.save(tmp_path / "calls.xlsx")
    told = alpha("data", "add", tmp_path / "calls.xlsx", code=2)
    assert ("HAN-8067" in told, "一月, 二月" in told) == (True, True)
    sheets = {sheet["name"]: sheet["has_rows"] for sheet in alpha("data", "sheets", tmp_path / "calls.xlsx")}
    assert sheets == {"一月": True, "二月": True, "notes": False}
    made = [alpha("data", "add", tmp_path / "calls.xlsx", "--sheet", "二月")]
    assert made[0]["detail"] == "二月"
    (tmp_path / "calls.csv").write_bytes("电话\n丂\n".encode("gb18030"))
    assert "say its encoding" in alpha("data", "add", tmp_path / "calls.csv", code=2)
    made.append(alpha("data", "add", tmp_path / "calls.csv", "--encoding", "gb18030"))
    assert (made[1]["detail"], made[1]["columns"][0]["name"]) == ("GB18030", "电话")
    for one in made:
        alpha("data", "delete", one["data_set"])
    assert list((alpha.node.home / "data" / "incoming").iterdir()) == []


def test_two_operators_align_by_the_command(shells, tmp_path):
    alpha, beta = shells
    told = {shell.node.name: shell("identity") for shell in shells}
    assert alpha("partner", "add", told["beta"]["invitation"])["state"] == "unconfirmed"
    (tmp_path / "invitation").write_text(told["alpha"]["invitation"])
    assert beta("partner", "add", "--file", tmp_path / "invitation")["state"] == "unconfirmed"
    assert "HAN-8031" in alpha("partner", "add", told["beta"]["invitation"][:-3], code=2)
    assert "HAN-8032" in alpha("partner", "confirm", "beta", told["alpha"]["fingerprint"], code=5)
    assert alpha("partner", "confirm", "beta", *told["beta"]["fingerprint_groups"].split())["state"] == "waiting"
    assert beta("partner", "confirm", "alpha", stdin=told["alpha"]["fingerprint"] + "\n").count("confirmed")
    assert alpha("partner", "check", "beta")["problem"] is None
    assert [found["state"] for found in alpha("partner", "list")] == ["confirmed"]

    book = openpyxl.Workbook()
    book.active.append(["phone", "v"])
    for number in range(40):
        book.active.append([13_800_000_000 + number, number])
    book.save(tmp_path / "people.xlsx")
    mine = alpha("data", "add", tmp_path / "people.xlsx")
    assert (mine["source"], mine["rows"]) == ("excel", 40)
    assert alpha("data", "preview", mine["data_set"], "--limit", 1)["rows"] == [["13800000000", "0"]]
    checked = alpha("key-check", mine["data_set"], "--column", "phone", "--hash", "md5")
    assert (checked["ids"], checked["warnings"]) == (40, [])
    assert alpha("key-example", " A", "--case", "lower")["id"] == "a"
    with postgresql() as server:
        about = f"host=127.0.0.1 port={server.port} user=hanse dbname=postgres"
        with psycopg.connect(about, password=PASSWORD) as connection:
            connection.execute(
                "CREATE TABLE clients AS SELECT md5((13800000030 + n)::text) AS hash FROM generate_series(0, 19) AS n"
            )
        (tmp_path / "password").write_text(f"{PASSWORD}\n")
        (tmp_path / "ca.pem").write_bytes(server.certificate.read_bytes())
        place = ("postgresql", "127.0.0.1", server.port, "postgres", "hanse", "--table", "clients")
        safe = ("--password-file", tmp_path / "password", "--tls", "verify_ca", "--ca", tmp_path / "ca.pem")
        theirs = beta("data", "add-table", *place, *safe)
    assert (theirs["source"], theirs["detail"], theirs["rows"]) == ("postgresql", "clients", 20)

    task = alpha("align", "beta", mine["data_set"], "--column", "phone", "--hash", "md5", "--no-wait")["task"]
    columns = ("--column", "hash", "--hashed-here")
    assert beta("pre-check", task, theirs["data_set"], *columns)["compared"] is False
    beta("accept", task, theirs["data_set"], *columns)
    alpha.node.wait(task, "succeeded")
    assert len(alpha("result", task).splitlines()) == 11
    assert alpha("result", task, "--bom", "--defuse").startswith('\ufeff"phone"')

    assert alpha("partner", "block", "beta", "--reason", "leaves")["state"] == "blocked"
    assert alpha("partner", "unblock", "beta")["state"] == "confirmed"
    assert alpha("partner", "move", "beta", "127.0.0.1:9")["address"] == "127.0.0.1:9"
    alpha("partner", "delete", "beta")
    assert alpha("partner", "list") == []
    alpha("data", "delete", mine["data_set"])
    assert alpha("data", "list") == []


def test_tables_and_sums_by_the_command(tmp_path):
    nodes = [Node(tmp_path, name).start() for name in ("gamma", "delta")]
    try:
        nodes[0].trust(nodes[1])
        nodes[1].trust(nodes[0])
        gamma, delta = (Shell(node) for node in nodes)
        (tmp_path / "large.csv").write_text("id,amount\n" + "".join(f"{n:04d},{n}.5\n" for n in range(200)))
        (tmp_path / "small.csv").write_text("id\n" + "".join(f"{n:04d}\n" for n in range(20)))
        large = gamma("data", "add", tmp_path / "large.csv")["data_set"]
        small = delta("data", "add", tmp_path / "small.csv")["data_set"]
        made = gamma("table", "prepare", "delta", large, "--column", "id")
        assert (made["state"], made["ids"], made["partner"]) == ("ready", 200, "delta")
        assert [one["table"] for one in gamma("table", "list")] == [made["table"]]
        assert "HAN-8005" in gamma("table", "prepare", "delta", large, "--column", "x", code=2)
        hashed = ("--column", "id", "--hash", "md5", "--hashed-here")
        assert "HAN-8015" in gamma("table", "prepare", "delta", large, *hashed, code=1)  # it fails as it is made
        (failed,) = (one for one in gamma("table", "list") if one["state"] == "failed")
        gamma("table", "delete", failed["table"])
        words = ("--column", "id", "--role", "sender", "--no-wait")
        task = gamma("align", "delta", large, *words, "--protocol", "unbalanced")["task"]
        delta("accept", task, small, "--column", "id")
        assert [node.wait(task, "succeeded")["table"] for node in nodes] == ["sent", "sent"]
        (kept,) = delta("table", "list")
        assert (kept["made_here"], kept["name"]) == (False, made["name"])
        delta("table", "delete", kept["table"])
        gamma("table", "delete", made["table"])
        assert "HAN-8062" in gamma("table", "delete", made["table"], code=4)

        asked = ("--learns", "sum", "--value", "amount", "--decimals", 1)
        task = gamma("align", "delta", large, *words, *asked)["task"]
        delta("accept", task, small, "--column", "id")
        assert {node.wait(task, "succeeded")["total"] for node in nodes} == {f"{sum(range(20)) + 10}.0"}
        task = delta("align", "gamma", small, "--column", "id", "--learns", "sum", "--decimals", 1, "--no-wait")["task"]
        assert "name its column" in gamma("accept", task, large, "--column", "id", code=2)
        told = gamma("accept", task, large, "--column", "id", "--value", "amount")
        assert "a sum was told between this node and delta before" in told["caution"]
        assert {node.wait(task, "succeeded")["intersection"] for node in nodes} == {20}
    finally:
        for node in nodes:
            node.stop()
