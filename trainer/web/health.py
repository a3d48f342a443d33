"""What machines ask: is the process alive, can it reach its database."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trainer.extensions import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def view_liveness() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def view_readiness() -> ResponseReturnValue:
    """The database answers too."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok")
