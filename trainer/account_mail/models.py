"""Tables of letters to accounts, and of new passwords that were asked for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime


class AccountLetter(Base):
    """A letter to an email address that an organiser, or somebody who signs in, has typed.

    Its text is written when it is sent and stored nowhere, because it holds a secret link. It waits while `due_at` is set;
    after that it was sent at `sent_at`, or has failed with `error`.
    """

    __tablename__ = "account_letter"
    __table_args__ = (Index("ix_account_letter_subject", "kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int | None] = mapped_column()
    """What the letter is about, such as an invitation; its kind says which table."""
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(300), default="")


class PasswordReset(Base):
    """A link with which a user sets a new password, once. Only the SHA-256 of its token is stored."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    """Where the link was sent; it is void once the account has another address."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()
