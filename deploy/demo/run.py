"""What `hanse demo` does, step by step, through the SDK that users have."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from typing import Any

from rich.console import Console

import hanse
from common.errors import HanseError, Unavailable
from common.keyfiles import write_private
from deploy.demo import compare, report
from deploy.demo.flow import L2, graph
from deploy.demo.fusing import align
from deploy.demo.parts import PARTS, write_parts
from deploy.local.errors import DemoFailed, NotSetUp, OtherMembers
from deploy.local.federation import Federation
from hanse.cli.progress import follow

_PROJECT = "Credit default"
_WAIT_S = 30.0


class Demo:
    """One run of the demo; what an earlier run has done is kept and not done again."""

    def __init__(self, federation: Federation, console: Console, *, n_members: int = 3, again: bool = False) -> None:
        self.federation, self.console, self.again = federation, console, again
        self.parts = PARTS[:n_members]
        self.promoter, *self.providers = [part.member for part in self.parts]
        self.seconds: dict[str, float] = {}
        self.boards: dict[str, hanse.Client] = {}

    def run(self) -> dict[str, Any]:
        """Do it all and return what is written to report.json."""
        with self._step("start", "union and members start"):
            names = {part.member: part.name for part in self.parts}
            fusions = [f"fusion-{part.member}" for part in self.parts[:2]]
            _check_members(self.federation, tuple(names))
            self.federation.set_up([part.member for part in self.parts], names, fusions)
            self.federation.start(lambda name: self.console.print(f"    {name} is ready"))
            self.files = write_parts(self.federation.home / "source", self.parts)
        try:
            with self._step("register", "members register at the union, on its ledger"):
                self._sign_in()
                self._register()
            with self._step("project", "the bank creates a project; the others approve it; each brings its data"):
                project = self._project()
                data_sets = {part.member: self._data_set(part.member, project) for part in self.parts}
            with self._step("job", "the flow runs at all members"):
                job = self._job(project, data_sets)
            with self._step("compare", "the same rows, pooled (only a demo may do this)"):
                comparison, scores = self._compare(job)
            with self._step("serve", "each member publishes its part; one joint online prediction"):
                prediction = self._predict(job, scores)
            with self._step("fusion", "two fusion nodes align bank and bureau"):
                self.federation.start_fusions(lambda name: self.console.print(f"    {name} is ready"))
                fused = align(self.federation, self.parts[:2], self.files)
            told = self._report(job, comparison, prediction, fused)
        finally:
            for board in self.boards.values():
                board.http.close()
        write_private(self.federation.home / "report.json", json.dumps(told, indent=2).encode())
        report.show(self.console, self.federation, told)
        comparison.check()
        _check(prediction, fused)
        return told

    @contextmanager
    def _step(self, name: str, words: str) -> Iterator[None]:
        self.console.print(f"[bold]{words}[/bold]")
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 1)
        self.console.print(f"    {self.seconds[name]} s")

    def _sign_in(self) -> None:
        for part in self.parts:
            url, account, password = self.federation.board(part.member)
            self.boards[part.member] = hanse.connect(url, account, password)

    def _register(self) -> None:
        for member, board in self.boards.items():
            if board.member()["union"]["status"] == "unregistered":
                board.register()
            if board.member()["union"]["status"] == "pending":
                self.federation.admit(member)
        for member, board in self.boards.items():
            _wait(lambda board=board: board.member()["union"]["status"] == "admitted", f"{member} is not admitted")
            others = {part.member for part in self.parts} - {member}
            _wait(lambda board=board, others=others: others <= _reached(board), f"{member} does not reach {others}")

    def _project(self) -> str:
        bank = self.boards[self.promoter]
        known = next((project for project in bank.projects() if project["name"] == _PROJECT), None)
        project = str((known or bank.create_project(_PROJECT, self.providers, purpose="Estimate defaults"))["project"])
        for member in self.providers:
            board = self.boards[member]
            _wait(lambda board=board: _has(board.projects(), project), f"the invitation does not reach {member}")
            if _has(board.invitations(), project):
                board.answer_invitation(project, accept=True, reason="agreed")
        _wait(lambda: _all_accepted(bank.project(project)), "the members' answers do not reach the bank")
        return project

    def _data_set(self, member: str, project: str) -> str:
        part = next(part for part in self.parts if part.member == member)
        board = self.boards[member]
        known = next((data for data in board.data_sets() if data["name"] == part.name), None)
        if known is None:
            known = board.upload(
                self.files[member],
                name=part.name,
                id_column=part.id_column,
                label_column=part.label,
                visibility="federation",
            )
        data_set = str(known["data_set"])
        if not _has(board.project_data_sets(project), data_set, "data_set"):
            board.offer_data_set(project, data_set)
        if not any(consent["data_set"] == data_set for consent in board.consents()):
            board.consent(project, data_set)
        bank = self.boards[self.promoter]
        _wait(
            lambda: _has(bank.project_data_sets(project), data_set, "data_set"),
            f"{member}'s offer does not reach the bank",
        )
        return data_set

    def _job(self, project: str, data_sets: dict[str, str]) -> hanse.Job:
        bank = self.boards[self.promoter]
        earlier = next((job for job in bank.jobs(project=project) if job["name"] == _PROJECT), None)
        if (
            earlier is not None
            and not self.again
            and earlier["state"] not in ("failed", "refused", "stopped", "timed_out")
        ):
            self.console.print(f"    {earlier['job']} of an earlier run; `hanse demo --again` runs it anew")
            return follow(bank.job(earlier["job"]), self.console)
        flow = next((flow["flow"] for flow in bank.flows() if flow["name"] == _PROJECT), None)
        flow = flow or bank.create_flow(project, _PROJECT, graph(data_sets, self.promoter))["flow"]
        return follow(bank.run(flow, name=_PROJECT), self.console)

    def _compare(self, job: hanse.Job) -> tuple[compare.Comparison, dict[str, float]]:
        id_column = self.parts[0].id_column
        train = compare.ids_of(b"".join(job.output("split", "train")), id_column)
        scores = compare.scores_of(b"".join(job.output("score", "prediction")), id_column)
        comparison = compare.compare(self.parts, self.files, train, scores, L2)
        told = job.metrics("evaluate")
        if abs(told["auc"] - comparison.auc["federated"]) > 1e-9:  # noqa: PLR2004  two ways to one number
            raise DemoFailed(f"evaluation says AUC {told['auc']}, the demo finds {comparison.auc['federated']}")
        return comparison, scores

    def _predict(self, job: hanse.Job, scores: dict[str, float]) -> dict[str, float]:
        model = f"{job.id}.train"
        for member, board in self.boards.items():
            _wait(lambda board=board: _has(board.models(), model, "model"), f"{member} does not have the model")
            if not _online(board, model):
                board.publish(model)
        client = next(iter(scores))
        features = compare.row_of(self.files[self.promoter], self.parts[0], client)
        answer = self.boards[self.promoter].predict(model, [{"id": client, "features": features}])
        line = answer["predictions"][0]
        if line.get("problem"):
            raise DemoFailed(f"the online prediction says: {line['problem']}")
        return {"online": line["score"], "offline": scores[client], "bound": answer["bound"]}

    def _report(
        self, job: hanse.Job, comparison: compare.Comparison, prediction: dict[str, float], fused: dict[str, Any]
    ) -> dict[str, Any]:
        members, ledger = [], []
        for part in self.parts:
            board = self.boards[part.member]
            aligned = len(compare.ids_of(b"".join(board.job(job.id).output("align", "table")), part.id_column))
            rows = len(compare.ids_in(self.files[part.member], part))
            members.append(
                {"name": part.member, "rows": rows, "aligned": aligned, "egress_bytes": board.job(job.id).egress()}
            )
            for entry in board.ledger_entries():
                what = f"{part.member}: {entry['kind']} {entry['record_id']}"
                ledger.append({"what": what, "transaction": entry["transaction"], "block": entry["block"]})
        tasks = {task["task"]: round((task["ended_ms"] - task["started_ms"]) / 1000, 1) for task in job.refresh().tasks}
        return {
            "members": members,
            "auc": comparison.auc,
            "ks": comparison.ks,
            "seconds": self.seconds | {f"job.{task}": seconds for task, seconds in tasks.items()},
            "ledger": ledger,
            "prediction": prediction,
            "fusion": fused,
            "versions": {
                name: metadata.version(name) for name in ("hanse", "grpcio", "pyspark", "web3", "cryptography")
            },
        }


def _check_members(federation: Federation, wanted: Sequence[str]) -> None:
    try:
        there = federation.topology.members
    except NotSetUp:
        return
    if set(there) != set(wanted):
        raise OtherMembers(f"{federation.home} holds a federation of {', '.join(there)}; wanted: {', '.join(wanted)}")


def _check(prediction: dict[str, float], fused: dict[str, Any]) -> None:
    if abs(prediction["online"] - prediction["offline"]) > prediction["bound"]:
        raise DemoFailed("the online score differs from the offline one by more than the fixed-point bound")
    if not fused["equal"]:
        raise DemoFailed(f"fusion found {fused['intersection']} common clients, there are {fused['expected']}")


def _has(items: list[dict[str, Any]], name: str, key: str = "project") -> bool:
    return any(item[key] == name for item in items)


def _online(board: hanse.Client, model: str) -> bool:
    found = next(item for item in board.models() if item["model"] == model)
    return any(publication["online"] for publication in found["publications"])


def _all_accepted(project: dict[str, Any]) -> bool:
    return all(party["answer"] == "accepted" for party in project["parties"])


def _reached(board: hanse.Client) -> set[str]:
    return {member["member"] for member in board.members(probe=True) if member.get("reachable")}


def _wait(condition: Any, problem: str) -> None:
    end = time.monotonic() + _WAIT_S
    last: HanseError | None = None
    while time.monotonic() < end:
        try:
            if condition():
                return
        except HanseError as error:
            last = error
        time.sleep(0.2)
    raise Unavailable(f"{problem} after {_WAIT_S:.0f} s" + (f": {last.detail}" if last else ""))
