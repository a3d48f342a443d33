"""A forgotten password: the same answer to everybody, a link that works once, and the end of all other sign-ins."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password, verify_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON
from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer, get_email_text
from tests.page import Page
from tests.visitor import Visitor, sign_in
from trainer.account_mail.letter_queue import delete_old_letters
from trainer.account_mail.models import AccountLetter, PasswordReset
from trainer.account_mail.password_reset import PasswordResetInvalid, use_password_reset, write_reset_letter
from trainer.accounts.models import PasswordAttempts, SignedInBrowser, User
from trainer.accounts.password_attempts import FREE_FAILURES_PER_ACCOUNT, FREE_FAILURES_PER_ADDRESS
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.extensions import db

EMAIL = "saule@example.org"
FORGOTTEN = "/forgotten-password"
SIGN_IN = "/desk/sign-in"
OLD, NEW = "қоңыр үйрек көлде", "ақ аққу көлге қонды"


@pytest.fixture(autouse=True)
def saule(app: Flask, session: Session, clock: time_machine.Traveller, smtp_server: FakeSmtpServer) -> User:
    """Return an organizer with a password, where a mail server is set."""
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=smtp_server.address, mail_from=SENDER)
    app.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=64)
    user = get_or_create_organizer(session, EMAIL, name="Сәуле", language="ru")
    with app.app_context():
        user.password = hash_password(unicodedata.normalize("NFKD", OLD))
    session.commit()
    return user


def ask(visitor: Visitor, email: str = EMAIL, address: str = "192.0.2.1") -> Page:
    """Send the form of the forgotten password and return the response, whatever its status."""
    visitor.session.commit()
    fields = {**visitor.get(FORGOTTEN).read_form()[1], "email": email}
    response = visitor.client.post(FORGOTTEN, data=fields, environ_overrides={"REMOTE_ADDR": address})
    return Page(response, status=response.status_code)


def find_link(smtp_server: FakeSmtpServer) -> str:
    """Return the path of the link in the last letter."""
    match = re.search(r"https://seminar\.example\.org(/new-password/[\w-]+)\n", get_email_text(smtp_server.emails[-1]))
    assert match
    return match[1]


def receive_link(visitor: Visitor, worker: BackgroundWorker, smtp_server: FakeSmtpServer) -> str:
    """Ask for a letter, let it be sent, and return the path of its link."""
    assert ask(visitor).status == 303
    worker.run_jobs("account letters")
    return find_link(smtp_server)


def set_password(visitor: Visitor, link: str, password: str = NEW, *, status: int = 303) -> Page:
    """Type a new password twice."""
    return visitor.submit(link, {"password": password, "password_confirm": password}, status=status)


def count(session: Session, model: type) -> int:
    """Return the number of rows of a table."""
    session.commit()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_sign_in_page_leads_to_it_where_mail_is_set(app: Flask, stranger: Visitor) -> None:
    assert f'href="{FORGOTTEN}"' in stranger.get(SIGN_IN).text
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url="")
    assert f'href="{FORGOTTEN}"' not in stranger.get(SIGN_IN).text
    stranger.get(FORGOTTEN, status=404)


def test_the_link_sets_a_new_password_in_the_users_language(
    app: Flask, stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    link = receive_link(stranger, worker, smtp_server)
    [letter] = smtp_server.emails
    assert (letter["To"], letter["From"], letter["Content-Language"]) == (EMAIL, SENDER, "ru")
    assert "пароль" in get_email_text(letter)
    answer = set_password(stranger, link)
    assert answer.location == SIGN_IN
    stranger.submit(SIGN_IN, {"email": EMAIL, "password": OLD}, status=200)
    stranger.submit(SIGN_IN, {"email": EMAIL, "password": NEW}, status=302)
    stranger.get("/desk/")


def test_the_new_password_ends_every_sign_in_and_is_recorded(
    app: Flask,
    stranger: Visitor,
    session: Session,
    saule: User,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
) -> None:
    browsers = [sign_in(app, session, saule) for _browser in range(2)]
    link = receive_link(stranger, worker, smtp_server)
    set_password(stranger, link)
    assert count(session, SignedInBrowser) == 0
    for browser in browsers:
        browser.get("/desk/account", status=302)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject_kind) == (f"user:{saule.id}", "changed", "user")


def test_known_and_unknown_accounts_get_the_same_answer_and_cost_the_same(
    stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    get_or_create_organizer(session, "left@example.org").active = False
    answers = []
    for email in (EMAIL, " Saule@Example.org", "nobody@example.org", "left@example.org"):
        answer = ask(stranger, email)
        answers.append((answer.status, answer.location, stranger.get(str(answer.location)).words))
    assert len(set(answers)) == 1
    assert count(session, AccountLetter) == 4
    assert count(session, PasswordReset) == 0, "only the worker looks for the account"
    worker.run_jobs("account letters")
    assert smtp_server.recipients == [EMAIL, EMAIL]
    assert count(session, AccountLetter) == 2, "nothing is kept of an address without an account"


def test_requests_are_delayed_for_an_account_that_exists_or_not(
    stranger: Visitor, clock: time_machine.Traveller
) -> None:
    for email in (EMAIL, "nobody@example.org"):
        for number in range(FREE_FAILURES_PER_ACCOUNT):
            assert ask(stranger, email, f"198.51.100.{number}").status == 303
        page = ask(stranger, email, "198.51.100.77")
        assert (page.status, page.response.headers["Retry-After"]) == (429, "60")
        assert "1 минуттан" in page.words
    clock.move_to(NOON + timedelta(seconds=60), tick=False)
    assert ask(stranger, EMAIL, "198.51.100.77").status == 303


def test_requests_are_delayed_for_a_network_address_and_passwords_are_not(stranger: Visitor) -> None:
    for number in range(FREE_FAILURES_PER_ADDRESS):
        assert ask(stranger, f"guess{number}@example.org", "127.0.0.1").status == 303
    assert ask(stranger, address="127.0.0.1").status == 429
    stranger.submit(SIGN_IN, {"email": EMAIL, "password": OLD}, status=302)


def test_the_link_works_once_and_voids_all_others(
    app: Flask, stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    first, second = (receive_link(stranger, worker, smtp_server) for _letter in range(2))
    assert first != second
    set_password(stranger, first)
    for link in (first, second, "/new-password/x", "/new-password/Ә"):
        refused = Visitor(app.test_client(), session).get(link, status=404)
        assert refused.heading


@pytest.mark.parametrize(("later", "status"), [(timedelta(minutes=59), 200), (timedelta(hours=1), 404)])
def test_the_link_lasts_an_hour(
    stranger: Visitor,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
    later: timedelta,
    status: int,
) -> None:
    link = receive_link(stranger, worker, smtp_server)
    clock.move_to(NOON + later, tick=False)
    stranger.get(link, status=status)


@pytest.mark.parametrize("change", [{"active": False}, {"email": "new@example.org"}])
def test_the_link_is_void_after_the_account_has_changed(
    stranger: Visitor,
    session: Session,
    saule: User,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    change: dict[str, object],
) -> None:
    link = receive_link(stranger, worker, smtp_server)
    for name, value in change.items():
        setattr(saule, name, value)
    stranger.get(link, status=404)


def test_a_bad_password_is_explained_and_keeps_the_link(
    stranger: Visitor, session: Session, saule: User, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    link = receive_link(stranger, worker, smtp_server)
    assert "10" in set_password(stranger, link, "short", status=422).words
    stranger.submit(link, {"password": NEW, "password_confirm": OLD}, status=422)
    set_password(stranger, link)


def test_the_second_step_is_asked_with_the_new_password(
    stranger: Visitor, session: Session, saule: User, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    saule.tf_primary_method, saule.tf_totp_secret = "authenticator", "x"
    set_password(stranger, receive_link(stranger, worker, smtp_server))
    answer = stranger.submit(SIGN_IN, {"email": EMAIL, "password": NEW}, status=302)
    assert "second-step" in str(answer.location)
    stranger.get("/desk/", status=302)


def test_wrong_passwords_of_strangers_do_not_delay_the_new_one(
    stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    for _attempt in range(FREE_FAILURES_PER_ACCOUNT):
        stranger.submit(SIGN_IN, {"email": EMAIL, "password": "wrong"}, status=200)
    stranger.submit(SIGN_IN, {"email": EMAIL, "password": OLD}, status=429)
    set_password(stranger, receive_link(stranger, worker, smtp_server))
    stranger.submit(SIGN_IN, {"email": EMAIL, "password": NEW}, status=302)
    assert count(session, PasswordAttempts) > 0


def test_of_two_uses_at_once_one_succeeds(
    app: Flask, stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    token = receive_link(stranger, worker, smtp_server).rpartition("/")[2]
    session.commit()

    def use(password: str) -> str:
        with app.app_context():
            try:
                use_password_reset(db.session(), token, hash_password(password), "secret", NOON)
                db.session.commit()
            except PasswordResetInvalid:
                return "refused"
            return password

    results = run_concurrently(lambda: use(OLD), lambda: use(NEW))
    assert results.count("refused") == 1
    [user] = session.scalars(select(User))
    with app.app_context():
        assert verify_password(next(result for result in results if result != "refused"), str(user.password))


def test_the_database_holds_only_a_hash_of_the_token_and_no_letter(
    stranger: Visitor, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    token = receive_link(stranger, worker, smtp_server).rpartition("/")[2]
    [reset], [letter] = session.scalars(select(PasswordReset)), session.scalars(select(AccountLetter))
    assert token not in f"{vars(reset)} {vars(letter)}"


def test_a_letter_that_waited_too_long_is_not_sent(app: Flask, stranger: Visitor, session: Session) -> None:
    ask(stranger)
    session.commit()
    [letter] = session.scalars(select(AccountLetter))
    with app.app_context():
        assert write_reset_letter(session, letter, NOON + timedelta(hours=1)) is None


def test_old_letters_are_deleted(
    stranger: Visitor, session: Session, worker: BackgroundWorker, clock: time_machine.Traveller
) -> None:
    ask(stranger)
    worker.run_jobs("account letters")
    for later, rows in ((timedelta(days=7), 1), (timedelta(days=8), 0)):
        clock.move_to(NOON + later, tick=False)
        session.commit()
        delete_old_letters(session, None)  # type: ignore[arg-type]
        assert count(session, AccountLetter) == rows
