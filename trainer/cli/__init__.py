"""The `trainer` command and its subcommands."""

import click

from trainer.cli.admin import keys, plan, user
from trainer.cli.certificates import certificates, freeze_verification_site
from trainer.cli.doctor import doctor
from trainer.cli.server import example, jobs, run, upgrade


@click.group()
def main() -> None:
    """Run seminars from the registration link to a certificate that anyone can verify."""


for command in (run, jobs, upgrade, example, doctor, user, plan, keys, certificates, freeze_verification_site):
    main.add_command(command)
