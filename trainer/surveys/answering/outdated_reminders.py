"""Which queued reminders are outdated, because their surveys are answered or closed."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.rendering import MessageText
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.answering.reminder_messages import REMINDER_KIND, build_survey_reminder_message, parse_reminder_key
from trainer.surveys.catalogue import list_participant_surveys
from trainer.surveys.models import Survey
from trainer.surveys.responses import list_respondent_person_ids
from trainer.surveys.schedule import is_survey_closed


def list_outdated_survey_reminders(session: Session, now: datetime) -> list[Message]:
    """Return the queued reminders in which every survey is answered by the person or closed."""
    messages = outbox.list_queued_messages(session, [REMINDER_KIND])
    named_surveys = {(message.topic, number) for message in messages for number in parse_reminder_key(message.key)[1]}
    finished_ids = {
        named_survey: find_finished_person_ids(session, *named_survey, now) for named_survey in named_surveys
    }
    return [
        message
        for message in messages
        if all(
            is_person_finished(finished_ids[message.topic, number], message.person_id)
            for number in parse_reminder_key(message.key)[1]
        )
    ]


def render_survey_reminder(session: Session, message: Message, now: datetime) -> MessageText | None:
    """Return the text of a reminder with the surveys that the person can still answer; None if there are none."""
    registration_id, numbers, _is_second = parse_reminder_key(message.key)
    registration = session.get(Registration, registration_id)
    unanswered = [
        survey
        for number in numbers
        if not is_person_finished(find_finished_person_ids(session, message.topic, number, now), message.person_id)
        and (survey := find_reminder_survey(session, message.topic, number)) is not None
    ]
    return build_survey_reminder_message(session, registration, unanswered) if registration and unanswered else None


def find_finished_person_ids(session: Session, topic: str, number: int, now: datetime) -> set[int] | None:
    """Return the ids of persons who have answered a survey; None if nobody can answer it any more."""
    survey = find_reminder_survey(session, topic, number)
    return None if survey is None or is_survey_closed(survey, now) else list_respondent_person_ids(session, survey)


def is_person_finished(finished_person_ids: set[int] | None, person_id: int) -> bool:
    """Return True if a person can or need not answer; takes the result of `find_finished_person_ids`."""
    return finished_person_ids is None or person_id in finished_person_ids


def find_reminder_survey(session: Session, topic: str, number: int) -> Survey | None:
    """Return the survey with a number in a reminder of the topic (the seminar); None if it can't be answered there any more."""
    seminar = session.get(Seminar, int(topic.rpartition("-")[2]))
    surveys = list_participant_surveys(session, seminar) if seminar and not seminar.is_cancelled else []
    return next((survey for survey in surveys if survey.number == number), None)
