"""A survey on a shared tablet in the hall: opening it there, and who may tap their name."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import Attended, attended
from trainer.registration.models import Registration
from trainer.surveys.answering.status import State, state_of
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.responses import SurveyClosed, is_closed, locked, owing

ANYBODY = Attended(held=0, present=0, excused=0, unresolved=0, marked=0)


def open_hall(session: Session, survey: Survey, now: datetime) -> Survey:
    """Open a survey for the hall under a new address that nobody can guess (256 random bits). Raises SurveyClosed.

    One that is open there keeps its address: a tablet may be in somebody's hands.
    """
    survey = locked(session, survey)
    if is_closed(survey, now):
        raise SurveyClosed
    survey.hall_token = survey.hall_token or secrets.token_urlsafe(32)
    session.flush()
    return survey


def close_hall(session: Session, survey: Survey) -> None:
    """Let the address open nothing any more."""
    locked(session, survey).hall_token = None
    session.flush()


def survey_of_hall(session: Session, token: str) -> Survey | None:
    """Find the survey that an address opens."""
    return session.scalar(select(Survey).where(Survey.hall_token == token))


def state_of_hall(survey: Survey, now: datetime) -> State:
    """Say whether a survey can be answered in the hall now."""
    return state_of(survey, ANYBODY, now)


def waiting(session: Session, survey: Survey, now: datetime) -> list[Registration]:
    """Give who was there and has not answered, in the order of the Kazakh alphabet; before a seminar everybody who has a place."""
    people = owing(session, survey)
    shares = attended(session, survey.seminar, people, now)
    before = survey.purpose == Purpose.PRE_TEST
    return [each for each in people if before or shares[each.id].present > 0]
