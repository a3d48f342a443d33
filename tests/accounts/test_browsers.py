"""Signing out and changing a password end every copy of the cookies; organizers see and end where they are signed in."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.visitor import Visitor
from trainer.accounts.browsers import SIGN_IN_LIFETIME, describe_browser
from trainer.accounts.models import SignedInBrowser
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer

PASSWORD = "қоңыр үйрек көлде"
EMAIL = "saule@example.org"
BROWSERS = "/desk/account/browsers"


@pytest.fixture(autouse=True)
def saule(app: Flask, session: Session, clock: time_machine.Traveller) -> None:
    """Create an organizer with a password, hashed at little cost."""
    app.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=64)
    with app.app_context():
        user = get_or_create_organizer(session, EMAIL, name="Сәуле")
        user.password = hash_password(unicodedata.normalize("NFKD", PASSWORD))
    session.commit()


def sign_in(app: Flask, session: Session, user_agent: str = "", **more: str) -> Visitor:
    """Return a visitor who has signed in by password in a browser of their own."""
    visitor = Visitor(app.test_client(), session)
    visitor.client.environ_base["HTTP_USER_AGENT"] = user_agent
    visitor.submit("/desk/sign-in", {"email": EMAIL, "password": PASSWORD, **more}, status=302)
    return visitor


def copy_cookies(app: Flask, visitor: Visitor, *names: str) -> Visitor:
    """Return somebody else who has copied cookies of a visitor."""
    thief = Visitor(app.test_client(), visitor.session)
    for name in names:
        cookie = visitor.client.get_cookie(name)
        assert cookie, f"there is no cookie {name}"
        thief.client.set_cookie(name, cookie.value)
    return thief


@pytest.mark.parametrize("names", [("session",), ("remember_token",), ("session", "remember_token")])
def test_a_copied_cookie_opens_nothing_after_signing_out(app: Flask, session: Session, names: tuple[str, ...]) -> None:
    visitor = sign_in(app, session, remember="y")
    copy_cookies(app, visitor, *names).get("/desk/")
    copies = [copy_cookies(app, visitor, *names) for _copy in range(2)]
    other_browser = sign_in(app, session)
    form = next(form for form in visitor.get("/desk/").find_all("form") if form.get("action").endswith("/sign-out"))
    token = next(control.get("value") for control in form.iter() if control.get("name") == "csrf_token")
    visitor.post("/desk/sign-out", {"csrf_token": token}, status=302)
    for copy in (visitor, *copies):
        copy.get("/desk/", status=302)
    other_browser.get("/desk/")


def test_signing_in_by_a_link_can_be_ended_too(app: Flask, session: Session, stranger: Visitor) -> None:
    user = get_or_create_organizer(session, EMAIL)
    stranger.submit(f"/desk/sign-in/{create_sign_in_link(session, user, NOON)}")
    assert len(session.scalars(select(SignedInBrowser)).all()) == 1
    copy = copy_cookies(app, stranger, "session")
    elsewhere = sign_in(app, session)
    elsewhere.submit(BROWSERS)
    for visitor in (stranger, copy):
        visitor.get("/desk/", status=302)


def test_a_changed_password_ends_the_other_sign_ins_and_old_copies_of_this_one(app: Flask, session: Session) -> None:
    visitor, other_browser = sign_in(app, session, remember="y"), sign_in(app, session, remember="y")
    copies = [copy_cookies(app, browser, "session", "remember_token") for browser in (visitor, other_browser)]
    new = "a quite different one"
    changes = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    visitor.submit("/desk/password", changes, status=302)
    for ended in (other_browser, *copies):
        ended.get("/desk/", status=302)
    visitor.get("/desk/")
    copy_cookies(app, visitor, "remember_token").get("/desk/")


def test_the_page_names_every_browser_and_ends_a_sign_in(app: Flask, session: Session) -> None:
    lost = sign_in(app, session, "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36")
    visitor = sign_in(app, session, "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/122.0")
    page = visitor.get(BROWSERS)
    assert "Chrome, Android" in page.words
    assert "Firefox, Windows" in page.words
    assert len(page.list_forms()) == 1, "this browser is left by signing out"
    visitor.submit(BROWSERS)
    lost.get("/desk/", status=302)
    assert visitor.get(BROWSERS).list_forms() == []


def test_nobody_ends_the_sign_in_of_somebody_else(app: Flask, session: Session, organizer: Visitor) -> None:
    visitor = sign_in(app, session)
    numbers = {browser.user.email: browser.id for browser in session.scalars(select(SignedInBrowser))}
    fields = organizer.get("/desk/account").read_form()[1]
    address = f"{BROWSERS}/{numbers[EMAIL]}/sign-out"
    organizer.post(address, {"csrf_token": fields["csrf_token"]}, status=404)
    visitor.get("/desk/")
    assert "Chrome" not in organizer.get(BROWSERS).words


def test_a_sign_in_ends_by_itself_and_is_forgotten(app: Flask, session: Session, clock: time_machine.Traveller) -> None:
    visitor = sign_in(app, session, remember="y")
    clock.move_to(NOON + SIGN_IN_LIFETIME - timedelta(seconds=1), tick=False)
    visitor.get("/desk/")
    clock.move_to(NOON + SIGN_IN_LIFETIME, tick=False)
    visitor.get("/desk/", status=302)
    sign_in(app, session)
    session.expire_all()
    assert len(session.scalars(select(SignedInBrowser)).all()) == 1


def test_the_database_holds_no_token(app: Flask, session: Session) -> None:
    visitor = sign_in(app, session)
    with visitor.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    [browser] = session.scalars(select(SignedInBrowser))
    assert token not in str(vars(browser))
    assert len(browser.token_hash) == 64


@pytest.mark.parametrize("token", ["", "0", "x" * 10_000, "қ", "\x00"])
def test_a_cookie_with_another_token_is_nobody(app: Flask, stranger: Visitor, token: str) -> None:
    with stranger.client.session_transaction() as cookie:
        cookie["_user_id"] = token
    stranger.get("/desk/", status=302)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_a_browser_is_described_by_program_and_system(user_agent: str, name: str) -> None:
    assert describe_browser(user_agent) == name
