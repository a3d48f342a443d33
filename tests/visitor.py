"""A visitor who opens pages and sends forms, and a visitor who is signed in as the organizer."""

from dataclasses import dataclass
from typing import Any

import flask
from flask import Flask
from flask.testing import FlaskClient
from flask_security import login_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page
from trainer.accounts.memberships import add_membership, list_project_ids
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.clock import now
from trainer.extensions import db
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects


@dataclass
class Visitor:
    """Somebody with a browser. Every page is checked (see `tests.page`); the test's session is committed before each request.

    `status` is the HTTP status that the response must have: a test that expects another one than 200 (a page) or 303 (a form) says so.
    """

    client: FlaskClient
    session: Session

    def get(self, address: str, *, status: int = 200, **more: Any) -> Page:
        """Open a page and return it; fail unless the response has this status."""
        self.session.commit()
        return Page(self.client.get(address, **more), status=status)

    def post(self, address: str, data: dict[str, Any] | bytes | None = None, *, status: int = 303, **more: Any) -> Page:
        """Send form data without opening the form's page first, and return the response."""
        self.session.commit()
        return Page(self.client.post(address, data=data or {}, **more), status=status)

    def submit(
        self, address: str, changes: dict[str, Any] | None = None, form: int | str = -1, *, status: int = 303
    ) -> Page:
        """Open the page, change fields of one form (by index or id; the last one by default), send it and return the response."""
        page = self.get(address)
        target, fields = page.read_form(form)
        return self.post(target or address, {**fields, **(changes or {})}, status=status)

    def post_with_token(self, page_address: str, action: str, fields: dict[str, str] | None = None) -> Page:
        """Open a page and press its button whose form leads to the page's address and this word, with these fields."""
        token = self.get(page_address).read_form(-1)[1]["csrf_token"]
        return self.post(f"{page_address}/{action}", {"csrf_token": token, **(fields or {})})

    def follow(self, page: Page) -> Page:
        """Open the page that a response redirects to."""
        assert page.location, f"no redirect: {page.status}"
        return self.get(page.location)


def sign_in_organizer(
    app: Flask, session: Session, email: str = "organizer@example.org", name: str = "Сәуле"
) -> Visitor:
    """Return a visitor who is signed in as an organizer, without the sign-in link that the tests of accounts check."""
    user: User = get_or_create_organizer(session, email, name=name, language="kk")
    claim_ownerless_projects(session, now())
    join_all_projects(session, user)
    return sign_in(app, session, user)


def join_all_projects(session: Session, user: User) -> None:
    """Make a user an organizer in every project in which the user has no role yet."""
    for project_id in set(session.scalars(select(Project.id))) - set(list_project_ids(user)):
        add_membership(session, user, project_id, ProjectRole.ORGANIZER, now())
    session.commit()


def sign_in(app: Flask, session: Session, user: User) -> Visitor:
    """Return a visitor who is signed in as a user."""
    session.commit()
    visitor = Visitor(app.test_client(), session)
    with app.test_request_context(environ_base=visitor.client.environ_base):
        login_user(user, authn_via=["link"])
        db.session.commit()
        signed_in = dict(flask.session)
    with visitor.client.session_transaction() as cookie:
        cookie.update(signed_in)
    return visitor
