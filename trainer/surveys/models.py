"""Tables of surveys: versions, who answered, what was answered with and without a name, drafts, and results of tests."""

import hashlib
import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.language.translated import Translated, TranslatedText
from trainer.seminars.models import Seminar


class SurveyPurpose(StrEnum):
    """What a survey is for; it decides when it opens and how its results are read."""

    SATISFACTION = "satisfaction"
    PRE_TEST = "pre_test"
    POST_TEST = "post_test"
    FOLLOW_UP = "follow_up"
    CHECKLIST = "skills"  # a trainer marks what a participant can do
    OTHER = "other"


TEST_PURPOSES = (SurveyPurpose.PRE_TEST, SurveyPurpose.POST_TEST)


class Survey(Base):
    """A survey of a seminar. Whether it is anonymous is chosen before it stands in this table and never changes."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("seminar_id", "number"),
        CheckConstraint("target BETWEEN 0 AND 100", name="target_is_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"))
    number: Mapped[int]
    """1 is the seminar's satisfaction survey; the others count from 2 within the project."""
    title: Mapped[Translated] = mapped_column(TranslatedText)
    purpose: Mapped[str] = mapped_column(String(20), default=SurveyPurpose.SATISFACTION)
    anonymous: Mapped[bool] = mapped_column(default=False)
    target: Mapped[int] = mapped_column(default=70)
    """Percent of satisfied that the plan asks for on the overall item."""
    for_project: Mapped[bool] = mapped_column(default=False)
    """Whether everybody who was at any seminar of the project is asked, each person once."""
    released: Mapped[bool] = mapped_column(default=True)
    """Whether people are asked; not while its questions are being put together."""
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it opens; None: a test before the seminar at once, all else when the last session begins."""
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it closes by itself; None: when somebody closes it."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a closed anonymous survey was rewritten so that nobody can pair its answers with people; results are shown after it."""
    kiosk_token: Mapped[str | None] = mapped_column("hall_token", String(43), unique=True)
    """Opens the survey on a shared tablet in the hall; None: not opened there."""
    seminar: Mapped[Seminar] = relationship()
    versions: Mapped[list["SurveyVersion"]] = relationship(
        back_populates="survey", order_by="SurveyVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current_version(self) -> "SurveyVersion":
        """The version that is answered now."""
        return self.versions[-1]


class SurveyVersion(Base):
    """The questions of a survey as they were asked; an answered version is never changed."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    survey: Mapped[Survey] = relationship(back_populates="versions")

    @property
    def fingerprint(self) -> str:
        """Name the questions as they are now: the ready-made ones follow the seminar, and are the first version whatever they say."""
        told = json.dumps(self.questions, sort_keys=True)
        return f"{self.number}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


class SurveyParticipation(Base):
    """That somebody has answered a survey, of either kind, and nothing more: no time, no way to the answers.

    Kept in the order of its key, not of its coming: a row's place tells nothing.
    """

    __tablename__ = "survey_participation"
    __table_args__ = {"sqlite_with_rowid": False}

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SurveyResponse(Base):
    """One person's answers to a version of an identified survey; one for each registration and survey."""

    __tablename__ = "survey_response"
    __table_args__ = (UniqueConstraint("survey_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="RESTRICT"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="RESTRICT"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    on_paper: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """Who keyed it in from paper, or the trainer who marked the skills."""
    version: Mapped[SurveyVersion] = relationship()


class AnonymousAnswers:
    """Answers without a name: a random key that says nothing, no language, no time."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="RESTRICT"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    on_paper: Mapped[bool] = mapped_column(default=False)


class Ballot(AnonymousAnswers, Base):
    """A slip in the box of an anonymous survey that is open; nobody looks into the box before it is closed."""

    __tablename__ = "anonymous_slip"
    __table_args__ = {"sqlite_with_rowid": False}


class AnonymousResponse(AnonymousAnswers, Base):
    """A response of an anonymous survey that is closed: taken from the box in random order, with a key of its own."""

    __tablename__ = "anonymous_response"
    __table_args__ = {"sqlite_with_rowid": False}


class SurveyDraft(Base):
    """What somebody has answered of an identified survey and not sent yet."""

    __tablename__ = "survey_draft"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="CASCADE"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TestScore(Base):
    """How much of the seminar's test somebody got right, in percent: from the test here, or the organizer's word."""

    __tablename__ = "test_result"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="is_percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), unique=True)
    percent: Mapped[int]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
