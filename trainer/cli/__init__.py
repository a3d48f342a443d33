"""The `trainer` command and its subcommands."""

import click

from trainer.cli.admin import manage_keys, manage_plans, manage_users
from trainer.cli.certificates import freeze_verification_site, manage_certificates
from trainer.cli.doctor import check_deployment
from trainer.cli.server import load_example_project, run_server, run_worker, upgrade_database

COMMANDS = (
    run_server,
    run_worker,
    upgrade_database,
    load_example_project,
    check_deployment,
    manage_users,
    manage_plans,
    manage_keys,
    manage_certificates,
    freeze_verification_site,
)


@click.group()
def main() -> None:
    """Run seminars from the registration link to a certificate that anyone can verify."""


for command in COMMANDS:
    main.add_command(command)
