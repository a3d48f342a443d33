"""The second step of signing in: codes of an authenticator app, recovery codes, and no guessing."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.second_step import compute_code, turn_on
from tests.factories import NOON
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry

EMAIL, PASSWORD = "saule@example.org", "long enough password"


@pytest.fixture
def saule(app: Flask, session: Session, clock: time_machine.Traveller) -> User:
    """Return an organizer with a password."""
    user = get_or_create_organizer(session, EMAIL, name="Сәуле")
    with app.app_context():
        user.password = hash_password(PASSWORD)
    session.commit()
    return user


def give_password(stranger: Visitor) -> None:
    """Take the first step."""
    page = stranger.submit("/desk/sign-in", {"email": EMAIL, "password": PASSWORD}, status=302)
    assert "/desk/second-step/code" in page.location


def test_a_password_alone_is_not_enough(
    app: Flask, session: Session, saule: User, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    _visitor, key = turn_on(app, session, saule)
    clock.move_to(NOON + timedelta(minutes=5))
    give_password(stranger)
    stranger.get("/desk/account", status=302)
    stranger.submit("/desk/second-step/code", {"code": "000000"}, status=200)
    stranger.get("/desk/account", status=302)
    code = compute_code(key, (NOON + timedelta(minutes=5)).timestamp())
    stranger.submit("/desk/second-step/code", {"code": code}, status=302)
    stranger.get("/desk/account")


def test_codes_can_not_be_guessed(
    app: Flask, session: Session, saule: User, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    _visitor, key = turn_on(app, session, saule)
    clock.move_to(NOON + timedelta(minutes=5))
    give_password(stranger)
    for number in range(5):
        stranger.submit("/desk/second-step/code", {"code": f"{number:06}"}, status=200)
    code = compute_code(key, (NOON + timedelta(minutes=5)).timestamp())
    stranger.submit("/desk/second-step/code", {"code": code}, status=429)
    stranger.get("/desk/account", status=302)


def test_a_recovery_code_works_once(app: Flask, session: Session, saule: User, stranger: Visitor) -> None:
    visitor, _key = turn_on(app, session, saule)
    page = visitor.post(
        "/desk/recovery-codes",
        visitor.get("/desk/recovery-codes").read_form()[1] | {"generate_new_codes": "1"},
        status=200,
    )
    codes = re.findall(r"<li><code>([^<]+)</code></li>", page.response.get_data(as_text=True))
    assert len(codes) == 8
    session.expire_all()
    assert not set(codes) & set(saule.mf_recovery_codes or ()), "stored encrypted"
    give_password(stranger)
    stranger.submit("/desk/recovery", {"code": codes[0]}, status=302)
    stranger.get("/desk/account")
    other = Visitor(app.test_client(), session)
    give_password(other)
    other.submit("/desk/recovery", {"code": codes[0]}, status=200)
    other.get("/desk/account", status=302)


def test_the_second_step_is_turned_off_again(app: Flask, session: Session, saule: User, stranger: Visitor) -> None:
    visitor, _key = turn_on(app, session, saule)
    form = visitor.get("/desk/second-step").read_form()[1]
    visitor.post("/desk/second-step", {**form, "setup": "disable"}, status=302)
    page = stranger.submit("/desk/sign-in", {"email": EMAIL, "password": PASSWORD}, status=302)
    assert page.location == "/desk/"


def test_the_log_says_that_it_changed_and_holds_no_key(app: Flask, session: Session, saule: User) -> None:
    _visitor, key = turn_on(app, session, saule)
    session.expire_all()
    rows = session.execute(select(AuditEntry.subject_kind, AuditEntry.changes)).all()
    assert any(kind == "user" and "tf_totp_secret" in changes for kind, changes in rows)
    assert key.replace("-", "") not in repr(rows)
    assert saule.tf_totp_secret and key.replace("-", "") not in saule.tf_totp_secret, "stored encrypted"
