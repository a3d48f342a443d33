"""Tables of registration: registrations, the texts of consent, and who agreed to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, Moment
from trainer.people.models import Person
from trainer.seminars.models import Seminar


class State(StrEnum):
    """Where a registration stands."""

    REGISTERED = "registered"
    DUPLICATE = "duplicate"  # likely the same person once more; holds no place until the organizer decides
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """What a consent is for."""

    PERSONAL_DATA = "personal_data"
    PHOTO = "photo"


class Registration(Base):
    """A person in a seminar. The token opens the personal page; the nonce makes a repeated submit the same registration."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("state IN ('registered', 'duplicate', 'cancelled')", name="state_known"),
        UniqueConstraint("seminar_id", "nonce"),
        Index(
            "uq_registration_place",
            "person_id",
            "seminar_id",
            unique=True,
            sqlite_where=text("state = 'registered'"),
            postgresql_where=text("state = 'registered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    token: Mapped[str] = mapped_column(String(43), unique=True)
    nonce: Mapped[str] = mapped_column(String(43))
    likely_same_as_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[Person] = relationship()
    seminar: Mapped[Seminar] = relationship()
    likely_same_as: Mapped["Registration | None"] = relationship(remote_side=[id])
    consents: Mapped[list["Consent"]] = relationship(back_populates="registration", cascade="all, delete-orphan")


class ConsentText(Base):
    """A wording of consent as it was shown; kept for ever, told apart by the hash of its words."""

    __tablename__ = "consent_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(16), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[str] = mapped_column(Text)
    first_shown_at: Mapped[datetime] = mapped_column(Moment)


class Consent(Base):
    """Somebody agreed to a text: which, when, from where."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id", ondelete="RESTRICT"))
    given_at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(45), default="")
    registration: Mapped[Registration] = relationship(back_populates="consents")
    text: Mapped[ConsentText] = relationship()
