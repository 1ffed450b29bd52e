"""sf-heu as a peer, in an environment of its own: reads names of operations, writes microseconds a number.

Started by `benchmarks.he` with the interpreter that HANSE_HEU_PYTHON names; imports nothing of Hanse.
"""

import sys
import time
from collections.abc import Callable

from heu import numpy as hnp
from heu import phe

COUNT, CELLS = 64, 16


def main(scheme: str, bits: int) -> None:
    """Answer until the input ends."""
    kit = hnp.setup(getattr(phe.SchemaType, scheme), bits)
    evaluator = kit.evaluator()
    plain = kit.array(list(range(1, COUNT + 1)))
    block = kit.encryptor().encrypt(plain)
    factors = kit.array([(1 << 53) - 54321 - index for index in range(COUNT)])
    matrix = kit.array([[(1 << 30) - row for _ in range(CELLS)] for row in range(COUNT)])
    actions: dict[str, tuple[int, Callable[[], object]]] = {
        "encrypt": (COUNT, lambda: kit.encryptor().encrypt(plain)),
        "decrypt": (COUNT, lambda: kit.decryptor().decrypt(block)),
        "add": (COUNT, lambda: evaluator.add(block, block)),
        "multiply by 53 bits": (COUNT, lambda: evaluator.mul(block, factors)),
        "X'·[[d]], 30 bits, per entry of X": (COUNT * CELLS, lambda: evaluator.matmul(block, matrix)),
        "histogram, per row and feature": (COUNT, lambda: evaluator.sum(block)),
    }
    for _, work in actions.values():
        work()
    print("ready", flush=True)  # noqa: T201 - the answer itself
    for line in sys.stdin:
        count, work = actions[line.strip()]
        start = time.process_time()
        work()
        print((time.process_time() - start) / count * 1e6, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
