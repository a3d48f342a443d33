"""Letters about surveys: that one is due, once more two days later, and which of them no longer hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance.marks import attended
from trainer.language.words import gettext as _
from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.outbox import Letter
from trainer.registration.letters import letter, topic_of
from trainer.registration.lists import participants, participants_of_project
from trainer.registration.models import Registration
from trainer.registration.notices import queue
from trainer.seminars.models import Seminar, SeminarSession
from trainer.surveys.answers import (
    SATISFACTION_NUMBER,
    is_closed,
    people_answered,
    survey_of,
    surveys_asked_in,
    with_sessions,
)
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.standing import State, state_of
from trainer.web.addresses import full_address

KIND = "survey"
AGAIN = "-again"
SECOND_AFTER = timedelta(days=2)
LATEST = timedelta(days=9)
"""How long somebody is still asked: attendance may be marked late, but nobody is asked about last year."""
BEFORE = timedelta(days=3)
"""How long before the seminar a test before it is asked for."""


@dataclass(frozen=True)
class Due:
    """A letter that is due: for which survey, to whom, and its key."""

    survey: Survey
    registration: Registration
    key: str


def to_ask(session: Session, now: datetime) -> list[Due]:
    """Find who may answer a survey that is due and has not: to be asked once, and once more two days later."""
    return [each for survey in due_surveys(session, now) for each in to_ask_for(session, survey, now)]


def due_surveys(session: Session, now: datetime) -> list[Survey]:
    """Give the surveys that people are asked for at this time."""
    wanted = select(Survey).where(
        Survey.number != SATISFACTION_NUMBER, Survey.closed_at.is_(None), Survey.purpose != Purpose.SKILLS
    )
    made = session.scalars(wanted.order_by(Survey.id).options(with_sessions()))
    surveys = [*(survey_of(session, each) for each in lately_held(session, now)), *made]
    return [each for each in surveys if is_due(each, now)]


def lately_held(session: Session, now: datetime) -> list[Seminar]:
    """The seminars with a satisfaction survey that ended a few days ago."""
    ends = func.max(SeminarSession.ends_at)
    lately = select(SeminarSession.seminar_id).group_by(SeminarSession.seminar_id).having(ends <= now)
    wanted = select(Seminar).where(Seminar.has_survey, Seminar.id.in_(lately.having(ends > now - LATEST)))
    return list(session.scalars(wanted.order_by(Seminar.id)))


def is_due(survey: Survey, now: datetime) -> bool:
    """Whether people are asked for a survey now: a test in the days before the seminar, all else in the days after its time has come."""
    starts, ends = survey.seminar.starts_at, survey.seminar.ends_at
    if starts is None or ends is None or is_closed(survey, now):
        return False
    if survey.purpose == Purpose.PRE_TEST:
        return max(survey.opens_at or starts - BEFORE, starts - BEFORE) <= now < starts
    begins = max(survey.opens_at or ends, ends)
    return begins <= now < begins + LATEST


def to_ask_for(session: Session, survey: Survey, now: datetime) -> list[Due]:
    """Find who is to be asked for a survey: each person once, of the whole project by one of their pages."""
    done, pages = people_answered(session, survey), pages_of(session, survey)
    asked = asked_at(session, survey, pages)
    turn = {person: theirs for person, theirs in pages.items() if person not in done and is_turn(theirs, asked, now)}
    may = may_answer(session, survey, [each for theirs in turn.values() for each in theirs], now)
    found = []
    for theirs in turn.values():
        page = next((each for each in theirs if each.id in may), None)
        if page is not None:
            again = any(each.id in asked for each in theirs)
            found.append(Due(survey, page, key_of(survey, page) + (AGAIN if again else "")))
    return found


def pages_of(session: Session, survey: Survey) -> dict[int, list[Registration]]:
    """Give the registrations of those who are asked a survey, by person, in the order of their names."""
    whole = participants_of_project if survey.for_project else participants
    found: dict[int, list[Registration]] = defaultdict(list)
    for each in whole(session, survey.seminar):
        found[each.person_id].append(each)
    return found


def key_of(survey: Survey, registration: Registration) -> str:
    """Name the first letter about a survey; the second has AGAIN behind it."""
    return f"{KIND}-{registration.id}-{survey.number}"


def asked_at(
    session: Session, survey: Survey, pages: Mapping[int, Sequence[Registration]]
) -> dict[int, dict[bool, datetime]]:
    """When the first letter about a survey was written (False) and when the second (True), by registration."""
    topics = {topic_of(each.seminar) for theirs in pages.values() for each in theirs}
    wanted = select(Message.key, Message.created_at).where(Message.topic.in_(topics), Message.kind == KIND)
    found: dict[int, dict[bool, datetime]] = defaultdict(dict)
    for key, moment in session.execute(wanted):
        registration, number, again = parts_of(key)
        if number == survey.number:
            found[registration][again] = moment
    return found


def parts_of(key: str) -> tuple[int, int, bool]:
    """Read the key of a letter: the registration, the survey's number, and whether it is the second."""
    _kind, registration, number, *again = key.split("-")
    return int(registration), int(number), bool(again)


