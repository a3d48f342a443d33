"""Adding a passkey to an account (WebAuthn's registration ceremony)."""

from datetime import datetime
from typing import Any

import webauthn
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trainer.accounts.models import User
from trainer.passkeys.challenges import CHALLENGE_LIFETIME, Challenge
from trainer.passkeys.errors import PasskeyRefused
from trainer.passkeys.models import Passkey
from trainer.passkeys.relying_party import RelyingParty

LIFETIME_MILLISECONDS = round(CHALLENGE_LIFETIME.total_seconds() * 1000)
UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the WebAuthn library raises for answers that no browser sends."""


def describe_passkeys(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    """Return passkeys as authenticators know them."""
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id)) for passkey in passkeys]


def build_registration_options(
    party: RelyingParty, user: User, challenge: Challenge, passkeys: list[Passkey]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, in JSON values.

    The authenticator has to store the key with the account, so that no address need be typed, and to verify the user.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.host,
        user_id=base64url_to_bytes(challenge.user_handle),
        user_name=user.email,
        user_display_name=user.name or user.email,
        challenge=base64url_to_bytes(challenge.value),
        timeout=LIFETIME_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=describe_passkeys(passkeys),
    )
    return options_to_json_dict(options)


def add_passkey(
    session: Session, party: RelyingParty, user_id: int, challenge: Challenge, answer: str, name: str, now: datetime
) -> Passkey:
    """Check what an authenticator has answered, and store the passkey. Raises PasskeyRefused."""
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
    except UNREADABLE as error:
        raise PasskeyRefused from error
    credential_id = bytes_to_base64url(verified.credential_id)
    if session.scalar(select(exists().where(Passkey.credential_id == credential_id))):
        raise PasskeyRefused("the passkey belongs to an account already")
    passkey = Passkey(
        user_id=user_id,
        credential_id=credential_id,
        public_key=verified.credential_public_key,
        user_handle=challenge.user_handle,
        sign_count=verified.sign_count,
        name=name,
        added_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey
