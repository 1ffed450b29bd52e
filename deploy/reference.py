"""`python -m deploy.reference [--check]`: writes docs/reference from the code, or says what differs from it.

So it does with the catalogue of components that the board's tests have in a kernel's place.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

from common.errors import HanseError
from kernel.core.component import Component
from kernel.core.registry import components

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("common", "ledger", "union", "gateway", "kernel", "flow", "board", "serving", "fusion", "hanse", "deploy")
_MADE = "<!-- made by `make docs`; change the code, not this page -->\n\n"


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them; returns the exit status."""
    files = {
        "docs/reference/errors.md": errors_page(),
        "docs/reference/components.md": components_page(),
        "board/tests/catalogue.json": catalogue(),
    }
    stale = []
    for name, text in files.items():
        path = _ROOT / name
        if "--check" in arguments:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        sys.stderr.write(f"{name} differs from the code: run `make docs`\n")
    return 1 if stale else 0


def catalogue() -> str:
    """Return the manifests of all components as a kernel tells them."""
    told = [component.manifest() | {"hash": component.manifest_hash.hex()} for component in components().values()]
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def errors_page() -> str:
    """Return all error codes with their cause and next step."""
    for package in _PACKAGES:
        _import_all(package)
    known = {error.code: error for error in _subclasses(HanseError) if not error.__module__.startswith("tests")}
    lines = [
        "# Errors",
        "",
        "Every error carries a code, what happened, and what to do next. gRPC and HTTP have the same code.",
        "",
    ]
    lines += ["| code | what | gRPC | HTTP | what to do |", "|---|---|---|---|---|"]
    lines += [
        f"| `{code}` | {error.title} | {error.status} | {error.http} | {error.hint} |"
        for code, error in sorted(known.items())
    ]
    return _MADE + "\n".join(lines) + "\n"


def components_page() -> str:
    """Return each component's ports, parameters, messages and disclosures."""
    return _MADE + "# Components\n\n" + "\n".join(_component(component) for component in components().values())


def _component(component: Component) -> str:
    lines = [f"## {component.name} {component.version}", "", component.about, ""]
    lines += [f"Assumption: {component.assumption}. Roles: {', '.join(sorted(component.run))}.", ""]
    for title, ports in (("Inputs", component.inputs), ("Outputs", component.outputs)):
        told = [f"`{port.name}` ({port.kind}{', optional' if port.optional else ''}): {port.about}" for port in ports]
        lines += [f"{title}: " + ("; ".join(told) or "none") + ".", ""]
    for title, model in (("Shared parameters", component.params), ("Own parameters", component.own_params)):
        fields = model.model_fields
        if fields:
            told = [f"`{name}` = `{field.default}`: {field.description}" for name, field in fields.items()]
            lines += [f"{title}:", "", *(f"- {line}" for line in told), ""]
    if component.messages:
        lines += ["| message | from | to | carries | what |", "|---|---|---|---|---|"]
        lines += [f"| `{m.name}` | {m.sender} | {m.receiver} | {m.carries} | {m.about} |" for m in component.messages]
        lines.append("")
    lines += ["Discloses:", "", *(f"- to each {item.who}: {item.learns}" for item in component.discloses), ""]
    return "\n".join(lines)


def _import_all(package: str) -> None:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        # sf-heu, which "heu" stands for, is not there for every Python and machine, and brings no error of ours.
        if not {"tests", "testing", "migrations", "__main__", "web", "heu"} & set(module.name.split(".")):
            importlib.import_module(module.name)


def _subclasses(kind: type[HanseError]) -> list[type[HanseError]]:
    return [found for child in kind.__subclasses__() for found in (child, *_subclasses(child))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
