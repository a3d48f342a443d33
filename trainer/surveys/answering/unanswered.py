"""Who has not answered the satisfaction survey of a seminar, and reminding them at the organizer's request."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_present_registration_ids
from trainer.attendance.merges import map_merged_registrations
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.surveys.answering.reminder_messages import DueSurveyReminder, queue_survey_reminder
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER, get_satisfaction_survey
from trainer.surveys.models import Survey, SurveyParticipation
from trainer.surveys.schedule import is_survey_closed


def map_unanswered_registrations(
    session: Session, seminars: Sequence[Seminar], now: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, tuple[set[int], set[int]]]:
    """Return who attended and who of them has not answered the satisfaction survey, as ids by seminar, in a few queries.

    Nobody is missing where the survey is closed or the seminar has none. `surviving_ids` maps merged registrations to the
    surviving ones.
    """
    if not seminars:
        return {}
    attended = map_attended(session, seminars, now, surviving_ids)
    asked = [seminar.id for seminar in seminars if seminar.has_survey and not seminar.is_cancelled]
    surveys = select(Survey).where(Survey.seminar_id.in_(asked), Survey.number == SATISFACTION_SURVEY_NUMBER)
    stored = {survey.seminar_id: survey for survey in session.scalars(surveys)}
    closed_ids = {id_ for id_, survey in stored.items() if is_survey_closed(survey, now) or not survey.released}
    participations = select(SurveyParticipation.registration_id).where(
        SurveyParticipation.survey_id.in_([survey.id for survey in stored.values()])
    )
    answered_ids = set(session.scalars(participations)) if stored else set()
    answered_ids |= {surviving_ids[id_] for id_ in answered_ids if id_ in surviving_ids}
    return {
        seminar.id: (ids, ids - answered_ids if seminar.id in asked and seminar.id not in closed_ids else set())
        for seminar in seminars
        for ids in [attended[seminar.id]]
    }


def map_attended(
    session: Session, seminars: Sequence[Seminar], now: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, set[int]]:
    """Return the registered people who were present at a session, as ids by seminar."""
    present_ids = list_present_registration_ids(session, seminars, now, surviving_ids)
    query = select(Registration.id, Registration.seminar_id).where(
        Registration.seminar_id.in_([seminar.id for seminar in seminars]),
        Registration.status == RegistrationStatus.REGISTERED,
    )
    attended: dict[int, set[int]] = defaultdict(set)
    for registration_id, seminar_id in session.execute(query):
        if registration_id in present_ids:
            attended[seminar_id].add(registration_id)
    return attended


def queue_requested_reminders(session: Session, seminar: Seminar, now: datetime) -> int:
    """Remind everybody who attended and has not answered, each at most once a day; return to how many people it is."""
    _attended, unanswered = map_unanswered_registrations(
        session, [seminar], now, map_merged_registrations(session, [seminar.id])
    )[seminar.id]
    survey = get_satisfaction_survey(session, seminar)
    day = f"{now.astimezone(seminar.zone):%Y%m%d}"
    registrations = session.scalars(
        select(Registration).where(Registration.id.in_(unanswered)).order_by(Registration.id)
    )
    for registration in registrations:
        queue_survey_reminder(session, DueSurveyReminder(registration, [survey], False, day), now)
    return len(unanswered)
