"""Letters about surveys: that some are due, once more two days later, and which of them no longer hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import summarize_attendance
from trainer.language.translate import gettext as _
from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.outbox import OutgoingMessage
from trainer.registration.desk.listing import list_participants, list_project_participants
from trainer.registration.models import Registration
from trainer.registration.notifications.letters import build_trainee_message, get_message_topic
from trainer.registration.notifications.queueing import queue_message
from trainer.seminars.models import Seminar, SeminarSession
from trainer.surveys.answering.status import SurveyStatus, get_survey_status
from trainer.surveys.catalogue import (
    SATISFACTION_SURVEY_NUMBER,
    get_satisfaction_survey,
    list_participant_surveys,
    load_survey_sessions,
)
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import list_respondent_person_ids
from trainer.surveys.schedule import is_survey_closed, list_audience_seminars
from trainer.web.addresses import build_full_url

REMINDER_KIND = "survey"
SECOND_REMINDER_SUFFIX = "-again"
SECOND_REMINDER_DELAY = timedelta(days=2)
REMINDER_PERIOD = timedelta(days=9)
"""How long somebody is still asked: attendance may be marked late, but nobody is asked about last year."""
MAX_SURVEYS_PER_REMINDER = 10
"""How many surveys a letter names; the others have one of their own."""
PRE_TEST_LEAD_TIME = timedelta(days=3)
"""How long before the seminar a test before it is asked for."""


@dataclass(frozen=True)
class DueSurveyReminder:
    """A letter that is due: to whom, for which surveys, and whether it is the second."""

    registration: Registration
    surveys: Sequence[Survey]
    is_second: bool

    @property
    def key(self) -> str:
        """Name the letter; the second has AGAIN behind it."""
        numbers = ".".join(str(each.number) for each in self.surveys)
        return f"{REMINDER_KIND}-{self.registration.id}-{numbers}" + (SECOND_REMINDER_SUFFIX if self.is_second else "")


def list_due_survey_reminders(session: Session, now: datetime) -> list[DueSurveyReminder]:
    """Find who may answer surveys that are due and has not: to be asked for all of them once, and once more two days later.

    Where somebody has several pages, one of the project goes along with what is asked on one of them anyway.
    """
    found: dict[tuple[Registration, bool], list[Survey]] = defaultdict(list)
    for survey in sorted(list_due_surveys(session, now), key=lambda each: each.for_project):
        for pages, again in list_people_to_remind(session, survey, now):
            page = next((each for each in pages if (each, again) in found), pages[0])
            found[page, again].append(survey)
    return [
        DueSurveyReminder(page, surveys[:MAX_SURVEYS_PER_REMINDER], again) for (page, again), surveys in found.items()
    ]


def list_due_surveys(session: Session, now: datetime) -> list[Survey]:
    """Give the surveys that people are asked for at this time."""
    wanted = select(Survey).where(
        Survey.number != SATISFACTION_SURVEY_NUMBER,
        Survey.closed_at.is_(None),
        Survey.purpose != SurveyPurpose.CHECKLIST,
    )
    made = session.scalars(wanted.order_by(Survey.id).options(load_survey_sessions()))
    surveys = [*(get_satisfaction_survey(session, each) for each in list_recently_ended_seminars(session, now)), *made]
    return [
        each
        for each in surveys
        if any(is_survey_due(each, there, now) for there in list_audience_seminars(session, each))
    ]


def list_recently_ended_seminars(session: Session, now: datetime) -> list[Seminar]:
    """The seminars with a satisfaction survey that ended a few days ago."""
    ends = func.max(SeminarSession.ends_at)
    lately = select(SeminarSession.seminar_id).group_by(SeminarSession.seminar_id).having(ends <= now)
    wanted = select(Seminar).where(Seminar.has_survey, Seminar.id.in_(lately.having(ends > now - REMINDER_PERIOD)))
    return list(session.scalars(wanted.order_by(Seminar.id)))


def is_survey_due(survey: Survey, seminar: Seminar, now: datetime) -> bool:
    """Whether people of a seminar are asked for a survey now: a test in the days before their seminar, all else in the days after
    the survey's time has come and their seminar is over."""
    starts, ends, opens = seminar.starts_at, seminar.ends_at, survey.opens_at or survey.seminar.ends_at
    if starts is None or ends is None or is_survey_closed(survey, now):
        return False
    if survey.purpose == SurveyPurpose.PRE_TEST:
        return max(survey.opens_at or starts - PRE_TEST_LEAD_TIME, starts - PRE_TEST_LEAD_TIME) <= now < starts
    if opens is None:
        return False
    begins = max(opens, ends)
    return begins <= now < begins + REMINDER_PERIOD


def list_people_to_remind(session: Session, survey: Survey, now: datetime) -> list[tuple[list[Registration], bool]]:
    """Find who is to be asked for a survey, each person by their pages that may answer it, and whether again."""
    done, pages = list_respondent_person_ids(session, survey), group_registrations_by_person(session, survey)
    asked = map_reminder_times(session, survey, pages)
    turn = {
        person: theirs
        for person, theirs in pages.items()
        if person not in done and is_survey_reminder_due(theirs, asked, now)
    }
    due = [each for theirs in turn.values() for each in theirs if is_survey_due(survey, each.seminar, now)]
    may = list_registrations_able_to_answer(session, survey, due, now)
    found = []
    for theirs in turn.values():
        able = [each for each in theirs if each.id in may]
        if able:
            found.append((able, any(each.id in asked for each in theirs)))
    return found


