"""Finds the components: a folder under `kernel/components` with a COMPONENT is registered."""

import functools
import importlib
import pkgutil

from kernel.core.component import Component
from kernel.core.errors import BadParameters


@functools.cache
def components(package: str = "kernel.components") -> dict[str, Component]:
    """Every component by name."""
    found: dict[str, Component] = {}
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        if module.ispkg:
            component: Component = importlib.import_module(f"{package}.{module.name}").COMPONENT
            found[component.name] = component
    return dict(sorted(found.items()))


def find(name: str, version: str = "") -> Component:
    """Find a component by name; an empty version takes what is installed.

    Raises
    ------
    BadParameters
        It is not installed here, or in another version.
    """
    component = components().get(name)
    if component is None:
        raise BadParameters(f"component {name!r} is not installed", hint="Install the same Hanse at every member.")
    if version and component.version != version:
        raise BadParameters(
            f"component {name} is installed as {component.version}, the job asks for {version}",
            hint="Install the same Hanse at every member.",
        )
    return component
