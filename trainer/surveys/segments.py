"""The segments of announcements that surveys know of: who has answered the satisfaction survey, and who has not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.segments import list_present_ids
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.announcements.segments import Segment
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER
from trainer.surveys.models import Survey, SurveyParticipation


def list_answered_ids(session: Session, seminars: Sequence[Seminar], now: datetime) -> set[int]:
    """Return the ids of the registrations that were present and have answered, also under a registration that was merged."""
    return list_present_ids(session, seminars, now) & list_respondents(session, seminars)


def list_unanswered_ids(session: Session, seminars: Sequence[Seminar], now: datetime) -> set[int]:
    """Return the ids of the registrations that were present and have not answered; who was absent is not asked."""
    asked = [seminar for seminar in seminars if seminar.has_survey]
    return list_present_ids(session, asked, now) - list_respondents(session, asked)


def list_respondents(session: Session, seminars: Sequence[Seminar]) -> set[int]:
    """Return the ids of the registrations that have answered the satisfaction surveys of seminars; merged ones as surviving."""
    seminar_ids = [seminar.id for seminar in seminars]
    statement = select(SurveyParticipation.registration_id).join(Survey, Survey.id == SurveyParticipation.survey_id)
    own = statement.where(Survey.seminar_id.in_(seminar_ids), Survey.number == SATISFACTION_SURVEY_NUMBER)
    surviving_ids = map_merged_registrations(session, seminar_ids)
    return {surviving_ids.get(registration_id, registration_id) for registration_id in session.scalars(own)}


SURVEY_SEGMENTS = (
    Segment("unanswered", _l("Present, without an answer to the survey"), list_unanswered_ids),
    Segment("answered", _l("Present, with an answer to the survey"), list_answered_ids),
)
