"""Every page below /desk is for organizers only."""

import uuid
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from tests import databases
from tests.factories import NOON
from tests.visitor import Visitor
from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link
from trainer.seminars.models import Seminar
from trainer.settings import Settings

# Where one signs in and out; each has tests of its own.
OPEN_ENDPOINTS = {
    "security.login",
    "security.logout",
    "accounts.view_sign_in_link",
    "accounts.submit_sign_in",
    "passkeys.submit_passkey",
    "passkeys.submit_passkey_options",
}


@pytest.fixture
def open_app(app: Flask, session: Session) -> Flask:
    """Return the application without CSRF protection, so that only the access control can refuse a request."""
    app.config["WTF_CSRF_ENABLED"] = False
    session.commit()
    return app


def build_url_values(rule: Rule) -> dict[str, str | int | uuid.UUID]:
    """Return values for the parts of a URL."""
    values_by_converter: dict[str, str | int | uuid.UUID] = {"RowNumberConverter": 1, "UUIDConverter": uuid.UUID(int=1)}
    return {
        name: min(kind.items) if isinstance(kind, AnyConverter) else values_by_converter.get(type(kind).__name__, "x")
        for name, kind in rule._converters.items()
    }


def list_methods(rule: Rule) -> list[str]:
    """Return the methods of a rule: those that Flask adds by itself only where there are no others, GET first."""
    methods = rule.methods or set()
    return sorted(methods - {"HEAD", "OPTIONS"}) or sorted(methods)


def list_pages_open_to_strangers(app: Flask) -> list[str]:
    """Return the pages below /desk that answer a stranger with anything but a redirect to the sign-in page."""
    pages = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or rule.endpoint in OPEN_ENDPOINTS:
            continue
        address = app.url_map.bind("localhost").build(rule.endpoint, build_url_values(rule))
        for method in list_methods(rule):
            answer = app.test_client().open(address, method=method)
            if answer.status_code != 302 or urlsplit(answer.location).path != "/desk/sign-in":
                pages.append(f"{method} {rule.rule}: {answer.status_code}")
    return pages


def test_every_page_of_the_desk_refuses_a_stranger(open_app: Flask, seminar: Seminar) -> None:
    assert list_pages_open_to_strangers(open_app) == []


def test_a_page_of_the_desk_without_a_guard_is_found(settings: Settings) -> None:
    planted = create_app(settings)
    planted.testing, planted.config["WTF_CSRF_ENABLED"] = True, False
    planted.add_url_rule("/desk/planted/<int:number>", "planted", lambda number: "open", methods=["GET", "POST"])
    pages = list_pages_open_to_strangers(planted)
    databases.close_connections(planted)
    assert pages == [
        "GET /desk/planted/<int:number>: 200",
        "POST /desk/planted/<int:number>: 200",
    ]


def test_the_desk_is_really_walked(app: Flask) -> None:
    assert sum(rule.rule.startswith("/desk") for rule in app.url_map.iter_rules()) > 15


def sign_in_without_role(app: Flask, session: Session) -> FlaskClient:
    """Return the client of a signed-in user who is not an organizer."""
    user = User(email="guest@example.org", fs_uniquifier=uuid.uuid4().hex)
    session.add(user)
    visitor = Visitor(app.test_client(), session)
    visitor.post(f"/desk/sign-in/{create_sign_in_link(session, user, NOON)}")
    return visitor.client


def test_an_account_without_the_role_is_refused_everywhere(open_app: Flask, session: Session, seminar: Seminar) -> None:
    guest = sign_in_without_role(open_app, session)
    for rule in open_app.url_map.iter_rules():
        if rule.rule.startswith("/desk") and rule.endpoint.split(".")[0] not in ("security", "accounts", "passkeys"):
            address = open_app.url_map.bind("localhost").build(rule.endpoint, build_url_values(rule))
            assert guest.open(address, method=list_methods(rule)[0]).status_code == 403, rule.rule


def test_sign_in_leads_to_the_requested_page(stranger: Visitor) -> None:
    location = stranger.get("/desk/plan?x=1", status=302).location
    assert location == "/desk/sign-in?next=/desk/plan?x%3D1"


def test_signing_out_is_a_button_not_a_link(organizer: Visitor) -> None:
    organizer.get("/desk/sign-out", status=405)
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post("/desk/sign-out", status=400)
    organizer.get("/desk/")
    organizer.post("/desk/sign-out", {"csrf_token": token}, status=302)
    organizer.get("/desk/", status=302)
