"""Private set intersection: the port, and one folder a protocol; a folder that exists is registered."""

import importlib
import pkgutil
from functools import cache

from kernel.protocol.psi.port import Psi


@cache
def protocols() -> dict[str, Psi]:
    """Return all protocols by name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg and module.name != "tests"]
    found = [importlib.import_module(f"{__name__}.{name}").PSI for name in sorted(names)]
    flat = [psi for one in found for psi in (one if isinstance(one, tuple) else (one,))]
    return {psi.name: psi for psi in flat}
