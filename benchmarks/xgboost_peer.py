"""XGBoost as a peer, in an environment of its own: it is no dependency of Hanse.

`XGBoost.open` starts this file with the interpreter that HANSE_XGBOOST_PYTHON names, or with our own where xgboost is
installed beside us. The process reads a line and writes the milliseconds of processor time that a tree took.
"""

import contextlib
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

PYTHON = "HANSE_XGBOOST_PYTHON"
_TREES = 10
_HOW = f"""XGBoost is left out of this measurement, as it is not installed. To have it as a peer:
  python3 -m venv /tmp/xgboost && /tmp/xgboost/bin/pip install xgboost==2.1.4
  {PYTHON}=/tmp/xgboost/bin/python python -m benchmarks secureboost
"""


class XGBoost:
    """The other side of the pipe."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextlib.contextmanager
    def open(
        cls, features: npt.NDArray[np.float64], label: npt.NDArray[np.int64], depth: int, bins: int
    ) -> Iterator["XGBoost | None"]:
        """Start it on pooled data; None, and how to install it on the error output, where there is none."""
        python = os.environ.get(PYTHON) or (sys.executable if importlib.util.find_spec("xgboost") else "")
        if not python:
            sys.stderr.write(_HOW)
            yield None
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "data.npz"
            np.savez(path, features=features, label=label)
            command = [python, __file__, str(path), str(depth), str(bins)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            try:
                yield cls(process)
            finally:
                process.terminate()
                process.wait()

    def figure(self) -> float:
        """Train once more; milliseconds of processor time a tree."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the peer has no pipes")
        self._process.stdin.write("train\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("XGBoost's process has ended")
        return float(line)


def main(path: str, depth: int, bins: int) -> None:
    """Answer until the input ends."""
    xgboost = importlib.import_module("xgboost")  # late: only this process has it

    with np.load(path) as kept:
        table = xgboost.QuantileDMatrix(kept["features"], kept["label"], max_bin=bins, nthread=1)
    params = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": depth,
        "max_bin": bins,
        "eta": 0.2,
        "lambda": 1.0,
        "nthread": 1,
    }
    for _ in sys.stdin:
        start = time.process_time()
        xgboost.train(params, table, _TREES)
        print(1000 * (time.process_time() - start) / _TREES, flush=True)  # noqa: T201 - the answer itself


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
