"""Signing in with a passkey, using it as the second step, and confirming with it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.second_step import turn_on
from tests.factories import NOON
from tests.passkeys.authenticator import Authenticator
from tests.passkeys.steps import begin, give_password, is_signed_in, open_another_browser, send_answer, use_passkey
from tests.visitor import Visitor
from trainer.accounts.models import SignedInBrowser, User
from trainer.audit.models import AuditEntry
from trainer.passkeys.models import Passkey


def test_a_passkey_signs_in_without_password_and_second_step(
    app: Flask, session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    turn_on(app, session, saule)
    assert use_passkey(stranger, phone) == {"location": "/desk/"}
    assert is_signed_in(stranger)
    session.expire_all()
    passkey = session.scalars(select(Passkey)).one()
    assert (passkey.sign_count, passkey.last_used_at) == (1, NOON)
    assert len(session.scalars(select(SignedInBrowser).where(SignedInBrowser.user_id == saule.id)).all()) == 3


def test_the_browser_is_asked_for_any_passkey_of_this_host_and_to_verify_the_user(
    owner: Visitor, stranger: Visitor
) -> None:
    options = begin(stranger)[1]
    assert options["rpId"] == "seminar.example.org"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_who_wanted_a_page_gets_there_and_nowhere_else(owner: Visitor, phone: Authenticator, stranger: Visitor) -> None:
    for wanted, reached in (("/desk/seminars", "/desk/seminars"), ("https://evil.example/", "/desk/")):
        browser = open_another_browser(stranger)
        form, options = begin(browser, next=wanted)
        assert send_answer(browser, form, phone.sign(options)) == {"location": reached}


@pytest.mark.parametrize("is_remembered", [True, False])
def test_staying_signed_in_is_a_choice(
    owner: Visitor, phone: Authenticator, stranger: Visitor, is_remembered: bool
) -> None:
    more: dict[str, Any] = {"remember": "y"} if is_remembered else {}
    form, options = begin(stranger, **more)
    send_answer(stranger, form, phone.sign(options))
    assert (stranger.client.get_cookie("remember_token") is not None) == is_remembered


def test_a_passkey_is_the_second_step_after_a_password(
    app: Flask, session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    turn_on(app, session, saule)
    give_password(stranger, saule)
    assert not is_signed_in(stranger)
    form, options = begin(stranger, "second-step")
    assert [each["id"] for each in options["allowCredentials"]] == [phone.build_answer()["id"]]
    assert send_answer(stranger, form, phone.sign(options), "second-step") == {"location": "/desk/"}
    assert is_signed_in(stranger)


def test_only_who_has_a_passkey_is_offered_it_as_the_second_step(
    app: Flask, session: Session, saule: User, stranger: Visitor
) -> None:
    turn_on(app, session, saule)
    give_password(stranger, saule)
    page = stranger.get("/desk/second-step/code")
    assert "data-passkey" not in page.text
    token = page.read_form()[1]["csrf_token"]
    stranger.post("/desk/passkey/second-step/options", {"csrf_token": token}, status=422)


def test_a_passkey_confirms_who_is_there(owner: Visitor, phone: Authenticator, clock: time_machine.Traveller) -> None:
    clock.move_to(NOON + timedelta(hours=26))
    owner.get("/desk/second-step", status=302)
    use_passkey(owner, phone, "confirmation")
    owner.get("/desk/second-step")


def test_an_authenticator_without_a_counter_signs_in_again_and_again(
    owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    phone.counts = False
    for _time in range(2):
        use_passkey(open_another_browser(stranger), phone)


def test_using_a_passkey_is_recorded(
    session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    use_passkey(stranger, phone)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == "passkey", AuditEntry.action == "used")
    ).one()
    assert entry.actor == f"user:{saule.id}"
