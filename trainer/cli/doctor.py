"""`trainer doctor`: prints every setting with its source, and checks what the settings refer to."""

import os
import sys
from dataclasses import Field, fields
from typing import Any

import click
from flask import Flask
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from trainer.attendance.models import SheetScan
from trainer.attendance.sheets.scan_views import SCAN_AREA
from trainer.cli.context import build_application, describe_signature_problem, get_app_settings
from trainer.evidence.models import EvidenceItem
from trainer.extensions import db, limiter
from trainer.issuing.issuance.keys import SigningKeyUnusable, get_signing_key_path, load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.messages.smtp import MailServer, MailServerDown
from trainer.projects.models import Project
from trainer.settings import SETTING_FIELDS, Settings, read_settings_file
from trainer.storage import Storage, StorageError
from trainer.surveys.postgres_log import list_log_obstacles

URL_SETTINGS = ("database_url", "smtp_url", "ratelimit_storage")  # printed without their password
CONNECTIONS_OF_A_THREAD = 2  # one for transactions, one in autocommit mode
CONNECTIONS_OF_JOBS = 5
STORED_FILES = (
    ("", IssuedCertificate.pdf_sha256, "certificates"),
    ("", Project.logo_sha256, "logos"),
    (SCAN_AREA, SheetScan.sha256, "scans of sign-in sheets"),
    ("", EvidenceItem.sha256, "files of evidence"),
    ("", EvidenceItem.cleaned_sha256, "files of evidence without place and device"),
)
"""The columns that name stored files: their area of the storage, the column, what the files are."""


@click.command("doctor")
def check_deployment() -> None:
    """Print every setting with its source, and whether database, mail server and keys work."""
    app = build_application()
    settings = get_app_settings(app)
    in_file = read_settings_file(settings.instance / "trainer.cfg")
    for setting_field in fields(Settings):
        name = setting_field.name.upper()
        source = "environment" if os.environ.get(name) else "trainer.cfg" if name in in_file else "default"
        click.echo(
            f"{name} = {format_setting(setting_field, settings)}  [{source}]  {SETTING_FIELDS[name].metadata['meaning']}"
        )
    findings = list_deployment_problems(app)
    for finding in findings:
        click.echo(f"! {finding}")
    sys.exit(1 if findings else 0)


def format_setting(setting_field: Field[Any], settings: Settings) -> Any:
    """Return the printable value of a setting; secrets and passwords are hidden."""
    value = getattr(settings, setting_field.name)
    if setting_field.name == "workers" and not value:
        return f"{value} ({settings.worker_count} on this machine)"
    if setting_field.repr or not value:
        return value
    return make_url(value) if setting_field.name in URL_SETTINGS else "(kept secret)"


def list_deployment_problems(app: Flask) -> list[str]:
    """Return a sentence for everything that does not work, or works on this machine only."""
    settings, problems = get_app_settings(app), []
    with app.app_context():
        try:
            db.session.execute(text("SELECT 1"))
            problems += describe_log_obstacles(list_log_obstacles(db.session()))
            problems += list_connection_problems(db.session(), settings)
        except SQLAlchemyError as error:
            problems.append(f"The database does not answer: {error.__class__.__name__}: {str(error.__cause__)[:200]}")
        problems += list_storage_problems(settings)
        problems += list_rate_limit_problems(settings)
    signature_problem = describe_signature_problem(app)
    if signature_problem:
        problems.append(signature_problem)
    if settings.smtp_url:
        try:
            with MailServer.from_url(settings.smtp_url).open_connection():
                pass
        except MailServerDown as error:
            problems.append(f"The mail server does not answer: {error}")
    if not settings.has_public_address:
        problems.append(
            "BASE_URL is not an https address: certificates outside the example can't be issued, and cameras work on this machine only."
        )
    if not get_signing_key_path(settings).exists() and (settings.signing_key_file or not settings.uses_sqlite):
        problems.append(
            f"There is no signing key at {get_signing_key_path(settings)}: make one with `trainer keys rotate`."
        )
    if get_signing_key_path(settings).exists():
        try:
            load_keyring(settings)
        except SigningKeyUnusable as error:
            problems.append(f"{get_signing_key_path(settings)}: {error}")
    return problems


def list_connection_problems(session: Session, settings: Settings) -> list[str]:
    """Return whether PostgreSQL accepts fewer connections than the threads of all processes may open."""
    if settings.uses_sqlite:
        return []
    accepted = int(session.execute(text("SHOW max_connections")).scalar_one())
    needed = settings.worker_count * settings.threads * CONNECTIONS_OF_A_THREAD + CONNECTIONS_OF_JOBS
    if needed <= accepted:
        return []
    return [
        f"PostgreSQL accepts {accepted} connections, and WORKERS × THREADS may need {needed}: lower WORKERS or THREADS, "
        "or raise max_connections."
    ]


def list_rate_limit_problems(settings: Settings) -> list[str]:
    """Return whether the processes can't count together."""
    if settings.worker_count > 1 and settings.ratelimit_url == "process://":
        return [
            f"RATELIMIT_STORAGE is process://, so each of {settings.worker_count} processes counts for itself: "
            "leave it empty, or set database:// or redis://…"
        ]
    if not limiter.storage.check():
        return ["The storage of the rate limits (RATELIMIT_STORAGE) does not answer: each process counts for itself."]
    return []


def list_storage_problems(settings: Settings) -> list[str]:
    """Return why files can't be written, read and deleted, else which files the database names and the storage lacks."""
    storage, content = Storage.from_settings(settings), os.urandom(32)
    try:
        digest = storage.store_content(content)
        storage.load_content(digest)
        storage.delete_content(digest)
        if storage.has_content(digest):
            return ["A file that was deleted is still in the storage of files (STORAGE_URL)."]
        return list_missing_files(db.session(), settings)
    except StorageError as error:
        return [f"The storage of files (STORAGE_URL) can't be used: {type(error).__name__}: {error}"]
    except SQLAlchemyError:
        return []  # named as a problem of the database


def list_missing_files(session: Session, settings: Settings) -> list[str]:
    """Return how many files of each kind the database names and the storage lacks. Raises StorageError."""
    sentences: list[str] = []
    areas = {area for area, _column, _kind in STORED_FILES}
    stored = {area: set(Storage.from_settings(settings, area).list_hashes()) for area in areas}
    for area, column, kind in STORED_FILES:
        missing = sorted(set(session.scalars(select(column).where(column != ""))) - stored[area])
        if missing:
            sentences.append(f"The storage of files lacks {kind}: {len(missing)}, such as {missing[0]}.")
    return sentences


def describe_log_obstacles(obstacles: list[str]) -> list[str]:
    """Return what the missing rights mean for anonymous surveys, and the SQL that grants them."""
    if not obstacles:
        return []
    return [
        "After an anonymous survey is closed, the log files of PostgreSQL can still link its answers to people, and the "
        "survey form says so. To have them overwritten, run this in the database of trainer as its superuser:",
        *(f"  {obstacle}" for obstacle in obstacles),
    ]
