"""The shortcuts of the factories lead to the same rows as the application's own code."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import databases
from tests.factories import NOON, create_project, load_contract_plan
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link
from trainer.base import Base
from trainer.projects.models import Project
from trainer.projects.plan import import_plan
from trainer.settings import Settings


def list_rows_in_order(session: Session) -> dict[str, Any]:
    """Return every row of every table, ordered by primary key."""
    return {
        table.name: session.execute(select(table).order_by(*table.primary_key)).all()
        for table in Base.metadata.sorted_tables
    }


def read_session_cookie(visitor: Visitor) -> dict[str, Any]:
    """Return the content of a visitor's session cookie without the CSRF token."""
    with visitor.client.session_transaction() as cookie:
        return {name: value for name, value in cookie.items() if name != "csrf_token"}


def test_the_project_is_what_the_import_makes(app: Flask, settings: Settings, sqlite_template: Path) -> None:
    with databases.open_session(app) as session:
        create_project(session)
        session.commit()
        rows = list_rows_in_order(session)
    databases.reset_instance(settings, sqlite_template)

    with databases.open_session(app) as session:
        import_plan(session, load_contract_plan())
        session.commit()
        assert list_rows_in_order(session) == rows


def test_whatever_comes_after_the_project_is_counted_on(session: Session, project: Project) -> None:
    other = import_plan(
        session, {**load_contract_plan(), "project": {**load_contract_plan()["project"], "id": "other"}}
    )
    assert [project.id, other.id] == [1, 2]
    assert min(activity.id for activity in other.activities) > max(activity.id for activity in project.activities)


def test_the_organizer_is_signed_in_as_by_the_link(app: Flask, session: Session, organizer: Visitor) -> None:
    link = create_sign_in_link(session, session.scalars(select(User)).one(), NOON)
    by_link = Visitor(app.test_client(), session)
    by_link.submit(f"/desk/sign-in/{link}")
    own, linked = read_session_cookie(organizer), read_session_cookie(by_link)
    assert own.pop("_user_id") != linked.pop("_user_id"), "each sign-in has a token of its own"
    assert own == linked
    assert organizer.get("/desk/").heading == by_link.get("/desk/").heading
