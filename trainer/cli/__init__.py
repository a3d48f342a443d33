"""The `trainer` command and its subcommands."""

import errno
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from trainer.cli.admin import manage_keys, manage_plans, manage_users
from trainer.cli.audit import manage_audit_log
from trainer.cli.certificates import freeze_verification_site, manage_certificates
from trainer.cli.context import CommandRefused
from trainer.cli.doctor import check_deployment
from trainer.cli.server import load_example_project, run_server, run_worker, serve_supervised, upgrade_database
from trainer.storage import StorageError

COMMANDS = (
    run_server,
    run_worker,
    serve_supervised,
    upgrade_database,
    load_example_project,
    check_deployment,
    manage_users,
    manage_plans,
    manage_keys,
    manage_certificates,
    manage_audit_log,
    freeze_verification_site,
)
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)


class ExplainingGroup(click.Group):
    """The commands, whose failures to reach the database or to write a file end with a sentence."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was asked for. Raises CommandRefused for what the operator can put right."""
        try:
            return super().invoke(context)
        except (OperationalError, InterfaceError, InternalError) as error:
            raise CommandRefused(f"The database can't be used: {describe_database_error(error)}") from error
        except StorageError as error:
            raise CommandRefused(f"The storage of files failed ({type(error).__name__}): {error}") from error
        except OSError as error:
            if error.errno not in UNWRITABLE:
                raise
            raise CommandRefused(f"{error.filename or 'A file'} can't be written: {error.strerror}") from error


def describe_database_error(error: DBAPIError) -> str:
    """Return what the driver says, as one line without the statement."""
    return " ".join(str(error.orig).split())[:300]


@click.group(cls=ExplainingGroup)
def main() -> None:
    """Run seminars from the registration link to a certificate that anyone can verify."""


for command in COMMANDS:
    main.add_command(command)
