"""The passkeys of an account."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.passkeys.models import Passkey

USER_HANDLE_BYTES = 32


class PasskeyUnknown(Exception):
    """The user has no passkey with this number."""


def list_passkeys(session: Session, user_id: int) -> list[Passkey]:
    """Return the passkeys of a user in the order in which they were added."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def find_passkey(session: Session, credential_id: str) -> Passkey | None:
    """Return the passkey with the identifier that its authenticator has chosen."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def choose_user_handle(passkeys: list[Passkey]) -> str:
    """Return by which authenticators know the account: what its passkeys have, or for the first one a random handle."""
    return passkeys[0].user_handle if passkeys else secrets.token_urlsafe(USER_HANDLE_BYTES)


def remove_passkey(session: Session, user_id: int, passkey_id: int) -> None:
    """Delete a passkey of a user. Raises PasskeyUnknown."""
    passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))
    if passkey is None:
        raise PasskeyUnknown
    session.delete(passkey)
