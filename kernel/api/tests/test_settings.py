"""Settings of the kernel that depend on each other."""

from pathlib import Path

import pytest

from common.settings import BadSettingsError
from kernel.settings import KernelSettings


def _load(tmp_path: Path, text: str) -> KernelSettings:
    file = tmp_path / "kernel.toml"
    file.write_text(f'home = "h"\ndata = "d"\ngateway_address = "127.0.0.1:1"\n{text}')
    return KernelSettings.load(file)


def test_each_opened_database_has_its_authority_or_none(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    made = _load(tmp_path, f'import_databases = ["a:1", "b:2"]\nimport_database_ca = {{ "a:1" = "{ca}" }}\n')
    assert made.databases == {"a:1": ca, "b:2": None}
    assert KernelSettings.model_validate_json(made.model_dump_json()) == made, "as it goes to the executors"


@pytest.mark.parametrize(("address", "file"), [("a:11", "ca.pem"), ("a:1", "none.pem")])
def test_a_slip_does_not_leave_a_database_unverified(tmp_path: Path, address: str, file: str) -> None:
    (tmp_path / "ca.pem").touch()
    with pytest.raises(BadSettingsError, match="import_database_ca"):
        _load(tmp_path, f'import_databases = ["a:1"]\nimport_database_ca = {{ "{address}" = "{tmp_path / file}" }}\n')
