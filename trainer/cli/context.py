"""A copy of trainer as the commands see it: its application, its settings, its keys, and what is refused in a sentence."""

import click
from flask import Flask

from certificates import Keyring, MalformedKey
from trainer import create_app
from trainer.issuing.issuance.keys import NoSigningKey, get_signing_key_path, load_keyring
from trainer.settings import SettingInvalid, Settings


class CommandRefused(click.ClickException):
    """Something can't be done as asked; exit code 2, as for wrong use."""

    exit_code = 2


def build_application() -> Flask:
    """Make the application, turning a wrong setting into a sentence."""
    try:
        return create_app()
    except SettingInvalid as error:
        raise CommandRefused(str(error)) from error


def get_app_settings(app: Flask) -> Settings:
    """The settings of an application."""
    settings: Settings = app.extensions["settings"]
    return settings


def require_keyring(settings: Settings) -> Keyring:
    """Load this copy's keys, or say in a sentence what is wrong with them."""
    try:
        return load_keyring(settings)
    except NoSigningKey as error:
        raise CommandRefused(f"There is no signing key at {error}: make one with `trainer keys rotate`.") from error
    except MalformedKey as error:
        raise CommandRefused(f"{get_signing_key_path(settings)}: {error}") from error
