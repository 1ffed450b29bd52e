"""Sign-ins kept for the user: one file of mode 0600, address → token."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from common.errors import Unauthenticated
from common.keyfiles import write_private
from hanse.client import Client, connect


@dataclass(frozen=True, slots=True)
class SignIns:
    """Tokens by address, and the board signed in at last."""

    tokens: dict[str, str]
    board: str


def folder() -> Path:
    """Return where the command keeps its things."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "hanse"


def keep(url: str, token: str) -> None:
    """Keep a sign-in and make it the present one."""
    kept = _read()
    kept.tokens[url] = token
    kept = SignIns(kept.tokens, url)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(folder() / "sign-ins.json", json.dumps(asdict(kept)).encode())


def client(url: str | None) -> Client:
    """Return a client of the board at `url`, or of the last one signed in at; it is closed when the command ends.

    Raises
    ------
    Unauthenticated
        Nobody signed in there.
    """
    kept = _read()
    url = url or os.environ.get("HANSE_BOARD") or kept.board
    token = os.environ.get("HANSE_TOKEN") or kept.tokens.get(url, "")
    if not url or not token:
        raise Unauthenticated(
            "you are not signed in at a board", hint="hanse sign-in http://127.0.0.1:8081 --account admin"
        )
    made = connect(url, token=token)
    click.get_current_context().call_on_close(made.http.close)
    return made


board_option = click.option(
    "--board", "board", metavar="URL", help="Board to use; else $HANSE_BOARD, else the last sign-in."
)


def _read() -> SignIns:
    try:
        return SignIns(**json.loads((folder() / "sign-ins.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return SignIns({}, "")
