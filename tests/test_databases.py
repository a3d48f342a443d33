"""The databases of the tests: what a test that failed leaves to the next one."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import databases
from tests.factories import a_project
from trainer.projects.models import Project
from trainer.settings import Settings


def test_a_failure_in_a_session_leaves_nothing_to_the_next(
    app: Flask, settings: Settings, sqlite_template: Path
) -> None:
    with pytest.raises(RuntimeError), databases.own_session(app) as session:
        a_project(session)
        session.commit()
        raise RuntimeError
    databases.renew(settings, sqlite_template)

    with databases.own_session(app) as session:
        assert session.scalars(select(Project)).all() == []
