"""The main job, as `make demo` runs it: what it writes down, and what it leaves running."""

import json
import time

import pytest

from common.errors import HanseError
from deploy.demo.parts import PARTS
from tests.e2e.conftest import Demo, run_hanse


def test_report_names_rows_and_what_left_each_member(demo: Demo) -> None:
    members = {line["name"]: line for line in demo.report["members"]}
    assert set(members) == {"bank", "bureau", "retailer"}
    for line in members.values():
        assert (line["rows"], line["aligned"]) == (12_000, 6_000)
        assert line["egress_bytes"]["blinded"] > 32 * 12_000
        assert set(line["egress_bytes"]) <= {"blinded", "ciphertext", "masked", "share", "open", "sizes"}


def test_model_is_as_good_as_pooled_and_better_than_alone(demo: Demo) -> None:
    auc = demo.report["auc"]
    assert abs(auc["federated"] - auc["pooled_same_objective"]) <= 0.002
    assert abs(auc["federated"] - auc["pooled"]) <= 0.015
    assert auc["federated"] >= auc["alone"] + 0.05
    assert set(demo.report["ks"]) == set(auc)


def test_prediction_and_fusion_agree(demo: Demo) -> None:
    prediction = demo.report["prediction"]
    assert abs(prediction["online"] - prediction["offline"]) <= prediction["bound"] < 1e-3
    assert demo.report["fusion"] == {"intersection": 8_000, "expected": 8_000, "equal": True}


def test_registrations_and_consents_stand_on_the_ledger(demo: Demo) -> None:
    lines = demo.report["ledger"]
    for member in ("bank", "bureau", "retailer"):
        assert any(line["what"].startswith(f"{member}: member") for line in lines)
        assert any(line["what"].startswith(f"{member}: consent") for line in lines)
    assert all(line["transaction"].startswith("0x") and len(line["transaction"]) == 66 for line in lines)


def test_output_tells_people_where_to_go(demo: Demo) -> None:
    for words in ("AUC", "Everything runs", "http://127.0.0.1:", "hanse stop --home"):
        assert words in demo.printed


def test_no_password_is_printed_and_its_file_is_private(demo: Demo) -> None:
    for part in PARTS:
        _, _, password = demo.federation.board(part.member)
        assert password not in demo.printed
        assert (demo.federation.home / part.member / "admin.password").stat().st_mode & 0o077 == 0


def test_everything_is_healthy(demo: Demo) -> None:
    status = run_hanse("-o", "json", "status", "--home", str(demo.federation.home), home=demo.user_home)
    lines = json.loads(status.stdout)
    assert status.returncode == 0, lines
    assert len(lines) == 18
    assert all(line["state"] == "RUNNING" and line["health"] == "ok" for line in lines)


def test_cli_signs_in_and_lists(demo: Demo) -> None:
    url, account, _ = demo.federation.board("bureau")
    file = demo.federation.home / "bureau" / "admin.password"
    signed = run_hanse("sign-in", url, "--account", account, "--password-file", str(file), home=demo.user_home)
    assert signed.returncode == 0, signed.stderr
    listed = run_hanse("-o", "json", "member", "list", home=demo.user_home)
    assert {line["member"] for line in json.loads(listed.stdout)} == {"bank", "bureau", "retailer"}
    wrong = run_hanse("job", "show", "no-such-job", home=demo.user_home)
    assert wrong.returncode == 4
    assert "HAN-5001" in wrong.stderr
    assert "do:" in wrong.stderr


def test_a_provider_sees_no_scores_and_no_metrics(demo: Demo) -> None:
    with demo.client("bureau") as bureau, demo.client("bank") as bank:
        job = next(iter(bank.jobs()))["job"]
        assert bank.job(job).metrics("evaluate")["auc"] == pytest.approx(demo.report["auc"]["federated"], abs=1e-9)
        theirs = bureau.job(job)
        for task, port in (("score", "prediction"), ("evaluate", "prediction")):
            with pytest.raises(HanseError) as caught:
                b"".join(theirs.output(task, port))
            assert caught.value.http == 404
        with pytest.raises(HanseError):
            theirs.report("evaluate")


def test_members_keep_their_own_weights_only(demo: Demo) -> None:
    columns = {}
    for part in PARTS:
        with demo.client(part.member) as client:
            job = client.job(next(iter(client.jobs()))["job"])
            model = json.loads(b"".join(job.output("train", "model", "model")))
            columns[part.member] = set(model["content"]["columns"])
    assert columns == {part.member: set(part.columns) for part in PARTS}


def test_an_auditor_proves_the_model_from_the_ledgers_file_alone(demo: Demo) -> None:
    file = demo.user_home / "evidence.json"
    (ledger,) = demo.federation.home.glob("union/**/ledger.db")
    contract = json.loads((ledger.parent / "registry.json").read_text("utf-8"))["contract"]
    with demo.client("bureau") as bureau:
        model = next(item["model"] for item in bureau.models())
        file.write_bytes(bureau.evidence(model))
        part = demo.user_home / "part.json"
        job, _, task = model.partition(".")
        part.write_bytes(b"".join(bureau.job(job).output(task, "model", "model")))
    where = ("--ledger", f"file:{ledger}", "--contract", contract)
    deadline = time.monotonic() + 60  # each member anchors by itself, soon after the job's end
    while True:
        proved = run_hanse(
            "-o", "json", "audit", "verify", str(file), *where, "--model", str(part), home=demo.user_home
        )
        missing = [line for line in json.loads(proved.stdout) if line["result"] == "missing"]
        if not missing or time.monotonic() > deadline:
            break
    found = json.loads(proved.stdout)
    assert proved.returncode == 0, [line for line in found if line["result"] not in ("ok", "note")]
    assert {line["who"] for line in found if line["what"] == f"model {model}"} == {"bank", "bureau", "retailer"}
    assert {line["who"] for line in found if line["what"].startswith("consent ")} >= {"bureau", "retailer"}
    file.write_bytes(file.read_bytes().replace(b'"component":"vert_lr"', b'"component":"vert_lR"'))
    changed = run_hanse("audit", "verify", str(file), *where, home=demo.user_home)
    assert changed.returncode == 1
    assert "NOT proved: job against terms" in changed.stdout


def test_unknown_partner_id_is_said_per_row(demo: Demo) -> None:
    with demo.client("bank") as bank:
        model = next(item["model"] for item in bank.models())
        features = dict.fromkeys(PARTS[0].columns, 1.0)
        line = bank.predict(model, [{"id": "nobody", "features": features}])["predictions"][0]
        assert line["problem"]


def test_second_run_goes_on_with_everything_kept(demo: Demo) -> None:
    start = time.monotonic()
    again = run_hanse("demo", "--home", str(demo.federation.home), home=demo.user_home)
    assert again.returncode == 0, again.stdout + again.stderr
    report = json.loads((demo.federation.home / "report.json").read_text("utf-8"))
    assert report["auc"] == demo.report["auc"]
    assert [line for line in demo.report["ledger"] if line not in report["ledger"]] == []
    assert time.monotonic() - start < sum(demo.report["seconds"][step] for step in ("start", "job"))
