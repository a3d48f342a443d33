"""A kiosk: a survey on a shared tablet, where participants select their name and answer one after another."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_present_registration_ids
from trainer.attendance.summary import AttendanceSummary
from trainer.surveys.answering.status import SurveyStatus, get_survey_status
from trainer.surveys.catalogue import lock_survey
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import list_nonrespondent_ids
from trainer.surveys.schedule import SurveyClosed, is_answering_over

UNKNOWN_ATTENDANCE = AttendanceSummary(held=0, present=0, excused=0, conflicting=0, marked=0)
"""No session is marked, so the attendance excludes nobody."""


def open_kiosk(session: Session, survey: Survey, now: datetime) -> Survey:
    """Open a survey on a kiosk and return it with its `kiosk_token` of 256 random bits. Raises SurveyClosed.

    A token that exists is kept, as a tablet may be in use under it.
    """
    survey = lock_survey(session, survey)
    if is_answering_over(survey, now):
        raise SurveyClosed
    survey.kiosk_token = survey.kiosk_token or secrets.token_urlsafe(32)
    session.flush()
    return survey


def close_kiosk(session: Session, survey: Survey) -> None:
    """Invalidate the kiosk address of a survey."""
    lock_survey(session, survey).kiosk_token = None
    session.flush()


def find_kiosk_survey(session: Session, token: str) -> Survey | None:
    """Return the survey with a kiosk token; None for an unknown token."""
    return session.scalar(select(Survey).where(Survey.kiosk_token == token))


def get_kiosk_status(survey: Survey, now: datetime) -> SurveyStatus:
    """Return the status of a survey for the kiosk as a whole, without regard to a person's attendance."""
    return get_survey_status(survey, UNKNOWN_ATTENDANCE, now)


def list_kiosk_ids(session: Session, survey: Survey, now: datetime) -> list[int]:
    """Return the ids of the registrations shown on a kiosk: present and not answered yet, in Kazakh order.

    For a pre-test, everybody with a seat who has not answered.
    """
    ids = list_nonrespondent_ids(session, survey)
    if survey.purpose != SurveyPurpose.PRE_TEST:
        present_ids = list_present_registration_ids(session, [survey.seminar], now)
        ids = [registration_id for registration_id in ids if registration_id in present_ids]
    return ids
