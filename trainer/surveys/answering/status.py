"""Where somebody stands with each survey that they are asked: answered, open, later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import AttendanceSummary
from trainer.registration.models import Registration
from trainer.surveys.catalogue import list_registration_surveys
from trainer.surveys.deduplication import list_answered_survey_ids
from trainer.surveys.models import Survey, SurveyDraft, SurveyPurpose
from trainer.surveys.schedule import RespondentAbsent, SurveyClosed, SurveyNotYetOpen, check_answering_allowed


class SurveyStatus(StrEnum):
    """Where somebody stands with a survey."""

    ANSWERED = "answered"
    OPEN = "open"
    NOT_YET_OPEN = "later"
    CLOSED = "closed"
    ABSENT = "absent"  # it is for those who were there


@dataclass(frozen=True)
class AssignedSurvey:
    """A survey that somebody is asked."""

    survey: Survey
    status: SurveyStatus
    has_draft: bool
    """Whether answers were kept that are not sent yet."""

    @property
    def is_long_after_seminar(self) -> bool:
        """Whether it is asked long after the seminar, when the certificate is issued."""
        return self.survey.for_project or self.survey.purpose == SurveyPurpose.FOLLOW_UP


def list_assigned_surveys(
    session: Session, registration: Registration, attendance: AttendanceSummary, now: datetime
) -> list[AssignedSurvey]:
    """Say of each survey that somebody is asked where they stand, by a few queries however many there are."""
    surveys = list_registration_surveys(session, registration)
    survey_ids = [survey.id for survey in surveys if survey.id is not None]
    answered_ids, draft_ids = (
        list_answered_survey_ids(session, registration, survey_ids),
        list_draft_survey_ids(session, registration),
    )
    return [
        AssignedSurvey(
            survey,
            SurveyStatus.ANSWERED if survey.id in answered_ids else get_survey_status(survey, attendance, now),
            survey.id in draft_ids,
        )
        for survey in surveys
    ]


def get_survey_status(survey: Survey, attendance: AttendanceSummary, now: datetime) -> SurveyStatus:
    """Say whether somebody who has not answered may answer now."""
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
    """Give the surveys that somebody has begun and not sent."""
    return set(session.scalars(select(SurveyDraft.survey_id).where(SurveyDraft.registration_id == registration.id)))
