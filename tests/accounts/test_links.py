"""One-time sign-in links: valid once, for a day, after a confirmation."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.visitor import Visitor
from trainer.accounts.models import SignInLink, User
from trainer.accounts.sign_in import (
    SignInLinkInvalid,
    create_sign_in_link,
    get_or_create_organizer,
    get_sign_in_link,
    use_sign_in_link,
)


@pytest.fixture
def saule(session: Session, clock: time_machine.Traveller) -> User:
    """Return an organizer who has never signed in."""
    user = get_or_create_organizer(session, "saule@example.org", name="Сәуле", language="ru")
    session.commit()
    return user


@pytest.fixture
def link(session: Session, saule: User) -> str:
    """Return the path of her sign-in link."""
    return f"/desk/sign-in/{create_sign_in_link(session, saule, NOON)}"


def test_the_link_signs_in_once(app: Flask, stranger: Visitor, link: str) -> None:
    assert "Сәуле" in stranger.get(link).words
    page = stranger.follow(stranger.submit(link))
    assert page.language == "ru"
    Visitor(app.test_client(), stranger.session).get(link, status=404)
    Visitor(app.test_client(), stranger.session).get("/desk/", status=302)


def test_looking_at_the_link_does_not_use_it_up(stranger: Visitor, link: str) -> None:
    for _look in range(3):
        stranger.get(link)
    stranger.get("/desk/", status=302)
    stranger.submit(link)
    stranger.get("/desk/")


def test_two_pages_open_at_once_sign_in_one(app: Flask, stranger: Visitor, link: str) -> None:
    other = Visitor(app.test_client(), stranger.session)
    fields, others = stranger.get(link).read_form()[1], other.get(link).read_form()[1]
    stranger.post(link, fields)
    page = other.post(link, others, status=404)
    assert page.heading
    other.get("/desk/", status=302)


@pytest.mark.parametrize(("later", "status"), [(timedelta(hours=23, minutes=59), 200), (timedelta(hours=24), 404)])
def test_the_link_lasts_a_day(
    stranger: Visitor, link: str, clock: time_machine.Traveller, later: timedelta, status: int
) -> None:
    clock.move_to(NOON + later)
    stranger.get(link, status=status)


def test_a_link_that_expires_between_page_and_button_is_refused(
    stranger: Visitor, link: str, clock: time_machine.Traveller
) -> None:
    fields = stranger.get(link).read_form()[1]
    clock.move_to(NOON + timedelta(days=2))
    stranger.post(link, fields, status=404)


def test_a_forged_link_looks_like_one_that_was_used(stranger: Visitor, link: str) -> None:
    stranger.submit(link)
    used = stranger.get(link, status=404)
    for forged in ("x", "A" * 43, link.removeprefix("/desk/sign-in/")[:-1], "Ә", "'", "a" * 3000):
        assert stranger.get(f"/desk/sign-in/{forged}", status=404).words == used.words


def test_a_link_of_somebody_who_left_opens_nothing(stranger: Visitor, session: Session, saule: User, link: str) -> None:
    saule.active = False
    stranger.get(link, status=404)


def test_somebody_who_left_is_signed_out_at_once(stranger: Visitor, session: Session, saule: User, link: str) -> None:
    stranger.submit(link)
    saule.active = False
    stranger.get("/desk/", status=302)


def test_the_database_holds_only_a_hash_of_the_token(session: Session, saule: User) -> None:
    token = create_sign_in_link(session, saule, NOON)
    session.flush()
    [sign_in_link] = session.scalars(select(SignInLink))
    assert token not in (sign_in_link.token_hash, str(vars(sign_in_link)))
    assert len(sign_in_link.token_hash) == 64


def test_of_two_simultaneous_uses_one_succeeds(session: Session, saule: User) -> None:
    token = create_sign_in_link(session, saule, NOON)
    session.commit()
    sign_in_link = get_sign_in_link(session, token, NOON)
    assert use_sign_in_link(session, token, NOON) is saule
    session.expire(sign_in_link)
    with pytest.raises(SignInLinkInvalid):
        use_sign_in_link(session, token, NOON)


def test_an_e_mail_address_is_compared_without_case_and_spaces(session: Session, saule: User) -> None:
    assert get_or_create_organizer(session, " Saule@Example.org ") is saule
    assert [role.name for role in saule.roles] == ["organizer"]
    assert session.scalars(select(User)).all() == [saule]
