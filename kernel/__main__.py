"""`python -m kernel --config FILE [--check-config]`."""

from pathlib import Path

import click

from common.runner import run
from kernel.app import KernelApp
from kernel.settings import KernelSettings


@click.command()
@click.option("--config", required=True, type=click.Path(path_type=Path), help="The kernel's TOML file.")
@click.option("--check-config", is_flag=True, help="Check the file and exit.")
def main(config: Path, *, check_config: bool) -> None:
    """Run the kernel of a member."""
    settings = KernelSettings.load(config)
    if not check_config:
        run(KernelApp(settings, config))


if __name__ == "__main__":
    main()
