"""Health checks for load balancers and container managers."""

import os
from pathlib import Path
from tempfile import TemporaryFile

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trainer.extensions import db
from trainer.settings import Settings, get_settings

blueprint = Blueprint("web_health", __name__)

PROBE_BYTES = 1024 * 1024  # room for a few requests: a certificate, a photo
DATABASE_CHECKS = {
    "sqlite": "SELECT 'off'",  # a file on a medium that can't be written shows with the probe
    "postgresql": "SELECT current_setting('transaction_read_only')",
}


@blueprint.get("/healthz")
def view_liveness() -> ResponseReturnValue:
    """Report that the process answers requests."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def view_readiness() -> ResponseReturnValue:
    """Report whether the database answers, and database and disk can be written; status 503 if not."""
    try:
        is_read_only = db.session.scalar(text(DATABASE_CHECKS[db.engine.dialect.name])) == "on"
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    if is_read_only:
        return jsonify(status="the database can only be read"), 503
    if not can_write_files(get_settings()):
        return jsonify(status="no file can be written"), 503
    return jsonify(status="ok")


def can_write_files(settings: Settings) -> bool:
    """Return whether PROBE_BYTES fit into the instance folder, and the SQLite file may be written."""
    database = Path(db.engine.url.database or "")
    if settings.uses_sqlite and database.is_file() and not os.access(database, os.W_OK):
        return False
    try:
        with TemporaryFile(dir=settings.instance) as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
    except OSError:
        return False
    return True
