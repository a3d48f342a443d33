"""`trainer doctor`: every setting with where it comes from, and what does not work."""

import os
import sys
from dataclasses import Field, fields
from typing import Any

import click
from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from certificates import MalformedKey
from trainer.cli.context import application, settings_of
from trainer.extensions import db
from trainer.issuing.issuance.context import signer_of
from trainer.issuing.issuance.keys import key_file
from trainer.messages.smtp import MailServer, ServerDown
from trainer.settings import NAMES, Settings, read_file


@click.command()
def doctor() -> None:
    """Print every setting, where it comes from, and whether what it names answers."""
    app = application()
    settings = settings_of(app)
    in_file = read_file(settings.instance / "trainer.cfg")
    for each in fields(Settings):
        name = each.name.upper()
        source = "environment" if os.environ.get(name) else "trainer.cfg" if name in in_file else "default"
        click.echo(f"{name} = {shown(each, settings)}  [{source}]  {NAMES[name].metadata['meaning']}")
    findings = ailments(app)
    for finding in findings:
        click.echo(f"! {finding}")
    sys.exit(1 if findings else 0)


def shown(setting: Field[Any], settings: Settings) -> Any:
    """Give what may be printed of a setting: no secret, no password of a database."""
    value = getattr(settings, setting.name)
    if setting.repr or not value:
        return value
    return make_url(value) if setting.name in ("database_url", "smtp_url") else "(kept secret)"


def ailments(app: Flask) -> list[str]:
    """Name what does not work, or works on this machine only."""
    settings, found = settings_of(app), []
    with app.app_context():
        try:
            db.session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            found.append(f"The database does not answer: {error.__class__.__name__}: {str(error.__cause__)[:200]}")
    try:
        signer_of(settings)
    except (MalformedKey, OSError, ImportError) as error:
        found.append(f"SIGNATURE_FILE can't be used: {error}")
    if settings.smtp_url:
        try:
            with MailServer.of(settings.smtp_url).connected():
                pass
        except ServerDown as error:
            found.append(f"The mail server does not answer: {error}")
    if not settings.public:
        found.append(
            "BASE_URL is not an https address: certificates outside the example can't be issued, and cameras work on this machine only."
        )
    if not key_file(settings).exists() and (settings.signing_key_file or not settings.sqlite):
        found.append(f"There is no signing key at {key_file(settings)}: make one with `trainer keys rotate`.")
    return found
