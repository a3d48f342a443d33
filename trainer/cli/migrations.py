"""`python -m trainer.cli.migrations`: writing a migration and undoing one, for developers."""

import click
from alembic.command import revision as write_revision

from trainer.cli.context import build_application
from trainer.schema import build_config, downgrade_schema


@click.group()
def run_developer_command() -> None:
    """Write a migration, or undo one."""


@run_developer_command.command("new")
@click.argument("number")
@click.argument("name")
def create_migration(number: str, name: str) -> None:
    """Write a migration with what differs between the models and the database of this instance."""
    with build_application().app_context():
        write_revision(build_config(), name, autogenerate=True, rev_id=number)


@run_developer_command.command("downgrade")
@click.argument("revision", default="-1")
def undo_migration(revision: str) -> None:
    """Downgrade the database of this instance."""
    with build_application().app_context():
        downgrade_schema(revision)


if __name__ == "__main__":
    run_developer_command()
