"""Runs pyfate's training in an environment of its own; it wants other versions than ours."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_VARIABLE = "HANSE_FATE_PYTHON"  # an interpreter that has pyfate; without it that peer is left out
_LONGEST_S = 3600


@dataclass(frozen=True)
class Data:
    """Aligned rows of two parties and the first one's label of zeros and ones."""

    guest: npt.NDArray[np.float64]
    host: npt.NDArray[np.float64]
    label: npt.NDArray[np.int64]


def installed() -> bool:
    """Tell whether pyfate can be measured here."""
    return bool(os.environ.get(_VARIABLE))


def train(what: str, data: Data, **options: Any) -> dict[str, float]:
    """Train once: "secureboost" (trees, depth, bins, key_bits) or "sshe_lr" (epochs, key_bits).

    Returns
    -------
    seconds of the label's party, and processor_s of both parties with their workers.
    """
    with tempfile.TemporaryDirectory(prefix="hanse-fate-") as name:
        folder = Path(name)
        np.savez(folder / "data.npz", guest=data.guest, host=data.host, label=data.label)
        job = {"what": what, "data": str(folder / "data.npz"), "answer": str(folder / "answer"), **options}
        (folder / "job.json").write_text(json.dumps(job), "utf-8")
        script = str(Path(__file__).with_name("fate_job.py"))
        with (folder / "log").open("wb") as log:
            done = subprocess.run(
                [os.environ[_VARIABLE], script, "--job", str(folder / "job.json")],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=_LONGEST_S,
                check=False,
            )
        answers = [folder / f"answer.{party}" for party in ("guest", "host")]
        if done.returncode or not all(path.exists() for path in answers):
            raise RuntimeError(f"pyfate has failed: {(folder / 'log').read_text('utf-8', 'replace')[-2000:]}")
        guest, host = (json.loads(path.read_text("utf-8")) for path in answers)
    return {"seconds": guest["seconds"], "processor_s": guest["processor_s"] + host["processor_s"]}
