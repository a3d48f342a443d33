"""A survey on a shared tablet in the hall: opening it there, and who may tap their name."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import AttendanceSummary, summarize_attendance
from trainer.registration.models import Registration
from trainer.surveys.answering.status import SurveyStatus, get_survey_status
from trainer.surveys.catalogue import lock_survey
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import list_nonrespondents
from trainer.surveys.schedule import SurveyClosed, is_survey_closed

UNKNOWN_ATTENDANCE = AttendanceSummary(held=0, present=0, excused=0, conflicting=0, marked=0)


def open_kiosk(session: Session, survey: Survey, now: datetime) -> Survey:
    """Open a survey for the hall under a new address that nobody can guess (256 random bits). Raises SurveyClosed.

    One that is open there keeps its address: a tablet may be in somebody's hands.
    """
    survey = lock_survey(session, survey)
    if is_survey_closed(survey, now):
        raise SurveyClosed
    survey.kiosk_token = survey.kiosk_token or secrets.token_urlsafe(32)
    session.flush()
    return survey


def close_kiosk(session: Session, survey: Survey) -> None:
    """Let the address open nothing any more."""
    lock_survey(session, survey).kiosk_token = None
    session.flush()


def find_kiosk_survey(session: Session, token: str) -> Survey | None:
    """Find the survey that an address opens."""
    return session.scalar(select(Survey).where(Survey.kiosk_token == token))


def get_kiosk_status(survey: Survey, now: datetime) -> SurveyStatus:
    """Say whether a survey can be answered in the hall now."""
    return get_survey_status(survey, UNKNOWN_ATTENDANCE, now)


def list_kiosk_people(session: Session, survey: Survey, now: datetime) -> list[Registration]:
    """Give who was there and has not answered, in the order of the Kazakh alphabet; before a seminar everybody who has a place."""
    registrations = list_nonrespondents(session, survey)
    attendance = summarize_attendance(session, survey.seminar, registrations, now)
    is_pre_test = survey.purpose == SurveyPurpose.PRE_TEST
    return [registration for registration in registrations if is_pre_test or attendance[registration.id].present > 0]
