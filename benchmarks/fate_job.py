"""pyfate as a peer, in an environment of its own: trains once on given data, prints one line of JSON.

Started by `benchmarks.fate_peer` with the interpreter that HANSE_FATE_PYTHON names; imports nothing of Hanse. Both of
FATE's parties run in processes of this machine (its standalone mode), as ours do.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
from fate.arch.dataframe import PandasReader
from fate.arch.launchers.multiprocess_launcher import launch
from fate.ml.ensemble import HeteroSecureBoostGuest, HeteroSecureBoostHost
from fate.ml.glm.hetero.sshe.sshe_lr import SSHELogisticRegression


def _options() -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--job")
    return dict(json.loads(Path(parser.parse_known_args()[0].job).read_text("utf-8")))


def _frame(ctx: Any, job: dict[str, Any]) -> Any:
    data = np.load(job["data"])
    features = data["guest" if ctx.is_on_guest else "host"]
    columns = {f"x{index}": column for index, column in enumerate(features.T)}
    ids = [str(index) for index in range(len(features))]
    frame = pd.DataFrame({"sample_id": ids, "id": ids} | ({"y": data["label"]} if ctx.is_on_guest else {}) | columns)
    label = {"label_name": "y"} if ctx.is_on_guest else {}
    reader = PandasReader(
        sample_id_name="sample_id", match_id_name="id", match_id_list=["id"], dtype="float64", **label
    )
    return reader.to_frame(ctx, frame)


def _secureboost(ctx: Any, job: dict[str, Any], frame: Any) -> None:
    options = {"num_trees": job["trees"], "max_depth": job["depth"], "max_bin": job["bins"]}
    if ctx.is_on_guest:
        ctx.cipher.set_phe(ctx.device, {"kind": "paillier", "key_length": job["key_bits"]})
        HeteroSecureBoostGuest(**options, objective="binary:bce", min_impurity_split=0.0).fit(ctx, frame)
    else:
        HeteroSecureBoostHost(**options).fit(ctx, frame)


def _sshe_lr(ctx: Any, job: dict[str, Any], frame: Any) -> None:
    ctx.cipher.set_phe(ctx.device, {"kind": "paillier", "key_length": job["key_bits"]})
    ctx.mpc.init()
    SSHELogisticRegression(
        epochs=job["epochs"],
        batch_size=None,
        tol=0.0,
        early_stop="diff",
        learning_rate=0.05,
        init_param={"method": "zeros", "fit_intercept": True, "random_state": None},
    ).fit(ctx, frame)


def _processor_s() -> float:
    """Processor time of this party and the workers that it has started."""
    own = psutil.Process()
    return float(sum(sum(each.cpu_times()[:4]) for each in [own, *own.children(recursive=True)] if each.is_running()))


def run(ctx: Any) -> None:
    """One party."""
    job = _options()
    frame = _frame(ctx, job)
    start, spent = time.perf_counter(), _processor_s()
    {"secureboost": _secureboost, "sshe_lr": _sshe_lr}[job["what"]](ctx, job, frame)
    figures = {"seconds": time.perf_counter() - start, "processor_s": _processor_s() - spent}
    Path(f"{job['answer']}.{'guest' if ctx.is_on_guest else 'host'}").write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    sys.argv += ["--parties", "guest:9999", "host:10000", "--log_level", "WARNING"]
    launch(run)
