"""When a survey can be answered: its opening, its closing, and who may answer it now."""

from datetime import datetime

from trainer.attendance.ledger import AttendanceSummary
from trainer.surveys.models import (
    Survey,
    SurveyPurpose,
)


class SurveyClosed(Exception):
    """The survey is not open now."""


class SurveyNotYetOpen(SurveyClosed):
    """The survey opens later."""


class RespondentAbsent(SurveyClosed):
    """Somebody who was at no session has nothing to answer."""


def find_survey_opening(survey: Survey) -> datetime | None:
    """Say when a survey opens; None: it is open from the beginning, or its seminar has no date."""
    if survey.opens_at is not None or survey.purpose == SurveyPurpose.PRE_TEST:
        return survey.opens_at
    sessions = survey.seminar.sessions
    return sessions[-1].starts_at if sessions else None


def is_survey_closed(survey: Survey, now: datetime) -> bool:
    """Whether nobody can answer any more."""
    return any(each is not None and each <= now for each in (survey.closed_at, survey.closes_at))


def check_answering_allowed(survey: Survey, attendance: AttendanceSummary, now: datetime) -> None:
    """Raise SurveyClosed, NotYetOpen or WasAbsent when a person can't answer now."""
    opens = find_survey_opening(survey)
    dated = bool(survey.seminar.sessions) or survey.purpose == SurveyPurpose.PRE_TEST or opens is not None
    if not (survey.released and dated) or (opens is not None and now < opens):
        raise SurveyNotYetOpen
    if is_survey_closed(survey, now):
        raise SurveyClosed
    if survey.purpose == SurveyPurpose.PRE_TEST:
        return
    if attendance.held and attendance.marked == attendance.held and attendance.present == 0:
        raise RespondentAbsent
