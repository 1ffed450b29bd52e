"""Settings from file and environment."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from common.settings import BadSettingsError, ServiceSettings


class ToySettings(ServiceSettings):
    service: ClassVar[str] = "toy"
    limit: int = Field(default=3, ge=1, description="A number.")


def test_file_then_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "toy.toml"
    file.write_text('home = "h"\ndata = "d"\nlimit = 5\nlog_level = "debug"\n')
    monkeypatch.setenv("HANSE_TOY_LIMIT", "7")
    monkeypatch.setenv("LIMIT", "9")
    settings = ToySettings.load(file)
    assert (settings.limit, settings.log_level, settings.home) == (7, "debug", tmp_path / "h")
    assert settings.database_url == f"sqlite:///{tmp_path}/d/toy.db"


@pytest.mark.parametrize("text", ["limit = 0", "nonsense = 1", "limit =", 'log_level = "loud"'])
def test_bad_values_name_the_knob(tmp_path: Path, text: str) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(f'home = "h"\ndata = "d"\n{text}\n')
    with pytest.raises(BadSettingsError, match=text.split(maxsplit=1)[0] + "|TOML"):
        ToySettings.load(file)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError, match="cannot be read"):
        ToySettings.load(tmp_path / "none.toml")


def test_passphrase_file_must_be_private(tmp_path: Path) -> None:
    secret = tmp_path / "p"
    secret.write_text("words\n")
    secret.chmod(0o644)
    settings = ToySettings(home=tmp_path, data=tmp_path, passphrase_file=secret)
    with pytest.raises(BadSettingsError, match="others"):
        settings.passphrase()
    secret.chmod(0o600)
    assert settings.passphrase() == "words"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://hanse:s3/cr3t@db:5432/x", "postgresql://hanse:***@db:5432/x"),
        ("postgresql://db/x?user=hanse&password=s3cr3t&sslmode=require", "postgresql://db/x?user=hanse&password=***"),
        ("mongodb://hanse:s3cr3t@a:1,b:2/union?replicaSet=r", "mongodb://hanse:***@a:1,b:2/union?replicaSet=r"),
        ("sqlite:////srv/a@b/board.db", "sqlite:////srv/a@b/board.db"),
    ],
)
def test_no_spelling_of_a_url_shows_its_password(tmp_path: Path, url: str, shown: str) -> None:
    class Example(ServiceSettings):
        service = "example"

    knobs = {knob.name: knob.value for knob in Example(home=tmp_path, data=tmp_path, database_url=url).described()}
    assert knobs["database_url"].startswith(shown)
    assert "cr3t" not in knobs["database_url"]


def test_operators_see_every_knob_and_no_password(tmp_path: Path) -> None:
    class Example(ServiceSettings):
        service = "example"

    made = Example(home=tmp_path, data=tmp_path, database_url="postgresql://hanse:s3cr3t@db:5432/x")
    knobs = {knob.name: knob for knob in made.described()}
    assert knobs["database_url"].value == "postgresql://hanse:***@db:5432/x"
    assert knobs["database_url"].changed
    assert not knobs["log_level"].changed
    assert all(knob.description for knob in knobs.values())
