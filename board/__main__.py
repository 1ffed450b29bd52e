"""`python -m board --config FILE [--check-config]`, `python -m board create-admin`, `python -m board rotate-keys`."""

import argparse
import sys
from pathlib import Path

from board.app import BoardApp, create_admin, rotate_keys
from board.settings import BoardSettings
from common.errors import HanseError, InvalidInput
from common.runner import EXIT_CONFIGURATION, main


def _create_admin(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board create-admin")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the board's settings")
    parser.add_argument("--account", required=True, help="name of the account")
    parser.add_argument("--password-file", type=Path, required=True, help="file with its password")
    chosen = parser.parse_args(arguments)
    try:
        settings = BoardSettings.load(chosen.config)
        role = create_admin(settings, chosen.account, _password(chosen.password_file))
    except HanseError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return EXIT_CONFIGURATION
    sys.stdout.write(f"{chosen.account}: {role}\n")
    return 0


def _rotate_keys(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board rotate-keys")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the board's settings")
    chosen = parser.parse_args(arguments)
    try:
        transaction, old = rotate_keys(BoardSettings.load(chosen.config))
    except HanseError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return EXIT_CONFIGURATION
    sys.stdout.write(
        f"new keys stand on the ledger: {transaction}\nthe old ones are in {old}\n"
        "restart the member's board and gateway now: until then other members refuse them\n"
    )
    return 0


def _password(path: Path) -> str:
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except OSError as problem:
        raise InvalidInput(f"the password file cannot be read: {problem.strerror}") from problem


if __name__ == "__main__":
    if sys.argv[1:2] == ["create-admin"]:
        sys.exit(_create_admin(sys.argv[2:]))
    if sys.argv[1:2] == ["rotate-keys"]:
        sys.exit(_rotate_keys(sys.argv[2:]))
    sys.exit(main(BoardSettings, BoardApp))
