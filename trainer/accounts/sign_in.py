"""Who is let in: making users and one-time sign-in links, and using a link up."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.accounts.models import Role, SignInLink, User

ORGANIZER_ROLE = "organizer"
SIGN_IN_LINK_LIFETIME = timedelta(hours=24)


class SignInLinkInvalid(Exception):
    """The sign-in link was never made, is used, or is too old."""


def get_or_create_organizer(session: Session, email: str, name: str = "", language: str = "kk") -> User:
    """Give the organizer with this e-mail address, making the account where there is none."""
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
    """Make a link for the user and give its token of 256 bits; it works once, for a day."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(user=user, token_hash=hash_sign_in_token(token), expires_at=now + SIGN_IN_LINK_LIFETIME))
    return token


def get_sign_in_link(session: Session, token: str, now: datetime) -> SignInLink:
    """Give the link that a token opens; raises LinkRefused."""
    link = session.scalar(select(SignInLink).where(SignInLink.token_hash == hash_sign_in_token(token)))
    if link is None or link.used_at is not None or link.expires_at <= now or not link.user.active:
        raise SignInLinkInvalid
    return link


def use_sign_in_link(session: Session, token: str, now: datetime) -> User:
    """Use the link up and give its user; of two that press at once one is let in. Raises LinkRefused."""
    link = get_sign_in_link(session, token, now)
    taken = update(SignInLink).where(SignInLink.id == link.id, SignInLink.used_at.is_(None)).values(used_at=now)
    if session.execute(taken).rowcount != 1:  # type: ignore[attr-defined]
        raise SignInLinkInvalid
    return link.user


def hash_sign_in_token(token: str) -> str:
    """Give what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
