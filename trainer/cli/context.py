"""What the commands share: the application, its settings and keys, and errors that end a command."""

import click
from flask import Flask

from certificates import Keyring, MalformedKey
from trainer import create_app
from trainer.issuing.issuance.keys import NoSigningKey, get_signing_key_path, load_keyring
from trainer.settings import SettingInvalid, Settings


class CommandRefused(click.ClickException):
    """The command can't do what was asked; exit code 2, as for wrong usage."""

    exit_code = 2


def build_application() -> Flask:
    """Create the application. Raises CommandRefused for an invalid setting."""
    try:
        return create_app()
    except SettingInvalid as error:
        raise CommandRefused(str(error)) from error


def get_app_settings(app: Flask) -> Settings:
    """Return the settings of an application."""
    settings: Settings = app.extensions["settings"]
    return settings


def require_keyring(settings: Settings) -> Keyring:
    """Return the signing keys of this deployment. Raises CommandRefused if they are missing or malformed."""
    try:
        return load_keyring(settings)
    except NoSigningKey as error:
        raise CommandRefused(f"There is no signing key at {error}: make one with `trainer keys rotate`.") from error
    except MalformedKey as error:
        raise CommandRefused(f"{get_signing_key_path(settings)}: {error}") from error
