"""Status of each survey for one person: answered, open, not yet open, closed or absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.summary import AttendanceSummary
from trainer.registration.models import Registration
from trainer.surveys.catalogue import list_registration_surveys
from trainer.surveys.deduplication import list_answered_survey_ids
from trainer.surveys.models import Survey, SurveyDraft, SurveyPurpose
from trainer.surveys.schedule import RespondentAbsent, SurveyClosed, SurveyNotYetOpen, check_answering_allowed


class SurveyStatus(StrEnum):
    """The status of a survey for one person."""

    ANSWERED = "answered"
    OPEN = "open"
    NOT_YET_OPEN = "later"
    CLOSED = "closed"
    ABSENT = "absent"  # the person attended no session


@dataclass(frozen=True)
class AssignedSurvey:
    """A survey that a person is asked to answer, with its status."""

    survey: Survey
    status: SurveyStatus
    has_draft: bool
    """True if answers are saved that are not submitted yet."""

    @property
    def is_long_after_seminar(self) -> bool:
        """Return True if the survey is answered long after the seminar, when the certificate exists."""
        return self.survey.for_project or self.survey.purpose == SurveyPurpose.FOLLOW_UP


def list_assigned_surveys(
    session: Session,
    registration: Registration,
    attendance: AttendanceSummary,
    now: datetime,
    surviving_ids: Mapping[int, int] | None = None,
) -> list[AssignedSurvey]:
    """Return the surveys of a registration with their status; the number of queries does not grow with them.

    `surviving_ids` maps the project's merged registrations to the surviving ones; read from the database if not given.
    """
    surveys = list_registration_surveys(session, registration)
    saved_ids = [survey.id for survey in surveys if survey.id is not None]
    answered_ids = list_answered_survey_ids(session, registration, saved_ids, surviving_ids)
    statuses = [
        SurveyStatus.ANSWERED if survey.id in answered_ids else get_survey_status(survey, attendance, now)
        for survey in surveys
    ]
    draft_ids = list_draft_survey_ids(session, registration) if SurveyStatus.OPEN in statuses else set()
    return [
        AssignedSurvey(survey, status, survey.id in draft_ids) for survey, status in zip(surveys, statuses, strict=True)
    ]


def get_survey_status(survey: Survey, attendance: AttendanceSummary, now: datetime) -> SurveyStatus:
    """Return the status for a person with this attendance who has not answered the survey."""
    try:
        check_answering_allowed(survey, attendance, now)
    except SurveyNotYetOpen:
        return SurveyStatus.NOT_YET_OPEN
    except RespondentAbsent:
        return SurveyStatus.ABSENT
    except SurveyClosed:
        return SurveyStatus.CLOSED
    return SurveyStatus.OPEN


def list_draft_survey_ids(session: Session, registration: Registration) -> set[int]:
    """Return the ids of surveys for which a registration has a draft."""
    return set(session.scalars(select(SurveyDraft.survey_id).where(SurveyDraft.registration_id == registration.id)))
