"""Proving with a passkey who one is (WebAuthn's authentication ceremony)."""

from datetime import datetime
from typing import Any

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import AuthenticationCredential, UserVerificationRequirement

from trainer.passkeys.challenges import Challenge
from trainer.passkeys.errors import PasskeyCopied, PasskeyRefused
from trainer.passkeys.models import Passkey
from trainer.passkeys.registration import LIFETIME_MILLISECONDS, UNREADABLE, describe_passkeys
from trainer.passkeys.relying_party import RelyingParty


def build_authentication_options(party: RelyingParty, challenge: Challenge, passkeys: list[Passkey]) -> dict[str, Any]:
    """Return what a browser needs to ask for one of these passkeys, or for any that it knows if the list is empty."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=base64url_to_bytes(challenge.value),
        timeout=LIFETIME_MILLISECONDS,
        allow_credentials=describe_passkeys(passkeys),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read_answer(text: str) -> AuthenticationCredential:
    """Return the answer that a browser has sent as JSON, unchecked. Raises PasskeyRefused."""
    try:
        return parse_authentication_credential_json(text)
    except UNREADABLE as error:
        raise PasskeyRefused from error


def get_credential_id(answer: AuthenticationCredential) -> str:
    """Return which passkey has answered, as `Passkey.credential_id`."""
    return bytes_to_base64url(answer.raw_id)


def verify_answer(
    session: Session, party: RelyingParty, challenge: Challenge, answer: AuthenticationCredential, now: datetime
) -> Passkey:
    """Return the passkey that has answered, with its new counter. Raises PasskeyRefused, PasskeyCopied.

    The row is locked, so that of two answers with the same counter one is refused. An answer to a challenge for nobody
    in particular has to name the account by its user handle.
    """
    query = select(Passkey).where(Passkey.credential_id == get_credential_id(answer)).with_for_update()
    passkey = session.scalar(query.execution_options(populate_existing=True))
    if passkey is None or not passkey.user.active or challenge.user_id not in (None, passkey.user_id):
        raise PasskeyRefused("not a passkey of an active account that was asked for")
    handle = answer.response.user_handle
    is_named = handle is not None and bytes_to_base64url(handle) == passkey.user_handle
    if not is_named and (handle is not None or challenge.user_id is None):
        raise PasskeyRefused("the user handle is not the one of the passkey")
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # compared below, once the signature is known to be genuine
            require_user_verification=True,
        )
    except UNREADABLE as error:
        raise PasskeyRefused from error
    require_higher_count(passkey, verified.new_sign_count)
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, now
    return passkey


def require_higher_count(passkey: Passkey, sign_count: int) -> None:
    """Raise PasskeyCopied unless the counter has grown, or authenticator and database have none (WebAuthn, section 7.2)."""
    if (sign_count or passkey.sign_count) and sign_count <= passkey.sign_count:
        raise PasskeyCopied(passkey, sign_count)
