"""`trainer audit`: checking the log of changes."""

import sys

import click

from trainer.audit.verification import verify_chain
from trainer.cli.context import build_application
from trainer.extensions import db


@click.group("audit")
def manage_audit_log() -> None:
    """Check the log of changes."""


@manage_audit_log.command("verify")
def verify_audit_log() -> None:
    """Check the chain of the audit log; exit code 1, and the first broken entry, if somebody changed it.

    Keep the last line elsewhere: an older one must be among the log lines of the server, with the same hash.
    """
    with build_application().app_context():
        report = verify_chain(db.session())
    if report.fault:
        click.echo(f"entry {report.broken_number}: {report.fault}")
    click.echo(f"{report.number} entries in order, head {report.hash}")
    sys.exit(1 if report.fault else 0)
