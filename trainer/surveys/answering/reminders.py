"""Reminders to answer surveys: who gets one, and a second one two days later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance.summary import summarize_attendance
from trainer.messages.models import Message
from trainer.registration.models import Registration
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.registration.seats.participants import list_participants, list_project_participants
from trainer.seminars.models import Seminar, SeminarSession
from trainer.surveys.answering.reminder_messages import REMINDER_KIND, DueSurveyReminder, parse_reminder_key
from trainer.surveys.answering.status import SurveyStatus, get_survey_status
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER, get_satisfaction_survey, load_survey_sessions
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import list_respondent_person_ids
from trainer.surveys.schedule import is_survey_closed, list_audience_seminars

SECOND_REMINDER_DELAY = timedelta(days=2)
REMINDER_PERIOD = timedelta(days=9)
"""For how long after a survey opened and the seminar ended reminders are sent; attendance may be marked late."""
MAX_SURVEYS_PER_REMINDER = 10
"""More surveys are listed in a further reminder."""
PRE_TEST_LEAD_TIME = timedelta(days=3)
"""How long before the seminar reminders of a pre-test are sent."""


def list_due_survey_reminders(session: Session, now: datetime) -> list[DueSurveyReminder]:
    """Return the reminders to queue now, one per registration for all its due surveys.

    A person with several registrations gets surveys of the whole project on the page of a reminder that is sent anyway.
    """
    surveys_by_page: dict[tuple[Registration, bool], list[Survey]] = defaultdict(list)
    for survey in sorted(list_due_surveys(session, now), key=lambda survey: survey.for_project):
        for registrations, is_second in list_people_to_remind(session, survey, now):
            page = next(
                (registration for registration in registrations if (registration, is_second) in surveys_by_page),
                registrations[0],
            )
            surveys_by_page[page, is_second].append(survey)
    return [
        DueSurveyReminder(page, surveys[:MAX_SURVEYS_PER_REMINDER], is_second)
        for (page, is_second), surveys in surveys_by_page.items()
    ]


def list_due_surveys(session: Session, now: datetime) -> list[Survey]:
    """Return the surveys for which reminders are sent now."""
    statement = select(Survey).where(
        Survey.number != SATISFACTION_SURVEY_NUMBER,
        Survey.closed_at.is_(None),
        Survey.purpose != SurveyPurpose.CHECKLIST,
    )
    saved_surveys = session.scalars(statement.order_by(Survey.id).options(load_survey_sessions()))
    surveys = [
        *(get_satisfaction_survey(session, seminar) for seminar in list_recently_ended_seminars(session, now)),
        *saved_surveys,
    ]
    return [
        survey
        for survey in surveys
        if any(is_survey_due(survey, seminar, now) for seminar in list_audience_seminars(session, survey))
    ]


def list_recently_ended_seminars(session: Session, now: datetime) -> list[Seminar]:
    """Return the seminars with a satisfaction survey that ended within REMINDER_PERIOD."""
    last_end = func.max(SeminarSession.ends_at)
    statement = select(SeminarSession.seminar_id).group_by(SeminarSession.seminar_id).having(last_end <= now)
    seminars = select(Seminar).where(
        Seminar.has_survey,
        Seminar.cancelled_at.is_(None),
        Seminar.id.in_(statement.having(last_end > now - REMINDER_PERIOD)),
    )
    return list(session.scalars(seminars.order_by(Seminar.id)))


def is_survey_due(survey: Survey, seminar: Seminar, now: datetime) -> bool:
    """Return True if participants of a seminar are reminded of a survey now.

    A pre-test: in the days before the seminar. Any other survey: in the days after both its opening and the end of the seminar.
    """
    seminar_start, seminar_end, opening_time = (
        seminar.starts_at,
        seminar.ends_at,
        survey.opens_at or survey.seminar.ends_at,
    )
    if seminar_start is None or seminar_end is None or is_survey_closed(survey, now):
        return False
    if survey.purpose == SurveyPurpose.PRE_TEST:
        return (
            max(survey.opens_at or seminar_start - PRE_TEST_LEAD_TIME, seminar_start - PRE_TEST_LEAD_TIME)
            <= now
            < seminar_start
        )
    if opening_time is None:
        return False
    first_reminder = max(opening_time, seminar_end)
    return first_reminder <= now < first_reminder + REMINDER_PERIOD


def list_people_to_remind(session: Session, survey: Survey, now: datetime) -> list[tuple[list[Registration], bool]]:
    """Return who is reminded of a survey now, as pairs of registrations and whether it is the second reminder.

    The registrations of a pair belong to one person and can answer the survey.
    """
    respondent_person_ids, registrations_by_person = (
        list_respondent_person_ids(session, survey),
        group_registrations_by_person(session, survey),
    )
    reminder_times = map_reminder_times(session, survey, registrations_by_person)
    people_in_turn = {
        person_id: registrations
        for person_id, registrations in registrations_by_person.items()
        if person_id not in respondent_person_ids and is_survey_reminder_due(registrations, reminder_times, now)
    }
    due_registrations = [
        registration
        for registrations in people_in_turn.values()
        for registration in registrations
        if is_survey_due(survey, registration.seminar, now)
    ]
    able_ids = list_registrations_able_to_answer(session, survey, due_registrations, now)
    people_to_remind = []
    for registrations in people_in_turn.values():
        able_registrations = [registration for registration in registrations if registration.id in able_ids]
        if able_registrations:
            people_to_remind.append(
                (able_registrations, any(registration.id in reminder_times for registration in registrations))
            )
    return people_to_remind


def group_registrations_by_person(session: Session, survey: Survey) -> dict[int, list[Registration]]:
    """Return the registrations that a survey addresses by person id, in the order of names."""
    list_audience = list_project_participants if survey.for_project else list_participants
    registrations_by_person: dict[int, list[Registration]] = defaultdict(list)
    for registration in list_audience(session, survey.seminar):
        registrations_by_person[registration.person_id].append(registration)
    return registrations_by_person


def map_reminder_times(
    session: Session, survey: Survey, registrations_by_person: Mapping[int, Sequence[Registration]]
) -> dict[int, dict[bool, datetime]]:
    """Return when reminders of a survey were queued: registration id -> is second reminder -> time."""
    topics = {
        get_message_topic(registration.seminar)
        for registrations in registrations_by_person.values()
        for registration in registrations
    }
    statement = select(Message.key, Message.created_at).where(Message.topic.in_(topics), Message.kind == REMINDER_KIND)
    times_by_registration: dict[int, dict[bool, datetime]] = defaultdict(dict)
    for key, sent_at in session.execute(statement):
        registration_id, numbers, is_second = parse_reminder_key(key)
        if survey.number in numbers:
            times_by_registration[registration_id][is_second] = sent_at
    return times_by_registration


def is_survey_reminder_due(
    registrations: Iterable[Registration], reminder_times: Mapping[int, Mapping[bool, datetime]], now: datetime
) -> bool:
    """Return True if a person is to be reminded now: not reminded yet, or only once and two days ago."""
    times_by_letter = [
        reminder_times[registration.id] for registration in registrations if registration.id in reminder_times
    ]
    return not any(True in times for times in times_by_letter) and all(
        times[False] <= now - SECOND_REMINDER_DELAY for times in times_by_letter
    )


def list_registrations_able_to_answer(
    session: Session, survey: Survey, registrations: Sequence[Registration], now: datetime
) -> set[int]:
    """Return the ids of registrations that can answer now; except for a pre-test, those who attended."""
    by_seminar: dict[Seminar, list[Registration]] = defaultdict(list)
    for registration in registrations:
        by_seminar[registration.seminar].append(registration)
    able_ids = set()
    for seminar, seminar_registrations in by_seminar.items():
        for registration_id, attendance in summarize_attendance(session, seminar, seminar_registrations, now).items():
            may_answer = attendance.present > 0 or survey.purpose == SurveyPurpose.PRE_TEST
            if may_answer and get_survey_status(survey, attendance, now) == SurveyStatus.OPEN:
                able_ids.add(registration_id)
    return able_ids
