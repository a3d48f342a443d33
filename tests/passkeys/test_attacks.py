"""What an attacker might send: answers made elsewhere, for others, twice, or by a copy of the passkey."""

import json
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.second_step import turn_on
from tests.factories import NOON
from tests.passkeys.authenticator import PRESENT, VERIFIED, Authenticator, encode
from tests.passkeys.steps import (
    add_passkey,
    begin,
    create_user,
    give_password,
    is_signed_in,
    open_another_browser,
    send_answer,
    use_passkey,
)
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.passkeys.challenges import delete_expired_challenges
from trainer.passkeys.models import AnsweredChallenge, Passkey

pytestmark = pytest.mark.one_database

WRONG: dict[str, dict[str, Any]] = {
    "a host that begins alike": {"origin": "https://seminar.example.org.evil.example"},
    "another port": {"origin": "https://seminar.example.org:8443"},
    "no https": {"origin": "http://seminar.example.org"},
    "another relying party": {"host": "evil.example"},
    "the domain above": {"host": "example.org"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": VERIFIED},
    "another user handle": {"user_handle": encode(bytes(32))},
    "no user handle": {"user_handle": None},
    "an unreadable user handle": {"user_handle": "%"},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
    "an unknown passkey": {"credential_id": bytes(32)},
}
"""What is wrong with an answer that is right otherwise."""


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_not_right_in_every_point_is_refused(
    owner: Visitor, phone: Authenticator, stranger: Visitor, name: str
) -> None:
    assert "error" in use_passkey(stranger, replace(phone, **WRONG[name]), status=422)
    assert not is_signed_in(stranger)


def test_an_answer_is_taken_once(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    form, options = begin(stranger)
    answer, cookie = phone.sign(options), stranger.client.get_cookie("session")
    assert cookie
    send_answer(stranger, form, answer)
    thief = open_another_browser(stranger)
    thief.client.set_cookie("session", cookie.value)
    phone.sign_count = 5
    for replayed in (answer, phone.sign(options)):
        send_answer(thief, form, replayed, status=422)
    assert not is_signed_in(thief)


def test_a_wrong_answer_uses_the_challenge_up(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    form, options = begin(stranger)
    cookie = stranger.client.get_cookie("session")
    assert cookie
    send_answer(stranger, form, replace(phone, origin="https://evil.example").sign(options), status=422)
    stranger.client.set_cookie("session", cookie.value)
    send_answer(stranger, form, phone.sign(options), status=422)
    assert not is_signed_in(stranger)


def test_an_answer_to_the_challenge_of_another_browser_is_refused(
    owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    victim = open_another_browser(stranger)
    answer = phone.sign(begin(victim)[1])
    form, _options = begin(stranger)
    send_answer(stranger, form, answer, status=422)
    assert not is_signed_in(stranger)


def test_a_challenge_expires(
    owner: Visitor, phone: Authenticator, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    form, options = begin(stranger)
    answer = phone.sign(options)
    clock.move_to(NOON + timedelta(minutes=5))
    send_answer(stranger, form, answer, status=422)
    assert not is_signed_in(stranger)


def test_a_challenge_is_for_one_purpose(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    form, options = begin(owner, "confirmation")
    send_answer(owner, form, phone.sign(options), "sign-in", status=422)
    form, options = begin(stranger)
    send_answer(stranger, form, phone.sign(options), "confirmation", status=422)
    send_answer(stranger, form, phone.sign(options), "second-step", status=422)
    assert not is_signed_in(stranger)


def test_a_copy_of_a_passkey_is_refused_and_recorded(
    session: Session, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    copy = replace(phone)
    phone.sign_count = 6
    use_passkey(stranger, phone)
    copy.sign_count = 4  # its next answer has 5
    thief = open_another_browser(stranger)
    use_passkey(thief, copy, status=422)
    assert not is_signed_in(thief)
    session.expire_all()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "refused")).one()
    assert json.loads(entry.changes) == {"sign_count": [7, 5]}
    assert session.scalars(select(Passkey.sign_count)).one() == 7
    use_passkey(thief, phone)


def test_a_counter_that_stops_is_a_copy(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    use_passkey(stranger, phone)
    use_passkey(open_another_browser(stranger), replace(phone, counts=False, sign_count=0), status=422)


def test_somebody_elses_passkey_is_no_second_step(
    app: Flask, session: Session, saule: User, owner: Visitor, stranger: Visitor
) -> None:
    turn_on(app, session, saule)
    other = Authenticator()
    add_passkey(app, session, create_user(app, session, "asel@example.org"), other)
    give_password(stranger, saule)
    use_passkey(stranger, other, "second-step", status=422)
    assert not is_signed_in(stranger)


def test_somebody_elses_passkey_confirms_nothing(app: Flask, session: Session, owner: Visitor) -> None:
    other = Authenticator()
    add_passkey(app, session, create_user(app, session, "asel@example.org"), other)
    use_passkey(owner, other, "confirmation", status=422)


def test_a_second_step_needs_the_first(owner: Visitor, stranger: Visitor) -> None:
    form, _options = begin(stranger)
    stranger.post("/desk/passkey/second-step/options", form, status=422)
    stranger.post("/desk/passkey/confirmation/options", form, status=422)


def test_a_suspended_account_does_not_open(
    app: Flask, session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    turn_on(app, session, saule)
    give_password(stranger, saule)
    saule.active = False
    session.commit()
    use_passkey(stranger, phone, "second-step", status=422)
    use_passkey(open_another_browser(stranger), phone, status=422)
    assert not is_signed_in(stranger)


def test_wrong_answers_are_counted_and_delayed(
    owner: Visitor, phone: Authenticator, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    forged = replace(phone, key=ec.generate_private_key(ec.SECP256R1()))
    for _number in range(5):
        use_passkey(stranger, forged, status=422)
    form, options = begin(stranger)
    page = stranger.post("/desk/passkey/sign-in", {**form, "answer": json.dumps(phone.sign(options))}, status=429)
    assert page.response.headers["Retry-After"] == "60"
    clock.move_to(NOON + timedelta(minutes=1, seconds=1))
    use_passkey(stranger, phone)


def test_wrong_passwords_of_strangers_do_not_delay_a_passkey(
    saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    for _number in range(6):
        stranger.client.post(
            "/desk/sign-in",
            data={**stranger.get("/desk/sign-in").read_form()[1], "email": saule.email, "password": "wrong"},
        )
    use_passkey(stranger, phone)


def test_a_request_without_the_form_token_is_refused(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    options = begin(stranger)[1]
    stranger.post("/desk/passkey/sign-in/options", {}, status=400)
    answer = json.dumps(phone.sign(options))
    stranger.post("/desk/passkey/sign-in", {"answer": answer}, status=400)
    assert not is_signed_in(stranger)


def test_challenges_that_were_answered_are_forgotten_once_they_have_expired(
    session: Session, owner: Visitor, phone: Authenticator, stranger: Visitor, clock: time_machine.Traveller
) -> None:
    use_passkey(stranger, phone)
    for minutes, count in ((4, 2), (6, 0)):  # that of adding, that of signing in
        clock.move_to(NOON + timedelta(minutes=minutes))
        session.commit()
        delete_expired_challenges(session, Event())
        assert len(session.scalars(select(AnsweredChallenge)).all()) == count
