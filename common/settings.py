"""Settings of a service: a TOML file, overridden by environment variables ``HANSE_<SERVICE>_<KNOB>``."""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from common.errors import HanseError

# SQLAlchemy and MongoDB take any sign but @ between : and @; both take a password as a parameter, too.
_PASSWORD = re.compile(r"(://[^/@:]*:)[^@]*@|([?&;](?:password|passwd|pwd|sslpassword|token)=)[^&;#\s]*", re.IGNORECASE)


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1]}***@" if found[1] else f"{found[2]}***"


class BadSettingsError(HanseError):
    """The configuration file or an environment variable is wrong."""

    code = "HAN-1040"
    title = "The configuration is not valid"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Correct the named setting; `python -m <service> --config FILE --check-config` checks without starting."


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting as it is in force; passwords in URLs are hidden."""

    name: str
    value: str
    description: str
    changed: bool  # whether it differs from the default


class ServiceSettings(BaseSettings):
    """Knobs that every service has. Subclasses set `service` and add their own.

    Relative paths are taken from the folder of the configuration file.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")
    service: ClassVar[str] = "service"

    home: Path = Field(description="The member's home folder; its identity is in <home>/identity.")
    data: Path = Field(description="The service's own folder: database, spool, files.")
    listen: str = Field(
        default="127.0.0.1:0", description="Address of the signed gRPC server, host:port; port 0 picks one."
    )
    health_port: int = Field(
        default=0, ge=0, le=65535, description="Loopback port of /health and /metrics; 0 picks one."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged."
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: an SQLite file in the data folder.")
    passphrase_file: Path | None = Field(
        default=None, description="File (mode 0600) with the passphrase of the private keys."
    )

    def described(self) -> list[Knob]:
        """Tell every knob, for operators."""
        knobs = []
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            text = _PASSWORD.sub(_hidden, "" if value is None else str(value))
            knobs.append(Knob(name, text, field.description or "", changed=value != field.default))
        return knobs

    @model_validator(mode="before")
    @classmethod
    def _default_database(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("database_url") and values.get("data"):
            values = {**values, "database_url": f"sqlite:///{Path(values['data']).absolute() / cls.service}.db"}
        return values

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (signature of pydantic-settings)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file; the prefix keeps `HOME` and the like from being read."""
        prefix = f"HANSE_{cls.service.upper()}_"
        return EnvSettingsSource(settings_cls, env_prefix=prefix, env_nested_delimiter="__"), init_settings

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read the file at `path` and the environment; raises `BadSettingsError` naming the knob."""
        file = Path(path)
        try:
            values = tomllib.loads(file.read_text("utf-8"))
        except OSError as problem:
            raise BadSettingsError(f"{file} cannot be read: {problem.strerror}") from problem
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise BadSettingsError(f"{file} is not TOML: {problem}") from problem
        for name, field in cls.model_fields.items():
            if field.annotation in (Path, Path | None) and isinstance(values.get(name), str):
                values[name] = file.absolute().parent / values[name]
        try:
            return cls(**values)
        except ValidationError as problem:
            lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in problem.errors()]
            raise BadSettingsError(f"{file}: " + "; ".join(lines)) from problem

    def passphrase(self) -> str | None:
        """Read the passphrase, or None when none is configured; a file that others may read is refused."""
        if self.passphrase_file is None:
            return None
        try:
            mode = self.passphrase_file.stat().st_mode
            text = self.passphrase_file.read_text("utf-8")
        except OSError as problem:
            raise BadSettingsError(f"passphrase_file cannot be read: {problem.strerror}") from problem
        if stat.S_IMODE(mode) & 0o077:
            raise BadSettingsError("passphrase_file may be read by others", hint="chmod 600 the file.")
        return text.rstrip("\r\n")
