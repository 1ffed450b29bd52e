"""Two members' boards for the board's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from board.tests.doubles import Ledger
from board.tests.house import House


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    for member in ("bank", "bureau"):
        made.admit(member)
    return made


@pytest.fixture
def houses(tmp_path: Path, ledger: Ledger) -> Iterator[dict[str, House]]:
    made: dict[str, House] = {}
    for member in ("bank", "bureau"):
        House(member, tmp_path, made, ledger)
    yield made
    for house in made.values():
        house.close()


@pytest.fixture
def bank(houses: dict[str, House]) -> House:
    return houses["bank"]


@pytest.fixture
def bureau(houses: dict[str, House]) -> House:
    return houses["bureau"]
