"""Creating organizers and their one-time sign-in links."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.accounts.models import Role, SignInLink, User
from trainer.fingerprint import hash_text

ORGANIZER_ROLE = "organizer"
SIGN_IN_LINK_LIFETIME = timedelta(hours=24)


class SignInLinkInvalid(Exception):
    """The sign-in link does not exist, has been used or has expired."""


def get_or_create_organizer(session: Session, email: str, name: str = "", language: str = "kk") -> User:
    """Return the user with this e-mail address and the organizer role, creating both as needed."""
    email = email.strip().casefold()
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email, name=name, language=language, fs_uniquifier=uuid.uuid4().hex)
        session.add(user)
    role = session.scalar(select(Role).where(Role.name == ORGANIZER_ROLE)) or Role(name=ORGANIZER_ROLE)
    if role not in user.roles:
        user.roles.append(role)
    session.flush()
    return user


def create_sign_in_link(session: Session, user: User, now: datetime) -> str:
    """Create a link for the user and return its token of 256 bits, valid once within SIGN_IN_LINK_LIFETIME."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(user=user, token_hash=hash_sign_in_token(token), expires_at=now + SIGN_IN_LINK_LIFETIME))
    return token


def get_sign_in_link(session: Session, token: str, now: datetime) -> SignInLink:
    """Return the valid link with this token. Raises SignInLinkInvalid."""
    link = session.scalar(select(SignInLink).where(SignInLink.token_hash == hash_sign_in_token(token)))
    if link is None or link.used_at is not None or link.expires_at <= now or not link.user.active:
        raise SignInLinkInvalid
    return link


def use_sign_in_link(session: Session, token: str, now: datetime) -> User:
    """Mark the link as used and return its user. Raises SignInLinkInvalid.

    Of two simultaneous calls, one succeeds.
    """
    link = get_sign_in_link(session, token, now)
    claim = update(SignInLink).where(SignInLink.id == link.id, SignInLink.used_at.is_(None)).values(used_at=now)
    if session.execute(claim).rowcount != 1:  # type: ignore[attr-defined]
        raise SignInLinkInvalid
    return link.user


def hash_sign_in_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, as it is stored."""
    return hash_text(token)
