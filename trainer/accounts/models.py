"""Tables of accounts: users, roles, memberships of projects, sign-in links, signed-in browsers, attempts at passwords."""

from datetime import datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class ProjectRole(StrEnum):
    """What a colleague may do in a project."""

    OWNER = "owner"
    ORGANIZER = "organizer"
    ASSISTANT = "assistant"  # attendance and documents of the seminars assigned
    MONITOR = "monitor"  # reads, with phone numbers masked


class Role(Base, RoleMixin):
    """A role of users in the deployment; `organizer` may create projects."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class User(Base, UserMixin):
    """A user who can sign in."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    """"authenticator" once the second step of signing in is turned on; names and meaning are Flask-Security's."""
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Encrypted with a key of the deployment."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    """Recovery codes that are not used, encrypted with a key of the deployment."""
    roles: Mapped[list[Role]] = relationship(secondary=user_role)  # type: ignore[assignment]
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", order_by="Membership.project_id", cascade="all, delete-orphan"
    )


class Membership(Base):
    """A user as a colleague in a project. The project's table belongs to a package above this one."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("project_id", "user_id"),
        CheckConstraint("role IN ('owner', 'organizer', 'assistant', 'monitor')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    suspended: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(back_populates="memberships")


class SeminarAssignment(Base):
    """A seminar that is assigned to an assistant of its project."""

    __tablename__ = "seminar_assignment"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), primary_key=True, index=True)


class SignInLink(Base):
    """A link that signs its user in once. Only the SHA-256 of its token is stored."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()


class SignedInBrowser(Base):
    """A browser in which a user is signed in. Only the SHA-256 of the token in its cookies is stored."""

    __tablename__ = "signed_in_browser"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()


class PasswordAttempts(Base):
    """Failed attempts at passwords that count against one account or one network address, known only by a hash."""

    __tablename__ = "password_attempts"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    blocked_until: Mapped[datetime] = mapped_column(UtcDateTime)
