"""Where somebody stands with each survey that they are asked: answered, open, later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import Attended
from trainer.registration.models import Registration
from trainer.surveys.deduplication import answered_of
from trainer.surveys.models import Purpose, Survey, SurveyDraft
from trainer.surveys.responses import NotYetOpen, SurveyClosed, WasAbsent, check_open, surveys_for


class State(StrEnum):
    """Where somebody stands with a survey."""

    ANSWERED = "answered"
    OPEN = "open"
    LATER = "later"
    CLOSED = "closed"
    ABSENT = "absent"  # it is for those who were there


@dataclass(frozen=True)
class Asked:
    """A survey that somebody is asked."""

    survey: Survey
    state: State
    begun: bool
    """Whether answers were kept that are not sent yet."""

    @property
    def late(self) -> bool:
        """Whether it is asked long after the seminar, when the certificate is issued."""
        return self.survey.for_project or self.survey.purpose == Purpose.FOLLOW_UP


def asked(session: Session, registration: Registration, attended: Attended, now: datetime) -> list[Asked]:
    """Say of each survey that somebody is asked where they stand, by a few queries however many there are."""
    surveys = surveys_for(session, registration)
    known = [each.id for each in surveys if each.id is not None]
    done, begun = answered_of(session, registration, known), begun_of(session, registration)
    return [
        Asked(each, State.ANSWERED if each.id in done else state_of(each, attended, now), each.id in begun)
        for each in surveys
    ]


def state_of(survey: Survey, attended: Attended, now: datetime) -> State:
    """Say whether somebody who has not answered may answer now."""
    try:
        check_open(survey, attended, now)
    except NotYetOpen:
        return State.LATER
    except WasAbsent:
        return State.ABSENT
    except SurveyClosed:
        return State.CLOSED
    return State.OPEN


def begun_of(session: Session, registration: Registration) -> set[int]:
    """Give the surveys that somebody has begun and not sent."""
    return set(session.scalars(select(SurveyDraft.survey_id).where(SurveyDraft.registration_id == registration.id)))