def is_turn(theirs: Iterable[Registration], asked: Mapping[int, Mapping[bool, datetime]], now: datetime) -> bool:
    """Whether a person is to be asked now, for the first or the second time."""
    letters = [asked[each.id] for each in theirs if each.id in asked]
    return not any(True in each for each in letters) and all(each[False] <= now - SECOND_AFTER for each in letters)


def may_answer(session: Session, survey: Survey, people: Sequence[Registration], now: datetime) -> set[int]:
    """Give which registrations may answer now: after the seminar, of those who were there."""
    by_seminar: dict[Seminar, list[Registration]] = defaultdict(list)
    for each in people:
        by_seminar[each.seminar].append(each)
    found = set()
    for seminar, theirs in by_seminar.items():
        for registration, share in attended(session, seminar, theirs, now).items():
            was_there = share.present > 0 or survey.purpose == Purpose.PRE_TEST
            if was_there and state_of(survey, share, now) == State.OPEN:
                found.add(registration)
    return found


def ask(session: Session, due: Due, now: datetime) -> None:
    """Queue the letter."""
    queue(session, due.registration, survey_letter(due.survey, due.registration, due.key), now)


def survey_letter(survey: Survey, registration: Registration, key: str) -> Letter:
    """Ask somebody to answer a survey."""
    seminar, language = registration.seminar, registration.person.language
    with force_locale(language):
        address = full_address("surveys.survey", token=registration.token, number=survey.number)
        said = [f"{survey.title.to(language)}: {address}"]
        if survey.anonymous:
            said.append(_("Your answers are anonymous."))
        if survey.number == SATISFACTION_NUMBER and seminar.has_certificate and seminar.survey_required:
            said.append(_("The certificate is issued after the survey is answered."))
        return letter(registration, KIND, key, _("Please answer the survey"), said)


def outdated(session: Session, now: datetime) -> list[Message]:
    """Find the letters that have not left yet to people who have answered, or whose survey is closed."""
    found: list[Message] = []
    for (topic, number), letters in by_survey(outbox.waiting(session, [KIND])).items():
        survey = survey_named(session, topic, number)
        over = survey is None or is_closed(survey, now)
        done = people_answered(session, survey) if survey is not None and not over else set()
        found += [each for each in letters if over or each.person_id in done]
    return found


def by_survey(messages: Iterable[Message]) -> dict[tuple[str, int], list[Message]]:
    """Messages by what they belong to and the number of the survey that they ask for."""
    found: dict[tuple[str, int], list[Message]] = defaultdict(list)
    for each in messages:
        found[each.topic, parts_of(each.key)[1]].append(each)
    return found


def survey_named(session: Session, topic: str, number: int) -> Survey | None:
    """Find the survey with a number among those that the people of a seminar are asked."""
    seminar = session.get(Seminar, int(topic.rpartition("-")[2]))
    surveys = surveys_asked_in(session, seminar) if seminar else []
    return next((each for each in surveys if each.number == number), None)
