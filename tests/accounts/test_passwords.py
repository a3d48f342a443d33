"""Sign-in by password: the same response to every mistake, and setting the first password at the desk."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer

# What is said on a page does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

PASSWORD = "қоңыр үйрек көлде"
SIGN_IN = "/desk/sign-in"
CHANGE_PASSWORD = "/desk/password"


@pytest.fixture(autouse=True)
def quick_hashes(app: Flask) -> None:
    """Reduce the cost of argon2."""
    app.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=64)


@pytest.fixture
def saule(app: Flask, session: Session) -> User:
    """Return an organizer with a password."""
    user = get_or_create_organizer(session, "saule@example.org", name="Сәуле")
    with app.app_context():
        user.password = hash_password(unicodedata.normalize("NFKD", PASSWORD))
    session.commit()
    return user


@pytest.fixture
def newcomer(app: Flask, session: Session) -> Callable[[], Visitor]:
    """Return a function that opens another browser."""
    return lambda: Visitor(app.test_client(), session)


def test_the_right_password_opens_the_desk(stranger: Visitor, saule: User) -> None:
    answer = stranger.submit(SIGN_IN, {"email": "Saule@example.org", "password": PASSWORD}, status=302)
    assert answer.location == "/desk/"
    stranger.get("/desk/")


def test_password_sign_in_leads_to_the_requested_page(stranger: Visitor, saule: User) -> None:
    location = stranger.get("/desk/account", status=302).location
    answer = stranger.submit(location, {"email": "saule@example.org", "password": PASSWORD}, status=302)
    assert answer.location == "/desk/account"


def test_sign_in_never_redirects_to_another_site(newcomer: Callable[[], Visitor], saule: User) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        visitor = newcomer()
        fields = visitor.get(SIGN_IN).read_form()[1]
        more = {"email": "saule@example.org", "password": PASSWORD, "next": target}
        answer = visitor.client.post(f"{SIGN_IN}?next={target}", data={**fields, **more})
        location = answer.location or ""
        assert not urlsplit(location).netloc
        assert not location.startswith(("//", "/\\"))


def test_every_mistake_gets_the_same_answer(newcomer: Callable[[], Visitor], session: Session, saule: User) -> None:
    get_or_create_organizer(session, "without@example.org")
    left = get_or_create_organizer(session, "left@example.org")
    left.active, left.password = False, saule.password
    typed = [
        ("saule@example.org", "not the password"),
        ("nobody@example.org", PASSWORD),
        ("without@example.org", PASSWORD),
        ("left@example.org", PASSWORD),
    ]
    answers = []
    for email, password in typed:
        page = newcomer().submit(SIGN_IN, {"email": email, "password": password}, status=200)
        answers.append(page.words.replace(email, ""))
    assert len(set(answers)) == 1
    assert answers[0]


def test_a_mistake_is_said_in_the_readers_language(newcomer: Callable[[], Visitor], saule: User) -> None:
    answers = set()
    for language in ("kk", "ru", "en"):
        visitor = newcomer()
        visitor.get(f"/?lang={language}")
        page = visitor.submit(SIGN_IN, {"email": "saule@example.org", "password": "wrong"}, status=200)
        assert page.language == language
        answers.add(page.words)
    assert len(answers) == 3


@pytest.mark.parametrize(
    ("email", "password"), [("", ""), ("saule@example.org", ""), ("", PASSWORD), ("no address", PASSWORD)]
)
def test_missing_input_does_not_sign_in(stranger: Visitor, saule: User, email: str, password: str) -> None:
    stranger.submit(SIGN_IN, {"email": email, "password": password}, status=200)
    stranger.get("/desk/", status=302)


def test_what_no_account_has_is_a_mistake_like_any_other(newcomer: Callable[[], Visitor], saule: User) -> None:
    for email in ("ә@мысал.қаз", "a" * 300 + "@example.org", "'@example.org", "<b>@example.org"):
        page = newcomer().submit(SIGN_IN, {"email": email, "password": PASSWORD}, status=200)
        assert page.get_error("email") or page.words


def test_an_organizer_sets_a_first_password_and_signs_in_with_it(
    organizer: Visitor, newcomer: Callable[[], Visitor]
) -> None:
    page = organizer.get(CHANGE_PASSWORD)
    assert "password" not in page.read_form()[1]
    organizer.submit(CHANGE_PASSWORD, {"new_password": PASSWORD, "new_password_confirm": PASSWORD}, status=302)
    assert "password" in organizer.get(CHANGE_PASSWORD).read_form()[1]
    typed = {"email": "organizer@example.org", "password": PASSWORD}
    assert newcomer().submit(SIGN_IN, typed, status=302).location == "/desk/"


def test_who_signed_in_by_a_link_long_ago_is_not_asked_for_a_password_that_is_not_there(
    organizer: Visitor, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOON + timedelta(days=3))
    page = organizer.follow(organizer.get(CHANGE_PASSWORD, status=302))
    assert page.list_forms() == []
    assert "trainer user link" in page.words


@pytest.mark.parametrize(
    ("first", "again", "field"),
    [
        ("short", "short", "new_password"),
        (PASSWORD, PASSWORD + "!", "new_password_confirm"),
        ("", "", "new_password"),
        (PASSWORD, "", "new_password_confirm"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    organizer: Visitor, session: Session, first: str, again: str, field: str
) -> None:
    page = organizer.submit(CHANGE_PASSWORD, {"new_password": first, "new_password_confirm": again}, status=200)
    assert page.get_error(field)
    session.expire_all()
    assert get_or_create_organizer(session, "organizer@example.org").password is None


def test_changing_the_password_requires_the_current_one(stranger: Visitor, saule: User, session: Session) -> None:
    stranger.submit(SIGN_IN, {"email": "saule@example.org", "password": PASSWORD}, status=302)
    new = {"new_password": "a quite different one", "new_password_confirm": "a quite different one"}
    page = stranger.submit(CHANGE_PASSWORD, {"password": "wrong", **new}, status=200)
    assert page.get_error("password")
    stranger.submit(CHANGE_PASSWORD, {"password": PASSWORD, **new}, status=302)


def test_changing_the_password_ends_the_other_visits(newcomer: Callable[[], Visitor], saule: User) -> None:
    one_browser, other_browser = newcomer(), newcomer()
    for browser in (one_browser, other_browser):
        browser.submit(SIGN_IN, {"email": "saule@example.org", "password": PASSWORD}, status=302)
    new = {"new_password": "a quite different one", "new_password_confirm": "a quite different one"}
    one_browser.submit(CHANGE_PASSWORD, {"password": PASSWORD, **new}, status=302)
    other_browser.get("/desk/", status=302)
    one_browser.get("/desk/")


def test_a_password_is_kept_as_argon2(saule: User) -> None:
    assert "argon2id" in str(saule.password)
    assert PASSWORD not in str(saule.password)
