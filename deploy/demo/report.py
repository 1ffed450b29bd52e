"""Prints the demo's result for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.local.configure import from_here, password_file
from deploy.local.federation import Federation

_MODELS = (
    ("alone", "bank alone"),
    ("federated", "federated"),
    ("pooled_same_objective", "pooled, same objective"),
    ("pooled", "pooled, exact logistic regression"),
)


def show(console: Console, federation: Federation, told: dict[str, Any]) -> None:
    """Print tables of members, models, seconds and ledger, then where to go on."""
    _table(
        console,
        "What each member put in, and what left it",
        ("member", "rows", "aligned", "bytes that left, by kind"),
        [
            (line["name"], f"{line['rows']:,}", f"{line['aligned']:,}", _sizes(line["egress_bytes"]))
            for line in told["members"]
        ],
    )
    _table(
        console,
        "How good the model is on held-out rows",
        ("model", "AUC", "KS"),
        [(words, f"{told['auc'][name]:.4f}", f"{told['ks'][name]:.4f}") for name, words in _MODELS],
    )
    _table(console, "Seconds", ("step", "s"), [(step, f"{seconds}") for step, seconds in told["seconds"].items()])
    _table(
        console,
        "On the ledger",
        ("what", "transaction", "block"),
        [(_words(line["what"]), line["transaction"], str(line["block"])) for line in told["ledger"]],
    )
    auc = told["auc"]
    console.print(
        f"\nJoining columns raised the AUC by {auc['federated'] - auc['alone']:.4f} over the bank alone; "
        f"the same objective on pooled rows differs by {abs(auc['pooled_same_objective'] - auc['federated']):.5f}, "
        f"exact logistic regression by {abs(auc['pooled'] - auc['federated']):.4f}."
    )
    prediction, fused = told["prediction"], told["fusion"]
    console.print(
        f"Joint online prediction: score {prediction['online']:.6f}, offline {prediction['offline']:.6f} "
        f"(bound {prediction['bound']:.1e})"
    )
    console.print(f"Fusion: {fused['intersection']:,} common clients of bank and bureau, truly {fused['expected']:,}")
    console.print("\n[bold]Everything runs.[/bold] Open a board in a browser and look around:")
    for member in federation.topology.members:
        url, account, _ = federation.board(member)
        file = from_here(password_file(federation.home, member))
        console.print(f"  {member:<9} {url}  account {account}, password in {file}", soft_wrap=True)
    console.print(f"All figures and transactions: {from_here(federation.home / 'report.json')}", soft_wrap=True)
    home = from_here(federation.home)
    stop, again, clean = (
        ("make stop", "make demo", "make clean")
        if home == "var/demo"
        else tuple(f"hanse {verb} --home {home}" for verb in ("stop", "up", "clean"))
    )
    console.print(f"`{stop}` ends it, `{again}` goes on with everything kept, `{clean}` deletes it.", soft_wrap=True)


def _words(what: str) -> str:
    """Say a ledger entry's kind in words; its ids stand in the report file."""
    member, _, entry = what.partition(": ")
    kind, _, record = entry.partition(" ")
    words = {
        "member": "registers",
        "admission": "is admitted",
        "project": "creates the project",
        "data_resource": "describes its data set",
        "consent": "consents to the use of its data" if record.startswith("con-") else "accepts the invitation",
    }
    return f"{member} {words.get(kind, entry)}"


def _sizes(kinds: dict[str, int]) -> str:
    return ", ".join(f"{kind} {_size(size)}" for kind, size in sorted(kinds.items()))


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004


def _table(console: Console, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*columns, title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table, soft_wrap=not console.is_terminal)
