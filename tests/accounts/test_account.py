"""The organizer's account page."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer

# What is said on a page does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

ADDRESS = "/desk/account"


def get_stored_account(session: Session) -> User:
    """Return the stored account of the organizer."""
    session.expire_all()
    return session.scalars(select(User).order_by(User.id)).all()[0]


def test_an_organizer_changes_name_address_and_language(organizer: Visitor, session: Session) -> None:
    organizer.submit(ADDRESS, {"name": "Сәуле Қ.", "email": "New@Example.org", "language": "ru"})
    account = get_stored_account(session)
    assert (account.name, account.email, account.language) == ("Сәуле Қ.", "new@example.org", "ru")
    assert organizer.get(ADDRESS).language == "ru"


def test_the_language_that_is_saved_is_spoken_whatever_was_looked_at_before(organizer: Visitor) -> None:
    assert organizer.follow(organizer.submit(f"{ADDRESS}?lang=en", {"language": "ru"})).language == "ru"


def test_the_page_shows_what_is_kept(organizer: Visitor) -> None:
    page = organizer.get(ADDRESS)
    assert page.get_value("name") == "Сәуле"
    assert page.get_value("email") == "organizer@example.org"
    assert page.get_value("language") == "kk"


def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(organizer: Visitor, session: Session) -> None:
    wrong = {"name": "", "email": "no address", "language": "de"}
    page = organizer.submit(ADDRESS, wrong, status=422)
    assert all(page.get_error(field) for field in ("name", "email", "language"))
    assert page.get_value("email") == "no address"
    assert get_stored_account(session).email == "organizer@example.org"


def test_an_address_of_another_account_is_refused(organizer: Visitor, session: Session) -> None:
    get_or_create_organizer(session, "other@example.org")
    page = organizer.submit(ADDRESS, {"email": "OTHER@example.org"}, status=422)
    assert page.get_error("email")
    assert get_stored_account(session).email == "organizer@example.org"
