"""Tables of registration: registrations, the questions of a seminar's form, consent, and changes that can be undone."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.language.translated import Translated, TranslatedText
from trainer.people.models import Person
from trainer.seminars.models import Seminar


class RegistrationStatus(StrEnum):
    """Where a registration stands."""

    REGISTERED = "registered"
    APPLIED = "applied"  # waits for the organizer's word, where the seminar asks for it
    WAITING = "waiting"  # on the waiting list
    OFFERED = "offered"  # a place is kept until the person answers or the offer lapses
    OFFER_EXPIRED = "lapsed"  # the offer was not answered in time
    DUPLICATE = "duplicate"  # likely the same person once more; holds no place until the organizer decides
    MERGED = "merged"  # is the same person's as another registration
    REFUSED = "refused"  # the organizer did not accept it
    CANCELLED = "cancelled"


SEAT_HOLDING_STATUSES = (RegistrationStatus.REGISTERED, RegistrationStatus.OFFERED)  # these take a place
ACTIVE_STATUSES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)  # one of these for each person and seminar
STATUSES_WITHOUT_PAGE = (RegistrationStatus.DUPLICATE, RegistrationStatus.MERGED)  # these have no personal page


def build_status_condition(values: tuple[RegistrationStatus, ...] | type[RegistrationStatus]) -> str:
    """Write a condition on the state for the database."""
    return "state IN ({})".format(", ".join(f"'{each}'" for each in values))


class RegistrationQuestionKind(StrEnum):
    """How a question of the form is answered."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    PERSONAL_DATA = "personal_data"
    PHOTO = "photo"


class Registration(Base):
    """A person in a seminar. The token opens the personal page; the nonce makes a repeated submit the same registration."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(build_status_condition(RegistrationStatus), name="state_known"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offer_has_an_end"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_one"),
        UniqueConstraint("seminar_id", "nonce"),
        Index(
            "uq_registration_place",
            "person_id",
            "seminar_id",
            unique=True,
            sqlite_where=text(build_status_condition(ACTIVE_STATUSES)),
            postgresql_where=text(build_status_condition(ACTIVE_STATUSES)),
        ),
        Index("ix_registration_queue", "seminar_id", "state", "queue_number"),
        Index("ix_registration_moved", "seminar_id", "state_since"),
        Index(
            "ix_registration_untold",
            "state_since",
            sqlite_where=text("told <> state"),
            postgresql_where=text("told <> state"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"), index=True)
    status: Mapped[str] = mapped_column("state", String(20))
    token: Mapped[str] = mapped_column(String(43), unique=True)
    nonce: Mapped[str] = mapped_column(String(43))
    likely_duplicate_of_id: Mapped[int | None] = mapped_column(
        "likely_same_as_id", ForeignKey("registration.id", ondelete="SET NULL")
    )
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    pass_code: Mapped[str] = mapped_column(String(26), unique=True)
    """128 random bits in base32: what the pass says to a tablet; it opens no page."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Answers to the seminar's own questions, by the number of the question."""
    walk_in_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    """The name that a tablet gave to somebody who came without registering; sent twice, it is one registration."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status_since: Mapped[datetime] = mapped_column("state_since", UtcDateTime)
    notified_status: Mapped[str] = mapped_column("told", String(20), default="")
    """The state that the person was last told of; messages follow the state."""
    queue_number: Mapped[int | None]
    """The order of the seminar's waiting list, given out one after another; the lowest is asked first."""
    offer_expires_at: Mapped[datetime | None] = mapped_column("offer_until", UtcDateTime)
    person: Mapped[Person] = relationship()
    seminar: Mapped[Seminar] = relationship()
    likely_duplicate_of: Mapped["Registration | None"] = relationship(
        remote_side=[id], foreign_keys=[likely_duplicate_of_id]
    )
    merged_into: Mapped["Registration | None"] = relationship(remote_side=[id], foreign_keys=[merged_into_id])
    consents: Mapped[list["Consent"]] = relationship(back_populates="registration", cascade="all, delete-orphan")


class RegistrationQuestion(Base):
    """A question that one seminar asks beside name and contacts; one that was taken off the form keeps its answers."""

    __tablename__ = "registration_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column("place")
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[Translated] = mapped_column(TranslatedText)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)


class ConsentText(Base):
    """A wording of consent as it was shown; kept for ever, told apart by the hash of its words."""

    __tablename__ = "consent_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(16), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[str] = mapped_column(Text)
    first_shown_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consent(Base):
    """Somebody agreed to a text: which, when, from where."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id", ondelete="RESTRICT"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ip_address: Mapped[str] = mapped_column("address", String(45), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration: Mapped[Registration] = relationship(back_populates="consents")
    text: Mapped[ConsentText] = relationship()


class RegistrationChange(Base):
    """What an organizer did to several registrations at once, with what they were before, so that it can be undone."""

    __tablename__ = "registration_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    previous_values: Mapped[list[dict[str, Any]]] = mapped_column("before", JSON)
    changed_at: Mapped[datetime] = mapped_column("made_at", UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column("made_by_id", ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
