"""Where the compiled kernels of this package may lie: beside those of `paillier.wide`, whose vectors they use."""

import hashlib
from pathlib import Path

from numba import config

from kernel.crypto.paillier.wide import cache


def claim() -> bool:
    """Point numba at a private folder of these very sources; False if there is none."""
    if not cache.claim():
        return False
    sources = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    beside = Path(config.CACHE_DIR)  # type: ignore[attr-defined]
    folder = cache.private(beside / f"curve-{hashlib.sha256(sources).hexdigest()[:16]}")
    if folder is None:
        return False
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return True
