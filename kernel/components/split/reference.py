"""Which ids are held out: those with the smallest seeded hashes, so that it does not depend on the order of rows."""

from collections.abc import Sequence

from kernel.crypto.prg import tag


def held_out(ids: Sequence[str], fraction: float, seed: int) -> set[str]:
    """round(fraction · rows) ids."""
    key = b"hanse-split" + seed.to_bytes(8, "big")
    return set(sorted(ids, key=lambda text: tag(key, text))[: round(fraction * len(ids))])
