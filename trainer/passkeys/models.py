"""Tables of passkeys: the passkeys of accounts, and the challenges that were answered."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime


class Passkey(Base):
    """A passkey of a user: the public half of a key pair, whose private half never leaves the authenticator."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1364), unique=True)
    """Chosen by the authenticator; at most 1023 bytes, in base64url."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """A COSE key (RFC 9052)."""
    user_handle: Mapped[str] = mapped_column(String(86))
    """By which the authenticator knows the account: random, one for all passkeys of a user, in base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """The authenticator's counter of uses; 0 if it has none."""
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()


class AnsweredChallenge(Base):
    """A challenge that an authenticator has answered, known by its SHA-256, so that no answer is taken twice."""

    __tablename__ = "answered_challenge"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
