"""Loops over many field elements, compiled on first use. One folder, since kernels call each other: see `kernel_cache`.

Nothing here checks lengths and indices; the packages that call it make them. `loaded` is the way in.
"""

import functools
from types import ModuleType
from typing import NamedTuple

from kernel.core.errors import ComponentFailure


class NoCompiler(ComponentFailure):
    """The machine cannot compile the kernels, or they compute wrongly."""

    code = "HAN-4031"
    title = "This machine cannot run compiled kernels"
    hint = "Install numba (`pip install 'hanse[kernel]'`), or agree on another protocol, such as curve25519."


class Kernels(NamedTuple):
    """The compiled modules."""

    field: ModuleType
    code: ModuleType
    table: ModuleType


@functools.cache
def loaded() -> Kernels:
    """Import the kernels and try the multiplication that all depends on.

    Raises
    ------
    NoCompiler
        numba is missing or fails, or the processor's carry-less multiplication does.
    """
    try:
        from kernel.crypto.kernels import code, field, table  # numba takes half a second, and fusion may lack it

        right = field.tried()
    except Exception as error:
        raise NoCompiler(f"{type(error).__name__}: {error}") from error
    if not right:
        raise NoCompiler("a product in GF(2^128) is wrong")
    return Kernels(field, code, table)
