"""Whatever is sent instead of an authenticator's answer, it is refused, and nothing else goes wrong."""

import json
from copy import deepcopy
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.passkeys.authenticator import Authenticator, decode, encode
from trainer.accounts.models import User
from trainer.passkeys.authentication import build_authentication_options, read_answer, verify_answer
from trainer.passkeys.challenges import Challenge, Purpose
from trainer.passkeys.errors import PasskeyRefused
from trainer.passkeys.registration import add_passkey, build_registration_options
from trainer.passkeys.relying_party import RelyingParty

pytestmark = pytest.mark.one_database

PARTY = RelyingParty("seminar.example.org", "https://seminar.example.org")
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.binary(max_size=60).map(encode))
FIELDS = ("clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject")
ANSWERS = st.one_of(
    st.text(max_size=50),
    st.just("[" * 10_000),
    st.fixed_dictionaries(
        {
            "id": VALUES,
            "rawId": VALUES,
            "type": st.sampled_from(["public-key", "x", None]),
            "response": st.one_of(VALUES, st.dictionaries(st.sampled_from(FIELDS), VALUES)),
        }
    ).map(json.dumps),
)


def start(user: User) -> Challenge:
    """Return a challenge for a user."""
    return Challenge(encode(bytes(range(32))), Purpose.ADDING, user.id, encode(bytes(32)), NOON.timestamp())


def change_byte(answer: dict[str, Any], name: str, place: int, change: int) -> dict[str, Any]:
    """Return an answer with some bits of one byte of a field turned over."""
    changed = deepcopy(answer)
    content = bytearray(decode(changed["response"][name]))
    content[place % len(content)] ^= change
    changed["response"][name] = encode(bytes(content))
    return changed


@settings(max_examples=60)
@given(text=ANSWERS)
def test_what_is_no_answer_is_refused(session: Session, saule: User, text: str) -> None:
    with pytest.raises(PasskeyRefused):
        add_passkey(session, PARTY, saule.id, start(saule), text, "Телефон", NOON)
    with pytest.raises(PasskeyRefused):
        verify_answer(session, PARTY, start(saule), read_answer(text), NOON)


@settings(max_examples=60)
@given(
    name=st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]),
    place=st.integers(0, 400),
    change=st.integers(1, 255),
)
def test_an_answer_with_a_changed_byte_is_refused(
    session: Session, saule: User, name: str, place: int, change: int
) -> None:
    phone, challenge = Authenticator(), start(saule)
    made = phone.make_passkey(build_registration_options(PARTY, saule, challenge, []))
    passkey = add_passkey(session, PARTY, saule.id, challenge, json.dumps(made), "Телефон", NOON)
    answer = phone.sign(build_authentication_options(PARTY, challenge, [passkey]))
    with pytest.raises(PasskeyRefused):
        changed = change_byte(answer, name, place, change)
        verify_answer(session, PARTY, challenge, read_answer(json.dumps(changed)), NOON)
    verify_answer(session, PARTY, challenge, read_answer(json.dumps(answer)), NOON)


@settings(max_examples=60)
@given(place=st.integers(0, 400), change=st.integers(1, 255))
def test_a_passkey_with_a_changed_byte_is_refused_or_can_be_used(
    session: Session, saule: User, place: int, change: int
) -> None:
    phone, challenge = Authenticator(), start(saule)
    made = phone.make_passkey(build_registration_options(PARTY, saule, challenge, []))
    changed = change_byte(made, "attestationObject", place, change)
    try:
        passkey = add_passkey(session, PARTY, saule.id, challenge, json.dumps(changed), "Телефон", NOON)
    except PasskeyRefused:
        return
    phone.credential_id, phone.sign_count = decode(passkey.credential_id), passkey.sign_count
    answer = read_answer(json.dumps(phone.sign(build_authentication_options(PARTY, challenge, [passkey]))))
    if passkey.public_key == cbor2.dumps(phone.build_cose_key()):
        assert verify_answer(session, PARTY, challenge, answer, NOON) == passkey
    else:
        with pytest.raises(PasskeyRefused):
            verify_answer(session, PARTY, challenge, answer, NOON)
