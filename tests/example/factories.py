"""Load the example as the first start does."""

from flask import Flask
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.example.load import load_example
from trainer.issuing.issuance.context import build_issuing_context
from trainer.projects.models import Project


def load_example_project(app: Flask, session: Session) -> Project:
    """Load the example and commit."""
    with app.app_context():
        project = load_example(session, build_issuing_context(app.extensions["settings"]), now())
    session.commit()
    return project
