"""Table of invitations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.projects.models import Project


class ColleagueInvitation(Base):
    """A link with which somebody joins a project, once. Only the SHA-256 of its token is stored."""

    __tablename__ = "colleague_invitation"
    __table_args__ = (CheckConstraint("role IN ('owner', 'organizer', 'assistant', 'monitor')", name="role_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200), default="")
    """For whom the link is, as the owner wrote it; only the owner reads it."""
    email: Mapped[str] = mapped_column(String(254), default="")
    """Where the link is sent; empty if the owner hands it over."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project: Mapped[Project] = relationship()
    created_by: Mapped[User | None] = relationship()
