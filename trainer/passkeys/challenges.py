"""Challenges: random numbers that an authenticator signs, so that an answer is good for one purpose, in one browser, once.

The signed cookie of the visit holds the challenge, what it is for and for whom; no table grows with the challenges that
strangers ask for. A cookie could be sent twice, so the database keeps the hash of every challenge that was answered.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import session as cookie
from sqlalchemy.orm import Session

from trainer.accounts.password_attempts import INSERTS
from trainer.fingerprint import hash_text
from trainer.passkeys.models import AnsweredChallenge
from trainer.tasks import delete_where

CHALLENGE_BYTES = 32
CHALLENGE_LIFETIME = timedelta(minutes=5)
COOKIE_KEY = "passkey_challenge"


class Purpose(StrEnum):
    """What an answer of an authenticator is good for."""

    ADDING = "adding"
    SIGN_IN = "sign-in"
    SECOND_STEP = "second-step"
    CONFIRMATION = "confirmation"


class ChallengeInvalid(Exception):
    """There is no challenge for this purpose and user in this browser, or it has expired or was answered before."""


@dataclass(frozen=True)
class Challenge:
    """A challenge as the cookie holds it."""

    value: str
    """CHALLENGE_BYTES random bytes, in base64url."""
    purpose: str
    user_id: int | None
    """Who has to answer; None if the answer itself tells it."""
    user_handle: str
    """By which a new passkey will know the account, in base64url; empty where none is made."""
    started_at: float
    """Seconds since 1970."""

    @property
    def expires_at(self) -> datetime:
        """Return the first moment at which no answer is taken any more."""
        return datetime.fromtimestamp(self.started_at, UTC) + CHALLENGE_LIFETIME


def start_challenge(purpose: Purpose, user_id: int | None, now: datetime, user_handle: str = "") -> Challenge:
    """Put a new challenge into the cookie and return it. An earlier one can't be answered any more."""
    value = secrets.token_urlsafe(CHALLENGE_BYTES)
    challenge = Challenge(value, purpose.value, user_id, user_handle, now.timestamp())
    cookie[COOKIE_KEY] = asdict(challenge)
    return challenge


def use_challenge(session: Session, purpose: Purpose, user_id: int | None, now: datetime) -> Challenge:
    """Take the challenge out of the cookie and note that it was answered. Raises ChallengeInvalid.

    The caller commits before it looks at the answer, so that a wrong answer uses the challenge up too.
    """
    stored = cookie.pop(COOKIE_KEY, None)
    if stored is None:
        raise ChallengeInvalid
    challenge = Challenge(**stored)
    if (challenge.purpose, challenge.user_id) != (purpose.value, user_id) or challenge.expires_at <= now:
        raise ChallengeInvalid
    insert = INSERTS[session.connection().dialect.name](AnsweredChallenge).values(
        challenge_hash=hash_text(challenge.value), expires_at=challenge.expires_at
    )
    noted = insert.on_conflict_do_nothing().returning(AnsweredChallenge.challenge_hash)
    if session.scalar(noted) is None:
        raise ChallengeInvalid
    return challenge


delete_expired_challenges = delete_where(AnsweredChallenge, lambda now: AnsweredChallenge.expires_at <= now)
"""Delete the hashes of challenges that have expired. A background job."""
