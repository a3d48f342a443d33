"""Adding and removing passkeys on the account's page."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.passkeys.authenticator import PRESENT, Authenticator, decode
from tests.passkeys.steps import PASSKEYS, add_passkey, create_user, read_token, use_passkey
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.passkeys.models import Passkey


def read_entries(session: Session) -> list[tuple[str, str]]:
    """Return actor and action of the entries about passkeys."""
    session.expire_all()
    query = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject_kind == "passkey")
    return [(actor, action) for actor, action in session.execute(query.order_by(AuditEntry.number))]


def test_a_passkey_is_listed_with_its_name_and_when_it_was_used(
    session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    words = owner.get(PASSKEYS).words
    assert "Кеңсе телефоны" in words and "Әлі пайдаланылмаған" in words
    use_passkey(stranger, phone)
    assert "Әлі пайдаланылмаған" not in owner.get(PASSKEYS).words
    assert read_entries(session) == [(f"user:{saule.id}", "created"), (f"user:{saule.id}", "used")]


def test_the_device_learns_a_random_handle_and_which_passkeys_there_are(
    app: Flask, session: Session, saule: User, owner: Visitor, phone: Authenticator
) -> None:
    form = read_token(owner, PASSKEYS) | {"name": "Ноутбук"}
    options = owner.post(f"{PASSKEYS}/options", form, status=200).response.json
    assert options
    assert options["rp"]["id"] == "seminar.example.org"
    assert options["user"]["id"] == phone.user_handle, "one handle for all passkeys of an account"
    assert len(decode(options["user"]["id"])) == 32
    assert [each["id"] for each in options["excludeCredentials"]] == [phone.build_answer()["id"]]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    other = Authenticator()
    add_passkey(app, session, create_user(app, session, "asel@example.org"), other)
    assert other.user_handle != phone.user_handle


def test_a_removed_passkey_signs_nobody_in(
    session: Session, saule: User, owner: Visitor, phone: Authenticator, stranger: Visitor
) -> None:
    number = session.scalars(select(Passkey.id)).one()
    owner.post(f"{PASSKEYS}/{number}/remove", read_token(owner, PASSKEYS))
    use_passkey(stranger, phone, status=422)
    assert read_entries(session) == [(f"user:{saule.id}", "created"), (f"user:{saule.id}", "deleted")]


def test_nobody_removes_the_passkey_of_somebody_else(app: Flask, session: Session, owner: Visitor) -> None:
    number = session.scalars(select(Passkey.id)).one()
    other = sign_in(app, session, create_user(app, session, "asel@example.org"))
    other.post(f"{PASSKEYS}/{number}/remove", read_token(other, PASSKEYS), status=404)
    assert session.scalars(select(Passkey.id)).all() == [number]


def test_a_passkey_needs_a_name(app: Flask, session: Session, saule: User) -> None:
    visitor = sign_in(app, session, saule)
    form = read_token(visitor, PASSKEYS)
    assert visitor.post(f"{PASSKEYS}/options", {**form, "name": " "}, status=422).response.json == {
        "error": "Бұл өріс міндетті түрде керек."
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://seminar.example.org.evil.example"},
        {"origin": "http://seminar.example.org"},
        {"host": "evil.example"},
        {"flags": PRESENT},
    ],
)
def test_a_passkey_from_elsewhere_or_without_verification_is_not_added(
    app: Flask, session: Session, saule: User, phone: Authenticator, changes: dict[str, str]
) -> None:
    visitor = sign_in(app, session, saule)
    form = read_token(visitor, PASSKEYS) | {"name": "Телефон"}
    options = visitor.post(f"{PASSKEYS}/options", form, status=200).response.json
    assert options
    answer = replace(phone, **changes).make_passkey(options)  # type: ignore[arg-type]
    visitor.post(PASSKEYS, {**form, "answer": json.dumps(answer)}, status=422)
    assert session.scalars(select(Passkey.id)).all() == []


def test_the_same_passkey_is_added_once(
    app: Flask, session: Session, saule: User, owner: Visitor, phone: Authenticator
) -> None:
    other = sign_in(app, session, create_user(app, session, "asel@example.org"))
    form = read_token(other, PASSKEYS) | {"name": "Телефон"}
    options = other.post(f"{PASSKEYS}/options", form, status=200).response.json
    assert options
    answer = json.dumps(phone.make_passkey(options))
    other.post(PASSKEYS, {**form, "answer": answer}, status=422)
    assert session.scalars(select(Passkey.user_id)).all() == [saule.id]


def test_an_answer_after_more_than_five_minutes_adds_nothing(
    app: Flask, session: Session, saule: User, phone: Authenticator, clock: time_machine.Traveller
) -> None:
    visitor = sign_in(app, session, saule)
    form = read_token(visitor, PASSKEYS) | {"name": "Телефон"}
    options = visitor.post(f"{PASSKEYS}/options", form, status=200).response.json
    assert options
    answer = json.dumps(phone.make_passkey(options))
    clock.move_to(NOON + timedelta(minutes=6))
    visitor.post(PASSKEYS, {**form, "answer": answer}, status=422)
    assert session.scalars(select(Passkey.id)).all() == []


def test_a_sign_in_of_yesterday_is_not_enough_to_change_passkeys(
    session: Session, owner: Visitor, phone: Authenticator, clock: time_machine.Traveller
) -> None:
    token = read_token(owner, PASSKEYS)
    number = session.scalars(select(Passkey.id)).one()
    clock.move_to(NOON + timedelta(hours=26))
    for address in (f"{PASSKEYS}/{number}/remove", PASSKEYS, f"{PASSKEYS}/options"):
        assert "/desk/verify" in owner.post(address, token, status=302).location
    assert "/desk/verify" in owner.get(PASSKEYS, status=302).location
    assert session.scalars(select(Passkey.id)).all() == [number]
    use_passkey(owner, phone, "confirmation")
    owner.post(f"{PASSKEYS}/{number}/remove", token)
    assert session.scalars(select(Passkey.id)).all() == []


def test_the_log_holds_no_key(session: Session, owner: Visitor, phone: Authenticator) -> None:
    rows = repr(session.execute(select(AuditEntry.changes)).all())
    assert phone.build_answer()["id"] not in rows and str(phone.user_handle) not in rows
