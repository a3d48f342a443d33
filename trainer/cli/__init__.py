"""The command `trainer`: running a copy, a look at its settings, its books and its certificates."""

import click

from trainer.cli.admin import keys, plan, user
from trainer.cli.certificates import certificates, freeze_verification_site
from trainer.cli.doctor import doctor
from trainer.cli.server import example, jobs, run, upgrade


@click.group()
def main() -> None:
    """Run seminars from the registration link to the certificate that anyone can check."""


for each in (run, jobs, upgrade, example, doctor, user, plan, keys, certificates, freeze_verification_site):
    main.add_command(each)
