"""Divides the credit card data among the demo's members: other columns, other ids' names, partly other clients."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).parent / "data" / "default_of_credit_card_clients.csv"
LABEL = "default.payment.next.month"
_COMMON, _PAIR, _ALONE = 6_000, 2_000, 2_000
_SEED = 350  # the data set's number at UCI; the division is the same on every machine


@dataclass(frozen=True, slots=True)
class Part:
    """What one member has."""

    member: str
    name: str
    id_column: str
    columns: tuple[str, ...]
    label: str = ""


PARTS = (
    Part("bank", "Harbour Bank", "client_id", ("LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE"), LABEL),
    Part("bureau", "Credit Bureau", "person_ref", ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")),
    Part(
        "retailer",
        "Market Retail",
        "customer_no",
        tuple(f"BILL_AMT{n}" for n in range(1, 7)) + tuple(f"PAY_AMT{n}" for n in range(1, 7)),
    ),
)


def write_parts(folder: Path, parts: tuple[Part, ...] = PARTS) -> dict[str, Path]:
    """Write each member's CSV file under `folder`; returns member → file. Files that are there stay."""
    files = {part.member: folder / f"{part.member}.csv" for part in parts}
    if all(file.exists() for file in files.values()):
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = _source()
    for part, numbers in zip(parts, _clients(len(rows), len(parts)), strict=True):
        names = part.columns + ((part.label,) if part.label else ())
        draft = files[part.member].with_suffix(".draft")
        with draft.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow((part.id_column, *names))
            writer.writerows([client_id(rows[n]["ID"]), *(rows[n][name] for name in names)] for n in numbers)
        draft.replace(files[part.member])
    return files


def client_id(number: str) -> str:
    """Return the id that all members know a client by."""
    return f"TW{int(number):06d}"


def _source() -> list[dict[str, str]]:
    with SOURCE.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _clients(n_rows: int, n_parts: int) -> list[list[int]]:
    """Draw the clients of each part: some that all have, some that each pair has, some of its own."""
    rng = np.random.default_rng(_SEED)
    order = rng.permutation(n_rows)
    position = 0

    def take(count: int) -> list[int]:
        nonlocal position
        position += count
        return [int(n) for n in order[position - count : position]]

    common = take(_COMMON)
    drawn = [list(common) for _ in range(n_parts)]
    for a in range(n_parts):
        for b in range(a + 1, n_parts):
            pair = take(_PAIR)
            drawn[a] += pair
            drawn[b] += pair
    alone = _ALONE + _PAIR * (len(PARTS) - n_parts)
    return [[int(n) for n in rng.permutation(clients + take(alone))] for clients in drawn]
