"""The file of a service's settings, as it is written when the service is set up: every setting with what it means."""

import json
import textwrap
from collections.abc import Collection, Mapping
from typing import Any

from pydantic_core import PydanticUndefined

from common.settings import ServiceSettings

_WIDTH = 118
_HEAD = (
    "Settings of {service}. A line that begins with # tells a default; take the # away to change it. An environment"
    " variable HANSE_{prefix}_<NAME> comes before this file. Paths are taken from this file's folder; restart the"
    " service after a change."
)


def settings_file(settings: type[ServiceSettings], given: Mapping[str, Any], without: Collection[str] = ()) -> str:
    """Write TOML in which all but the given settings are comments that tell the defaults.

    Parameters
    ----------
    given
        Setting → value that is not the default.
    without
        Settings that are not written: the service does not use them.
    """
    parts = [_comment(_HEAD.format(service=settings.service, prefix=settings.service.upper()))]
    for name, field in settings.model_fields.items():
        if name in without:
            continue
        about = _comment(field.description or name)
        if name in given:
            parts.append(f"{about}\n{name} = {_toml(given[name])}")
        elif field.default is PydanticUndefined:
            msg = f"{name} has no default and is not given"
            raise ValueError(msg)
        elif field.default is None:
            parts.append(f"{about}\n# {name} is not set; a file or folder: {name} = {_toml('PATH')}")
        else:
            parts.append(f"{about}\n# {name} = {_toml(field.default)}")
    return "\n\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(text, _WIDTH))


def _toml(value: object) -> str:
    # Of texts, numbers and truth values, JSON's form is TOML's; but for the sign DEL, which TOML does not take bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
