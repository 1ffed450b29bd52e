"""Which arithmetic serves: the widest that this processor has and that passes its trial, else one point at a time."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kernel.crypto.curve.wide.kinds import Kind

VARIABLE = "HANSE_CURVE_PATH"
PORTABLE = "portable"
NEEDS = {  # of the processor, the best first
    "halves": ("avx512f", "avx512ifma"),
    "long-fused": ("avx512f",),
    "fused": ("avx2", "fma"),
}
_FEW = 16  # fewer points are not worth a call of the kernels
WORTH = 1 << 14  # points of a process, all in all, that are worth compiling the kernels, or loading and trying them
_computed = [0]

log = structlog.get_logger()


def chosen(count: int) -> Kind | None:
    """Return what computes `count` points, None for one at a time; HANSE_CURVE_PATH forces it.

    Raises
    ------
    RuntimeError
        The forced path does not exist or cannot run here.
    """
    forced = os.environ.get(VARIABLE)
    if not forced:
        return best() if _worth(count) else None
    if forced == PORTABLE:
        return None
    if forced not in NEEDS:
        raise RuntimeError(f"{VARIABLE} is {forced!r}; it may be {', '.join(NEEDS)} or {PORTABLE}")
    kind = tried(forced)
    if kind is None:
        needs = " and ".join(NEEDS[forced])
        raise RuntimeError(f"{VARIABLE} asks for {forced!r}: it takes numba and {needs}; the log says what lacks")
    return kind


def _worth(count: int) -> bool:
    """Whether a process has computed enough points to have kernels; one that computes few is done sooner."""
    _computed[0] += count
    return count >= _FEW and _computed[0] >= WORTH


@functools.cache
def best() -> Kind | None:
    """Return the first that serves; None, and a line in the log for each that fails, costs time and never the job."""
    return next((kind for path in NEEDS if _has(path) and (kind := tried(path)) is not None), None)


@functools.cache
def tried(path: str) -> Kind | None:
    """Return the kind of a path if it gives the right numbers in this process."""
    try:
        if not _has(path):
            return _without(path, "the processor has no " + " and ".join(NEEDS[path]))
        from kernel.crypto.curve.wide import trial
        from kernel.crypto.curve.wide.kinds import KINDS

        return KINDS[path] if trial.passes(KINDS[path]) else _without(path, "its results are wrong")
    except Exception as error:  # noqa: BLE001 - an import, a compiler or a cache may fail in any way
        return _without(path, f"{type(error).__name__}: {error}")


def _has(path: str) -> bool:
    features = processor()
    return all(features.get(name) for name in NEEDS[path])


def processor() -> Mapping[str, bool]:
    """Return what the processor has; nothing without llvmlite, which only the kernel's extra installs."""
    try:
        from llvmlite.binding import get_host_cpu_features
    except ImportError:
        return {}
    return dict(get_host_cpu_features())


def _without(path: str, reason: str) -> Kind | None:
    log.warning("curve_without_wide_arithmetic", path=path, reason=reason)
    return None
