"""The settings file that a set-up writes."""

import tomllib
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from common.settings import ServiceSettings
from common.settings_file import settings_file


class ToySettings(ServiceSettings):
    service: ClassVar[str] = "toy"
    limit: int = Field(default=3, ge=1, description="A number. " + "Long words about it. " * 20)
    share: float = Field(default=0.5, description="A share.")
    on: bool = Field(default=True, description="Whether.")
    greeting: str = Field(default='say "hello"\\ \u4f60\u597d', description="A text.")


def test_what_is_given_holds_and_what_is_a_comment_is_the_default(tmp_path: Path) -> None:
    given = {"home": ".", "data": "data", "limit": 5, "greeting": 'a "b" \\ \x7f'}
    text = settings_file(ToySettings, given, {"listen"})
    file = tmp_path / "toy.toml"
    file.write_text(text, "utf-8")
    read = ToySettings.load(file)
    assert (read.home, read.limit, read.greeting) == (tmp_path, 5, 'a "b" \\ \x7f')
    assert max(map(len, text.splitlines())) <= 120
    assert "listen" not in text
    names = set(ToySettings.model_fields) - {"listen", "passphrase_file", *given}
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    opened = "\n".join(line for line in lines if line.split(" = ")[0] in names)
    defaults = {name: ToySettings.model_fields[name].default for name in names}
    assert tomllib.loads(opened) == defaults


def test_what_has_no_default_must_be_given() -> None:
    with pytest.raises(ValueError, match="data has no default"):
        settings_file(ToySettings, {"home": "."})
