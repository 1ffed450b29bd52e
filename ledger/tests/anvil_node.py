"""Foundry's anvil as a remote EVM node: a process of its own, fetched from npm by the lock file beside."""

from __future__ import annotations

import queue
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

import httpx

from ledger.contracts.build import install_locked

FOLDER = Path(__file__).parent / "anvil"
BINARY = FOLDER / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
CHAIN_ID = 20200
_READY = "Listening on "
_START_S = 60.0
# As FISCO BCOS has it: gas is counted and costs nothing.
FREE_GAS = ("--gas-price", "0", "--block-base-fee-per-gas", "0", "--disable-min-priority-fee")


class Anvil:
    """A running node on a port of its own.

    Parameters
    ----------
    options : str
        Further words of the command line.
    """

    def __init__(self, *options: str) -> None:
        install_locked(FOLDER, BINARY)
        port = ("--host", "127.0.0.1", "--port", "0")
        chosen = options if "--chain-id" in options else ("--chain-id", str(CHAIN_ID), *options)
        command = [str(BINARY), *port, "--hardfork", "london", "--accounts", "1", *chosen]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        found: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(found,), daemon=True)
        self._reader.start()
        address = found.get(timeout=_START_S)
        assert address, f"anvil ended with {self._process.wait()}"
        self.url = f"http://{address}"
        self._client = httpx.Client(trust_env=False, timeout=30)

    def _read(self, found: queue.Queue[str]) -> None:
        # To the end, so that the pipe never fills.
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(_READY):
                found.put(line.removeprefix(_READY).strip())
        found.put("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(15)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._client.close()

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """Ask, and return the whole answer."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer: dict[str, Any] = self._client.post(self.url, json=request).json()
        return answer

    def call(self, method: str, *params: object) -> Any:
        """Ask, and return the result."""
        answer = self.answer(method, list(params))
        assert "error" not in answer, answer
        return answer["result"]

    def fund(self, account: str, wei: int = 10**24) -> None:
        """Give an account gas money."""
        self.call("anvil_setBalance", account, hex(wei))
