"""Attempts at passwords are counted for account and address, and delayed longer and longer, whether the account exists or not."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON
from tests.page import Page
from tests.visitor import Visitor
from trainer.accounts import password_attempts
from trainer.accounts.models import PasswordAttempts, User
from trainer.accounts.password_attempts import (
    FORGET_AFTER,
    FREE_FAILURES_PER_ACCOUNT,
    FREE_FAILURES_PER_ADDRESS,
    MAX_DELAY,
    AttemptKeys,
    compute_delay,
)
from trainer.accounts.sign_in import get_or_create_organizer

PASSWORD = "қоңыр үйрек көлде"
SIGN_IN = "/desk/sign-in"
EMAIL = "saule@example.org"


@pytest.fixture(autouse=True)
def saule(app: Flask, session: Session, clock: time_machine.Traveller) -> User:
    """Return an organizer with a password, hashed at little cost."""
    app.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=64)
    user = get_or_create_organizer(session, EMAIL, name="Сәуле")
    with app.app_context():
        user.password = hash_password(unicodedata.normalize("NFKD", PASSWORD))
    session.commit()
    return user


def try_password(visitor: Visitor, email: str = EMAIL, password: str = "wrong", address: str = "192.0.2.1") -> Page:
    """Send the sign-in form from an address and return the response, whatever its status."""
    visitor.session.commit()
    fields = {**visitor.get(SIGN_IN).read_form()[1], "email": email, "password": password}
    response = visitor.client.post(SIGN_IN, data=fields, environ_overrides={"REMOTE_ADDR": address})
    return Page(response, status=response.status_code)


def fail_often(visitor: Visitor, times: int, email: str = EMAIL, address: str = "192.0.2.1") -> None:
    """Send a wrong password several times; every one of them is checked."""
    for _attempt in range(times):
        assert try_password(visitor, email, address=address).status == 200


def sign_out(visitor: Visitor) -> None:
    """Sign out by the button in the navigation bar."""
    form = next(form for form in visitor.get("/desk/").find_all("form") if form.get("action", "").endswith("/sign-out"))
    token = next(control.get("value") for control in form.iter() if control.get("name") == "csrf_token")
    visitor.post("/desk/sign-out", {"csrf_token": token}, status=302)


def test_the_right_password_opens_nothing_during_the_delay_and_everything_after_it(
    stranger: Visitor, clock: time_machine.Traveller
) -> None:
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT)
    page = try_password(stranger, password=PASSWORD)
    assert page.status == 429
    assert page.response.headers["Retry-After"] == "60"
    stranger.get("/desk/", status=302)
    clock.move_to(NOON + timedelta(seconds=59), tick=False)
    assert try_password(stranger, password=PASSWORD).status == 429
    clock.move_to(NOON + timedelta(seconds=60), tick=False)
    assert try_password(stranger, password=PASSWORD).location == "/desk/"


def test_the_page_says_in_every_language_when_to_try_again_and_keeps_the_address(
    stranger: Visitor, clock: time_machine.Traveller
) -> None:
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT)
    clock.move_to(NOON + timedelta(minutes=1), tick=False)
    fail_often(stranger, 1)  # the delay is two minutes now
    words = {"kk": "2 минуттан", "ru": "через 2 минуты", "en": "in 2 minutes"}
    for language, expected in words.items():
        stranger.get(f"/?lang={language}")
        page = try_password(stranger)
        assert (page.status, page.language) == (429, language)
        assert expected in page.words
        assert page.get_value("email") == EMAIL


def test_delays_grow_and_end(stranger: Visitor, clock: time_machine.Traveller) -> None:
    delays, moment = [], NOON
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT)
    for _failure in range(6):
        seconds = int(try_password(stranger).response.headers["Retry-After"])
        delays.append(seconds // 60)
        moment += timedelta(seconds=seconds)
        clock.move_to(moment, tick=False)
        fail_often(stranger, 1)
    assert delays == [1, 2, 4, 8, 15, 15]
    clock.move_to(moment + FORGET_AFTER, tick=False)
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT)


def test_accounts_that_do_not_exist_are_delayed_in_the_same_words(stranger: Visitor) -> None:
    answers = set()
    for number, email in enumerate((EMAIL, "nobody@example.org")):
        fail_often(stranger, FREE_FAILURES_PER_ACCOUNT, email, f"192.0.2.{number}")
        page = try_password(stranger, email, address=f"192.0.2.{number}")
        assert page.status == 429
        answers.add(page.words.replace(email, ""))
    assert len(answers) == 1


def test_an_account_is_delayed_wherever_the_attempts_come_from_and_however_it_is_spelled(stranger: Visitor) -> None:
    spellings = (EMAIL, "Saule@Example.org", "saule@EXAMPLE.org", "SAULE@EXAMPLE.ORG", EMAIL)
    for number, email in enumerate(spellings):
        fail_often(stranger, 1, email, f"192.0.2.{number}")
    assert try_password(stranger, password=PASSWORD, address="198.51.100.7").status == 429


def test_an_address_is_delayed_whichever_accounts_it_tries(stranger: Visitor) -> None:
    for number in range(FREE_FAILURES_PER_ADDRESS):
        fail_often(stranger, 1, f"guess{number}@example.org", f"2001:db8::{number:x}")
    assert try_password(stranger, password=PASSWORD, address="2001:db8::ffff").status == 429
    assert try_password(stranger, password=PASSWORD, address="2001:db8:0:1::1").status == 302


def test_an_office_that_signs_in_correctly_is_never_delayed(app: Flask, session: Session) -> None:
    for _visit in range(FREE_FAILURES_PER_ADDRESS + 5):
        visitor = Visitor(app.test_client(), session)
        fail_often(visitor, 0)
        assert try_password(visitor, password=PASSWORD).status == 302


def test_the_right_password_starts_the_account_anew(app: Flask, session: Session, stranger: Visitor) -> None:
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT - 1)
    assert try_password(stranger, password=PASSWORD).status == 302
    fail_often(Visitor(app.test_client(), session), FREE_FAILURES_PER_ACCOUNT - 1)


def test_attempts_at_the_same_moment_are_all_counted(app: Flask, session: Session) -> None:
    visitors = [Visitor(app.test_client(), session) for _visitor in range(FREE_FAILURES_PER_ACCOUNT + 3)]
    forms = [visitor.get(SIGN_IN).read_form()[1] for visitor in visitors]

    def attempt(number: int) -> int:
        data = {**forms[number], "email": EMAIL, "password": "wrong"}
        return visitors[number].client.post(SIGN_IN, data=data).status_code

    statuses = run_concurrently(*[lambda number=number: attempt(number) for number in range(len(visitors))])
    assert statuses.count(200) == FREE_FAILURES_PER_ACCOUNT
    assert statuses.count(429) == 3


@pytest.mark.parametrize("address", ["/desk/password", "/desk/verify"])
def test_every_form_that_checks_a_password_is_delayed(stranger: Visitor, address: str) -> None:
    try_password(stranger, password=PASSWORD)
    new = {"new_password": "a quite different one", "new_password_confirm": "a quite different one"}
    changes = new if address == "/desk/password" else {}
    for _attempt in range(FREE_FAILURES_PER_ACCOUNT):
        stranger.submit(address, {**changes, "password": "wrong"}, status=200)
    page = stranger.submit(address, {**changes, "password": PASSWORD}, status=429)
    assert "1 минуттан" in page.words


def test_strangers_never_delay_a_browser_in_which_the_owner_has_signed_in(
    app: Flask, session: Session, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    owner = Visitor(app.test_client(), session)
    assert try_password(owner, password=PASSWORD).status == 302
    sign_out(owner)
    for number in range(FREE_FAILURES_PER_ADDRESS):  # the account from everywhere, and the owner's own address
        fail_often(Visitor(app.test_client(), session), 1, f"guess{number}@example.org")
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT, address="198.51.100.7")
    assert try_password(stranger, password=PASSWORD, address="198.51.100.8").status == 429
    assert try_password(owner).status == 200
    assert try_password(owner, password=PASSWORD).status == 302
    assert (
        try_password(stranger, password=PASSWORD, address="198.51.100.8").status == 429
    )  # not started anew by the owner


def test_a_known_browser_that_fails_too_often_is_delayed_itself_and_delays_nobody_else(
    app: Flask, session: Session, clock: time_machine.Traveller
) -> None:
    lost, other = Visitor(app.test_client(), session), Visitor(app.test_client(), session)
    for visitor in (lost, other):
        assert try_password(visitor, password=PASSWORD).status == 302
        sign_out(visitor)
    fail_often(lost, FREE_FAILURES_PER_ACCOUNT)
    assert try_password(lost, password=PASSWORD).status == 429
    assert try_password(other, password=PASSWORD).status == 302
    assert try_password(Visitor(app.test_client(), session), password=PASSWORD).status == 302


def test_the_cookie_of_a_known_browser_is_good_for_its_account_alone_and_can_t_be_made_up(
    app: Flask, session: Session, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    get_or_create_organizer(session, "other@example.org")
    owner = Visitor(app.test_client(), session)
    response = try_password(owner, password=PASSWORD).response
    [cookie] = [line for line in response.headers.getlist("Set-Cookie") if line.startswith("known_")]
    assert {"HttpOnly", "Path=/desk", "SameSite=Lax"} <= set(cookie.split("; "))
    assert EMAIL not in cookie
    name, _equals, value = cookie.partition(";")[0].partition("=")
    sign_out(owner)
    fail_often(owner, FREE_FAILURES_PER_ACCOUNT, "other@example.org")
    assert try_password(owner, "other@example.org").status == 429
    fail_often(stranger, FREE_FAILURES_PER_ACCOUNT, address="198.51.100.7")
    token, signature = value.split(".")
    for forged in (
        "",
        ".",
        token,
        f"{token}.",
        f"x{token}.{signature}",
        f"{token}.{signature[::-1]}",
        f".{signature}",
        "é.ü",
    ):
        stranger.client.set_cookie(name, forged, path="/desk")
        assert try_password(stranger, password=PASSWORD, address="198.51.100.7").status == 429, forged


def test_a_browser_gets_no_cookie_before_it_has_signed_in(stranger: Visitor) -> None:
    for email in (EMAIL, "nobody@example.org"):
        cookies = try_password(stranger, email).response.headers.getlist("Set-Cookie")
        assert not any(cookie.startswith("known_") for cookie in cookies)


def test_neither_addresses_nor_accounts_are_stored_in_the_clear(stranger: Visitor, session: Session) -> None:
    fail_often(stranger, 1)
    session.commit()
    stored = session.scalars(select(PasswordAttempts.key_hash)).all()
    keys = AttemptKeys.build(stranger.client.application.secret_key, EMAIL, "192.0.2.1")  # type: ignore[arg-type]
    assert set(stored) == {keys.own, keys.address}


def test_old_counts_are_deleted(app: Flask, stranger: Visitor, session: Session, clock: time_machine.Traveller) -> None:
    fail_often(stranger, 1)
    session.commit()
    for moment, count in ((NOON + FORGET_AFTER - timedelta(seconds=1), 2), (NOON + FORGET_AFTER, 0)):
        clock.move_to(moment, tick=False)
        password_attempts.delete_forgotten_attempts(session, None)  # type: ignore[arg-type]
        assert session.scalar(select(func.count()).select_from(PasswordAttempts)) == count


@given(st.integers(0, 10**6), st.integers(1, 100))
def test_a_delay_never_shrinks_with_more_failures(failures: int, free: int) -> None:
    delay = compute_delay(failures, free)
    assert timedelta(0) <= delay <= compute_delay(failures + 1, free) <= MAX_DELAY
    assert (delay == timedelta(0)) == (failures < free)
