"""Tables of surveys, their versions and responses."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, Moment
from trainer.language.translated import Translated, TranslatedText
from trainer.seminars.models import Seminar


class Survey(Base):
    """A survey of a seminar. It is identified: the organizer sees who answered what, and the form says so."""

    __tablename__ = "survey"
    __table_args__ = (UniqueConstraint("seminar_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"))
    number: Mapped[int]
    title: Mapped[Translated] = mapped_column(TranslatedText)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    seminar: Mapped[Seminar] = relationship()
    versions: Mapped[list["SurveyVersion"]] = relationship(
        back_populates="survey", order_by="SurveyVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> "SurveyVersion":
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


class SurveyResponse(Base):
    """One person's answers to a version; one for each registration and survey."""

    __tablename__ = "survey_response"
    __table_args__ = (UniqueConstraint("survey_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id", ondelete="RESTRICT"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="RESTRICT"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[SurveyVersion] = relationship()