def group_registrations_by_person(session: Session, survey: Survey) -> dict[int, list[Registration]]:
    """Give the registrations of those who are asked a survey, by person, in the order of their names."""
    whole = list_project_participants if survey.for_project else list_participants
    found: dict[int, list[Registration]] = defaultdict(list)
    for each in whole(session, survey.seminar):
        found[each.person_id].append(each)
    return found


def map_reminder_times(
    session: Session, survey: Survey, registrations_by_person: Mapping[int, Sequence[Registration]]
) -> dict[int, dict[bool, datetime]]:
    """When the first letter about a survey was written (False) and when the second (True), by registration."""
    topics = {get_message_topic(each.seminar) for theirs in registrations_by_person.values() for each in theirs}
    wanted = select(Message.key, Message.created_at).where(Message.topic.in_(topics), Message.kind == REMINDER_KIND)
    found: dict[int, dict[bool, datetime]] = defaultdict(dict)
    for key, moment in session.execute(wanted):
        registration, numbers, again = parse_reminder_key(key)
        if survey.number in numbers:
            found[registration][again] = moment
    return found


def parse_reminder_key(key: str) -> tuple[int, list[int], bool]:
    """Read the key of a letter: the registration, the numbers of the surveys, and whether it is the second."""
    _kind, registration, numbers, *again = key.split("-")
    return int(registration), [int(each) for each in numbers.split(".")], bool(again)


def is_survey_reminder_due(
    registrations: Iterable[Registration], reminder_times: Mapping[int, Mapping[bool, datetime]], now: datetime
) -> bool:
    """Whether a person is to be asked now, for the first or the second time."""
    letters = [reminder_times[each.id] for each in registrations if each.id in reminder_times]
    return not any(True in each for each in letters) and all(
        each[False] <= now - SECOND_REMINDER_DELAY for each in letters
    )


def list_registrations_able_to_answer(
    session: Session, survey: Survey, registrations: Sequence[Registration], now: datetime
) -> set[int]:
    """Give which registrations may answer now: after the seminar, of those who were there."""
    by_seminar: dict[Seminar, list[Registration]] = defaultdict(list)
    for each in registrations:
        by_seminar[each.seminar].append(each)
    found = set()
    for seminar, theirs in by_seminar.items():
        for registration, share in summarize_attendance(session, seminar, theirs, now).items():
            was_there = share.present > 0 or survey.purpose == SurveyPurpose.PRE_TEST
            if was_there and get_survey_status(survey, share, now) == SurveyStatus.OPEN:
                found.add(registration)
    return found


def queue_survey_reminder(session: Session, reminder: DueSurveyReminder, now: datetime) -> None:
    """Queue the letter."""
    queue_message(session, reminder.registration, build_survey_reminder_message(reminder), now)


def build_survey_reminder_message(reminder: DueSurveyReminder) -> OutgoingMessage:
    """Ask somebody to answer surveys."""
    registration = reminder.registration
    with force_locale(registration.person.language):
        heading = _("Please answer the surveys") if len(reminder.surveys) > 1 else _("Please answer the survey")
        said = [line for each in reminder.surveys for line in format_survey_reminder_lines(each, registration)]
        return build_trainee_message(registration, REMINDER_KIND, reminder.key, heading, said)


def format_survey_reminder_lines(survey: Survey, registration: Registration) -> list[str]:
    """Say where somebody answers a survey, and what there is to know before."""
    seminar = registration.seminar
    address = build_full_url("surveys_answering.view_survey", token=registration.token, number=survey.number)
    said = [f"{survey.title.get_text(registration.person.language)}: {address}"]
    if survey.anonymous:
        said.append(_("Your answers are anonymous."))
    if survey.number == SATISFACTION_SURVEY_NUMBER and seminar.has_certificate and seminar.survey_required:
        said.append(_("The certificate is issued once you have answered the survey."))
    return said


def list_outdated_survey_reminders(session: Session, now: datetime) -> list[Message]:
    """Find the letters that have not left yet and name only surveys that the person has answered, or that are closed."""
    waiting = outbox.list_queued_messages(session, [REMINDER_KIND])
    named = {(each.topic, number) for each in waiting for number in parse_reminder_key(each.key)[1]}
    done = {each: find_finished_person_ids(session, *each, now) for each in named}
    return [
        each
        for each in waiting
        if all(
            is_person_finished(done[each.topic, number], each.person_id) for number in parse_reminder_key(each.key)[1]
        )
    ]


def find_finished_person_ids(session: Session, topic: str, number: int, now: datetime) -> set[int] | None:
    """Give who has answered the survey with a number; None where nobody can answer it any more."""
    survey = find_reminder_survey(session, topic, number)
    return None if survey is None or is_survey_closed(survey, now) else list_respondent_person_ids(session, survey)


def is_person_finished(finished_person_ids: set[int] | None, person_id: int) -> bool:
    """Whether a person has nothing to answer any more; `finished_person_ids` as done_with gives it."""
    return finished_person_ids is None or person_id in finished_person_ids


def find_reminder_survey(session: Session, topic: str, number: int) -> Survey | None:
    """Find the survey with a number among those that the people of a seminar are asked."""
    seminar = session.get(Seminar, int(topic.rpartition("-")[2]))
    surveys = list_participant_surveys(session, seminar) if seminar else []
    return next((each for each in surveys if each.number == number), None)
