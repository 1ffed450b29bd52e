"""`python -m serving --config FILE [--check-config]`, and `python -m serving create-key` for applications."""

from contextlib import ExitStack
from pathlib import Path

import click

from common import log
from common.commands import Commands
from common.runner import run
from serving.app import ServingApp, build_core
from serving.settings import ServingSettings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--config", type=_FILE, help="Serving's TOML file.")
@click.option("--check-config", is_flag=True, help="Check the settings and exit.")
@click.pass_context
def main(context: click.Context, config: Path | None, *, check_config: bool) -> None:
    """Serve published models."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise click.UsageError("give --config FILE or a command")
    settings = ServingSettings.load(config)
    if check_config:
        click.echo(f"{config}: ok")
        return
    log.configure("serving", settings.log_level)
    run(ServingApp(settings))


@main.command("create-key")
@click.option("--config", type=_FILE, required=True, help="Serving's TOML file.")
@click.option("--model", required=True, help="The model that the key opens.")
@click.option("--client", required=True, help="Who gets the key.")
@click.option("--calls-per-minute", type=int, default=60, show_default=True)
def create_key(config: Path, model: str, client: str, calls_per_minute: int) -> None:
    """Make an API key and print it; it is kept as a hash only, so it cannot be shown again."""
    with ExitStack() as stack:
        core = build_core(ServingSettings.load(config), stack)
        click.echo(core.keys.create(model, client, calls_per_minute)[0])


if __name__ == "__main__":
    main(prog_name="python -m serving")
