"""A database connection that breaks is noticed by nobody; a database that is gone is explained on a page of ours."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from tests import databases
from tests.page import Page
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH
from tests.visitor import Visitor
from trainer import create_app, extensions
from trainer.accounts.models import User
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.raw_queries import RawQuery, open_raw_connection
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import Settings

on_postgresql = pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)
CUT_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
USER_EMAILS = RawQuery(select(User.email))


@pytest.fixture
def cut_connections(app: Flask, session: Session, settings: Settings) -> Callable[[], None]:
    """Return a function that ends all connections to the database, as a restart does."""
    engine = databases.get_engine(settings.sqlalchemy_url)

    def cut() -> None:
        session.commit()
        with engine.connect() as connection:
            connection.execute(text(CUT_CONNECTIONS))
        engine.dispose()

    return cut


@pytest.fixture
def client_without_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Yield a client of a deployment whose database server does not run."""
    monkeypatch.setattr(extensions, "CONNECT_PATIENCE_SECONDS", 0.2)
    app = create_app(databases.build_settings(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))
    yield app.test_client()
    databases.close_connections(app)


@on_postgresql
@pytest.mark.parametrize("address", ["/", "/desk/", "/desk/plan", "/verify", "/readyz"])
def test_nobody_notices_that_the_connections_were_cut(
    organizer: Visitor, seminar: Seminar, cut_connections: Callable[[], None], address: str
) -> None:
    for _visit in range(3):
        cut_connections()
        assert organizer.client.get(address).status_code == 200


@on_postgresql
def test_somebody_registers_after_the_connections_were_cut(
    stranger: Visitor, session: Session, seminar: Seminar, cut_connections: Callable[[], None]
) -> None:
    _target, fields = stranger.get(REGISTRATION_PATH).read_form()
    cut_connections()
    stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    assert len(session.scalars(select(Registration)).all()) == 1


@on_postgresql
def test_a_raw_query_is_repeated_on_a_new_connection(
    app: Flask, organizer: Visitor, cut_connections: Callable[[], None]
) -> None:
    with app.app_context():
        for _query in range(3):
            with open_raw_connection() as connection:
                assert USER_EMAILS.fetch_first(connection).email == "organizer@example.org"
            cut_connections()


@on_postgresql
def test_a_page_is_rendered_although_its_connection_breaks_in_the_middle(
    app: Flask, organizer: Visitor, cut_connections: Callable[[], None]
) -> None:
    calls = []

    def view_plan() -> str:
        db.session.execute(text("SELECT 1"))
        calls.append(1)
        if len(calls) == 1:
            cut_connections()
        return str(db.session.scalar(text("SELECT 'the page'")))

    app.view_functions["monitoring.view_plan"] = view_plan
    assert organizer.client.get("/desk/plan").text == "the page"
    assert len(calls) == 2


@on_postgresql
def test_a_repeated_request_still_asks_who_is_there(
    app: Flask, stranger: Visitor, organizer: Visitor, cut_connections: Callable[[], None]
) -> None:
    with app.app_context():
        engine = db.engine
    cuts: list[int] = []

    def cut_once(*_event: object) -> None:
        if not cuts:
            cuts.append(1)
            cut_connections()

    event.listen(engine, "before_cursor_execute", cut_once)
    try:
        assert organizer.client.get("/desk/").status_code == 200
        cuts.clear()
        assert stranger.client.get("/desk/").status_code == 302
    finally:
        event.remove(engine, "before_cursor_execute", cut_once)


@on_postgresql
def test_what_was_sent_is_never_sent_twice_by_us(
    app: Flask, organizer: Visitor, cut_connections: Callable[[], None]
) -> None:
    calls = []

    def submit() -> str:
        db.session.execute(text("SELECT 1"))
        calls.append(1)
        cut_connections()
        return str(db.session.scalar(text("SELECT 1")))

    app.view_functions["accounts_desk.edit_account"] = submit
    app.config["WTF_CSRF_ENABLED"] = False
    page = organizer.post("/desk/account", status=503)
    assert page.heading == "Қызмет уақытша тоқтады"
    assert len(calls) == 1


def test_a_database_that_is_gone_is_explained_in_every_language(client_without_database: FlaskClient) -> None:
    client_without_database.set_cookie("session", "anything")
    headings = set()
    for language in LANGUAGES:
        page = Page(client_without_database.get("/", headers={"Accept-Language": language}), status=503)
        assert page.language == language
        assert page.response.headers["Retry-After"] == "10"
        headings.add(page.heading)
    assert len(headings) == 3


def test_organizers_tablets_and_verifiers_get_the_explanation_too(
    client_without_database: FlaskClient, organizer: Visitor
) -> None:
    with organizer.client.session_transaction() as cookie:
        signed_in = dict(cookie)
    with client_without_database.session_transaction() as cookie:
        cookie.update(signed_in)
    for address in ("/desk/", "/v/0000-0000-0000-0000"):
        assert Page(client_without_database.get(address), status=503).heading
    answer = client_without_database.get("/api/v1/tablet/time", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.get_json()) == (503, {"error": "busy"})
