"""Health checks for load balancers and container managers."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trainer.extensions import db

blueprint = Blueprint("web_health", __name__)


@blueprint.get("/healthz")
def view_liveness() -> ResponseReturnValue:
    """Report that the process answers requests."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def view_readiness() -> ResponseReturnValue:
    """Report whether the database answers; status 503 if it does not."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok")
