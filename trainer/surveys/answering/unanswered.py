"""Reminding those who attended and have not answered the satisfaction survey of a seminar, at the organizer's request."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.answering.reminder_messages import DueSurveyReminder, queue_survey_reminder
from trainer.surveys.catalogue import get_satisfaction_survey
from trainer.surveys.participation import load_participation


def queue_requested_reminders(session: Session, seminar: Seminar, now: datetime) -> int:
    """Remind everybody who attended and has not answered, each at most once a day; return to how many people it is."""
    unanswered = load_participation(session, [seminar], now)[seminar.id].unanswered_ids
    survey = get_satisfaction_survey(session, seminar)
    day = f"{now.astimezone(seminar.zone):%Y%m%d}"
    registrations = session.scalars(
        select(Registration).where(Registration.id.in_(unanswered)).order_by(Registration.id)
    )
    for registration in registrations:
        queue_survey_reminder(session, DueSurveyReminder(registration, [survey], False, day), now)
    return len(unanswered)
