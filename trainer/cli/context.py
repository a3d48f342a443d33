"""What the commands share: the application, its settings and keys, and errors that end a command."""

import click
from flask import Flask
from flask_babel import force_locale

from certificates import Keyring
from trainer import create_app
from trainer.clock import now
from trainer.issuing.issuance.context import find_signature_problem
from trainer.issuing.issuance.keys import NoSigningKey, SigningKeyUnusable, get_signing_key_path, load_keyring
from trainer.issuing.wording import format_signature_problem
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
    except SigningKeyUnusable as error:
        raise CommandRefused(f"{get_signing_key_path(settings)}: {error}") from error
    except NoSigningKey as error:
        raise CommandRefused(f"There is no signing key at {error}: make one with `trainer keys rotate`.") from error


def describe_signature_problem(app: Flask) -> str:
    """Return in English why files can't be signed, empty if they can or need not be."""
    with app.app_context(), force_locale("en"):
        problem = find_signature_problem(get_app_settings(app), now())
        return format_signature_problem(problem) if problem else ""


def require_signer(app: Flask) -> None:
    """Raise CommandRefused if files are to be signed and can't be."""
    problem = describe_signature_problem(app)
    if problem:
        raise CommandRefused(problem)
