"""A visitor with a browser: opens pages, sends forms; and how the organizer signs in."""

from dataclasses import dataclass
from typing import Any

import flask
from flask import Flask
from flask.testing import FlaskClient
from flask_security import login_user
from sqlalchemy.orm import Session

from tests.page import Page
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer


@dataclass
class Visitor:
    """Somebody with a browser; pages come back judged. What the test has written is committed before the visitor looks."""

    client: FlaskClient
    session: Session

    def get(self, address: str, status: int = 200, **more: Any) -> Page:
        """Open a page."""
        self.session.commit()
        return Page(self.client.get(address, **more), status)

    def post(self, address: str, data: dict[str, Any] | bytes | None = None, status: int = 303, **more: Any) -> Page:
        """Send a form as it is given; use `submit` for one that is shown on a page."""
        self.session.commit()
        return Page(self.client.post(address, data=data or {}, **more), status)

    def submit(
        self, address: str, changes: dict[str, Any] | None = None, form: int | str = -1, status: int = 303
    ) -> Page:
        """Open the page at the address, fill its form (by default the last one of its main part) and send it."""
        page = self.get(address)
        target, fields = page.read_form(form)
        return self.post(target or address, {**fields, **(changes or {})}, status)

    def follow(self, page: Page) -> Page:
        """Follow a redirect."""
        assert page.location, f"no redirect: {page.status}"
        return self.get(page.location)


def sign_in_organizer(app: Flask, session: Session) -> Visitor:
    """The organizer, signed in as the application signs in; the way through a link is the tests' of accounts."""
    user: User = get_or_create_organizer(session, "organizer@example.org", name="Сәуле", language="kk")
    session.commit()
    visitor = Visitor(app.test_client(), session)
    with app.test_request_context(environ_base=visitor.client.environ_base):
        login_user(user, authn_via=["link"])
        signed_in = dict(flask.session)
    with visitor.client.session_transaction() as kept:
        kept.update(signed_in)
    return visitor
