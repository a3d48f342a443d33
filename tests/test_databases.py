"""The databases of the tests are clean after a test that failed."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import databases
from tests.factories import create_project
from trainer.projects.models import Project
from trainer.settings import Settings


def test_a_failure_in_a_session_leaves_nothing_to_the_next(
    app: Flask, settings: Settings, sqlite_template: Path
) -> None:
    with pytest.raises(RuntimeError), databases.open_session(app) as session:
        create_project(session)
        session.commit()
        raise RuntimeError
    databases.reset_instance(settings, sqlite_template)

    with databases.open_session(app) as session:
        assert session.scalars(select(Project)).all() == []
