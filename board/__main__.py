"""`python -m board --config FILE [--check-config]`; also create-admin, setup-token, rotate-keys and restore-keys."""

import argparse
import sys
from pathlib import Path

from board.app import SETUP_FILE, BoardApp, create_admin, rotate_keys
from board.settings import BoardSettings
from board.store.token_file import SetupTokenFile
from common.backup import open_identity
from common.errors import HanseError, InvalidInput
from common.runner import EXIT_CONFIGURATION, main


def _create_admin(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board create-admin")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the board's settings")
    parser.add_argument("--account", required=True, help="name of the account")
    parser.add_argument("--password-file", type=Path, required=True, help="file with its password")
    chosen = parser.parse_args(arguments)
    settings = BoardSettings.load(chosen.config)
    role = create_admin(settings, chosen.account, _password(chosen.password_file))
    sys.stdout.write(f"{chosen.account}: {role}\n")
    return 0


def _rotate_keys(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board rotate-keys")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the board's settings")
    chosen = parser.parse_args(arguments)
    transaction, old = rotate_keys(BoardSettings.load(chosen.config))
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


def _setup_token(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board setup-token")
    parser.add_argument("--config", type=Path, required=True, help="TOML file with the board's settings")
    settings = BoardSettings.load(parser.parse_args(arguments).config)
    token = SetupTokenFile(settings.data / SETUP_FILE).read()
    if not token:
        sys.stderr.write("There is no setup token: the board has an account already, or has not started yet.\n")
        return EXIT_CONFIGURATION
    sys.stdout.write(f"{token}\n")
    return 0


def _restore_keys(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m board restore-keys")
    parser.add_argument("--home", type=Path, required=True, help="the member's home, without an identity yet")
    parser.add_argument("--backup", type=Path, required=True, help="the file that was downloaded")
    parser.add_argument("--passphrase-file", type=Path, required=True, help="file with its passphrase")
    chosen = parser.parse_args(arguments)
    open_identity(chosen.backup.read_bytes(), _password(chosen.passphrase_file), chosen.home)
    sys.stdout.write(f"restored into {chosen.home}\n")
    return 0


_COMMANDS = {
    "create-admin": _create_admin,
    "setup-token": _setup_token,
    "rotate-keys": _rotate_keys,
    "restore-keys": _restore_keys,
}


def _told(command: str) -> int:
    """Run a command; what is wrong is said with its next step."""
    try:
        return _COMMANDS[command](sys.argv[2:])
    except HanseError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return EXIT_CONFIGURATION


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in _COMMANDS:
        sys.exit(_told(sys.argv[1]))
    sys.exit(main(BoardSettings, BoardApp))
