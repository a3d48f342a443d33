"""Tables of surveys: surveys and their versions, participation, responses, ballots, drafts and test scores."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.fingerprint import compute_fingerprint
from trainer.language.translated import Translated, TranslatedText
from trainer.seminars.models import Seminar


class SurveyPurpose(StrEnum):
    """The purpose of a survey. It decides when the survey opens and how its results are calculated."""

    SATISFACTION = "satisfaction"
    PRE_TEST = "pre_test"
    POST_TEST = "post_test"
    FOLLOW_UP = "follow_up"
    CHECKLIST = "skills"  # a trainer marks the steps that a participant completes
    OTHER = "other"


TEST_PURPOSES = (SurveyPurpose.PRE_TEST, SurveyPurpose.POST_TEST)


class Survey(Base):
    """A survey of a seminar or of a whole project. Anonymity is chosen when the row is created and never changes."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("seminar_id", "number"),
        CheckConstraint("target BETWEEN 0 AND 100", name="target_is_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"))
    number: Mapped[int]
    """1 is the satisfaction survey of the seminar; other surveys are numbered from 2 within the project."""
    title: Mapped[Translated] = mapped_column(TranslatedText)
    purpose: Mapped[str] = mapped_column(String(20), default=SurveyPurpose.SATISFACTION)
    anonymous: Mapped[bool] = mapped_column(default=False)
    target: Mapped[int] = mapped_column(default=70)
    """Planned percentage of satisfied respondents on the overall question, 0 to 100."""
    for_project: Mapped[bool] = mapped_column(default=False)
    """True: the audience is everybody who attended any seminar of the project, and each person answers once."""
    released: Mapped[bool] = mapped_column(default=True)
    """False while the survey is being built; only a released survey can be answered."""
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Opening time. None: a pre-test opens at once, any other survey when the last session starts."""
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Time at which the survey closes automatically. None: it stays open until the organizer closes it."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Time at which the traces of a closed anonymous survey were overwritten. Results are shown only after it."""
    log_erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Time at which the log of the database was overwritten too. None after sealing: PostgreSQL lacks a right (doctor)."""
    kiosk_token: Mapped[str | None] = mapped_column("hall_token", String(43), unique=True)
    """Secret part of the kiosk address. None: the survey is not open on a kiosk."""
    organizer_note: Mapped[Translated] = mapped_column(TranslatedText)
    """What the organizer has to do before the release, from the ready-made survey; participants never see it."""
    seminar: Mapped[Seminar] = relationship()
    versions: Mapped[list["SurveyVersion"]] = relationship(
        back_populates="survey", order_by="SurveyVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current_version(self) -> "SurveyVersion":
        """Return the newest version, the one that is answered now."""
        return self.versions[-1]


class SurveyVersion(Base):
    """The questions of a survey at one time. A version that has been answered is never changed."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    survey: Mapped[Survey] = relationship(back_populates="versions")

    @property
    def fingerprint(self) -> str:
        """Return the version number and a hash of its questions, for example "2-0f3a…".

        The hash is needed because the first version of a ready-made survey follows changes of the seminar without a new number.
        """
        return f"{self.number}-{compute_fingerprint(self.questions)}"


class SurveyChange(Base):
    """A change of the questions of a survey, with the questions before it, so that it can be undone."""

    __tablename__ = "survey_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    question_key: Mapped[str] = mapped_column(String(40))
    """The question that was changed, by its key afterwards, or before if it was removed; empty: all questions."""
    earlier_questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(16))
    """That of the questions after the change."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyParticipation(Base):
    """The fact that a registration has answered a survey, anonymous or not. No time and no link to the answers.

    On SQLite the table has no rowid, so the order of storage is the key order and does not reveal who answered first.
    """

    __tablename__ = "survey_participation"
    __table_args__ = {"sqlite_with_rowid": False}

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SurveyResponse(Base):
    """The answers of one registration to a version of a survey with names."""

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
    """The user who entered a paper response or marked the checklist; None: the respondent."""
    version: Mapped[SurveyVersion] = relationship()


class AnonymousAnswers:
    """Columns of answers without a name. The key is random; there is no person, language or time."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="RESTRICT"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    entered_by_organizer: Mapped[bool] = mapped_column("on_paper", default=False)
    """True: keyed in from paper, or sent while an organizer was signed in. Only the guard on small groups reads it."""


class Ballot(AnonymousAnswers, Base):
    """The answers of one person in the ballot box of an open anonymous survey. Nothing reads them before it is closed."""

    __tablename__ = "anonymous_slip"
    __table_args__ = {"sqlite_with_rowid": False}


class AnonymousResponse(AnonymousAnswers, Base):
    """The answers of one person to a closed anonymous survey: moved from the ballot box in random order, with a new key."""

    __tablename__ = "anonymous_response"
    __table_args__ = {"sqlite_with_rowid": False}


class SurveyDraft(Base):
    """Answers to a survey with names that have been saved but not submitted."""

    __tablename__ = "survey_draft"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="CASCADE"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[SurveyVersion] = relationship()


class TestScore(Base):
    """The percentage of correct answers in the test of a seminar, from the post-test or entered by the organizer."""

    __tablename__ = "test_result"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="is_percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), unique=True)
    percent: Mapped[int]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
