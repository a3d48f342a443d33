"""Tables of registration: registrations, questions of a seminar's form, consents, and bulk changes for undo."""

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
    """Stored status of a registration."""

    REGISTERED = "registered"
    APPLIED = "applied"  # waits for approval, in seminars that need it
    WAITING = "waiting"  # on the waiting list
    OFFERED = "offered"  # a seat is reserved until the person answers or the offer expires
    OFFER_EXPIRED = "lapsed"  # the offer was not answered in time
    SUPERSEDED = "superseded"  # had ended when the same person registered again: the later registration applies
    MERGED = "merged"  # merged into another registration of the same person
    REFUSED = "refused"  # by the organizer
    CANCELLED = "cancelled"


SEAT_HOLDING_STATUSES = (RegistrationStatus.REGISTERED, RegistrationStatus.OFFERED)
ACTIVE_STATUSES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)  # a person has at most one registration with these statuses in a seminar
UNLISTED_STATUSES = (RegistrationStatus.SUPERSEDED, RegistrationStatus.MERGED)
"""Another registration of the same person stands on the organizer's list instead; the personal page remains."""


def build_status_condition(statuses: tuple[RegistrationStatus, ...] | type[RegistrationStatus]) -> str:
    """Return an SQL condition that the column `state` has one of these values."""
    return "state IN ({})".format(", ".join(f"'{status}'" for status in statuses))


class RegistrationQuestionKind(StrEnum):
    """Kind of answer that a question of the form takes."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"


class ConsentPurpose(StrEnum):
    """What a person consents to."""

    PERSONAL_DATA = "personal_data"
    PHOTO = "photo"


class Registration(Base):
    """A person registered for a seminar, in any status.

    The token opens the personal page. The nonce identifies the submitted form, so that a form sent twice is one registration
    (see `seats.submission`).
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(build_status_condition(RegistrationStatus), name="state_known"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offer_has_an_end"),
        CheckConstraint("(state IN ('superseded', 'merged')) = (merged_into_id IS NOT NULL)", name="merged_into_one"),
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
        Index(
            "ix_registration_likely_duplicate",
            "seminar_id",
            "state",
            sqlite_where=text("likely_duplicate = 1"),
            postgresql_where=text("likely_duplicate"),
        ),
        Index(
            "ix_registration_alert_due",
            "id",
            sqlite_where=text("alert_due = 1"),
            postgresql_where=text("alert_due"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"), index=True)
    status: Mapped[str] = mapped_column("state", String(20))
    token: Mapped[str] = mapped_column(String(43), unique=True)
    nonce: Mapped[str] = mapped_column(String(43))
    content_fingerprint: Mapped[str] = mapped_column(String(16), default="")
    """Identifies what the form held when it was last submitted; empty where no form was filled in."""
    likely_duplicate_of_id: Mapped[int | None] = mapped_column(
        "likely_same_as_id", ForeignKey("registration.id", ondelete="SET NULL")
    )
    """The registration with the same phone, email address or name, also once the organizer has decided."""
    is_likely_duplicate: Mapped[bool] = mapped_column("likely_duplicate", default=False)
    """Whether the organizer still has to decide if this is `likely_duplicate_of` or another person; nothing else depends on it."""
    is_alert_due: Mapped[bool] = mapped_column("alert_due", default=False)
    """Whether the person with the same details is still to be told that somebody used them."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    """The registration that applies instead of a merged or superseded one."""
    pass_code: Mapped[str] = mapped_column(String(26), unique=True)
    """128 random bits in base32, encoded in the QR code of the pass; it opens no page."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Answers to the seminar's own questions by question id (as text), and the accessibility needs under "access"."""
    walk_in_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    """The id that a tablet made for a walk-in; sent twice, it is one registration."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status_since: Mapped[datetime] = mapped_column("state_since", UtcDateTime)
    notified_status: Mapped[str] = mapped_column("told", String(20), default="")
    """The last status that the person was notified of; a notification is due while it differs from the status."""
    queue_number: Mapped[int | None]
    """The order on the seminar's waiting list: the lowest number gets the next offer."""
    offer_expires_at: Mapped[datetime | None] = mapped_column("offer_until", UtcDateTime)
    """When the hours of an offer are over. It may end earlier: `offer_ends_at`."""
    calendar_version: Mapped[int] = mapped_column(default=0)
    """Grows whenever the person gets or loses the seat: part of the SEQUENCE of calendar files. 0 for never a seat.

    It starts above the seminar's highest one, so that the calendar of somebody who registers again follows the new registration.
    """
    seen_version: Mapped[int | None]
    """The seminar's calendar version when the person registered by themselves; None for whom the organizer registered."""
    person: Mapped[Person] = relationship()
    seminar: Mapped[Seminar] = relationship()
    likely_duplicate_of: Mapped["Registration | None"] = relationship(
        remote_side=[id], foreign_keys=[likely_duplicate_of_id]
    )
    merged_into: Mapped["Registration | None"] = relationship(remote_side=[id], foreign_keys=[merged_into_id])
    consents: Mapped[list["Consent"]] = relationship(back_populates="registration", cascade="all, delete-orphan")

    @property
    def offer_ends_at(self) -> datetime | None:
        """Return when an offer of a seat ends: after its hours, at the latest when the seminar begins as planned now."""
        return self.offer_expires_at and min(self.offer_expires_at, self.seminar.starts_at or self.offer_expires_at)


class RegistrationQuestion(Base):
    """A question of one seminar's registration form, besides name and contacts; a retired question keeps its answers."""

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
    """A consent wording as it was shown, identified by a hash of its text; never changed or deleted."""

    __tablename__ = "consent_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(16), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[str] = mapped_column(Text)


class Consent(Base):
    """A consent that was given: to which text, when, and from which network address."""

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
    """An action of an organizer on several registrations, with their earlier values, so that it can be undone."""

    __tablename__ = "registration_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    previous_values: Mapped[list[dict[str, Any]]] = mapped_column("before", JSON)
    changed_at: Mapped[datetime] = mapped_column("made_at", UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column("made_by_id", ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
