"""Letters about surveys: that some are due, once more two days later, and which of them no longer hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.ledger import attended
from trainer.language.translate import gettext as _
from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.outbox import Letter
from trainer.registration.desk.listing import participants, participants_of_project
from trainer.registration.models import Registration
from trainer.registration.notifications.letters import letter, topic_of
from trainer.registration.notifications.queueing import queue
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.registration_window import seminars_of_project
from trainer.surveys.answering.status import State, state_of
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.responses import (
    SATISFACTION_NUMBER,
    is_closed,
    people_answered,
    survey_of,
    surveys_asked_in,
    with_sessions,
)
from trainer.web.addresses import full_address

KIND = "survey"
AGAIN = "-again"
SECOND_AFTER = timedelta(days=2)
LATEST = timedelta(days=9)
"""How long somebody is still asked: attendance may be marked late, but nobody is asked about last year."""
MOST = 10
"""How many surveys a letter names; the others have one of their own."""
BEFORE = timedelta(days=3)
"""How long before the seminar a test before it is asked for."""


@dataclass(frozen=True)
class Due:
    """A letter that is due: to whom, for which surveys, and whether it is the second."""

    registration: Registration
    surveys: Sequence[Survey]
    again: bool

    @property
    def key(self) -> str:
        """Name the letter; the second has AGAIN behind it."""
        numbers = ".".join(str(each.number) for each in self.surveys)
        return f"{KIND}-{self.registration.id}-{numbers}" + (AGAIN if self.again else "")


def to_ask(session: Session, now: datetime) -> list[Due]:
    """Find who may answer surveys that are due and has not: to be asked for all of them once, and once more two days later.

    Where somebody has several pages, one of the project goes along with what is asked on one of them anyway.
    """
    found: dict[tuple[Registration, bool], list[Survey]] = defaultdict(list)
    for survey in sorted(due_surveys(session, now), key=lambda each: each.for_project):
        for pages, again in to_ask_for(session, survey, now):
            page = next((each for each in pages if (each, again) in found), pages[0])
            found[page, again].append(survey)
    return [Due(page, surveys[:MOST], again) for (page, again), surveys in found.items()]


def due_surveys(session: Session, now: datetime) -> list[Survey]:
    """Give the surveys that people are asked for at this time."""
    wanted = select(Survey).where(
        Survey.number != SATISFACTION_NUMBER, Survey.closed_at.is_(None), Survey.purpose != Purpose.SKILLS
    )
    made = session.scalars(wanted.order_by(Survey.id).options(with_sessions()))
    surveys = [*(survey_of(session, each) for each in lately_held(session, now)), *made]
    return [each for each in surveys if any(is_due(each, there, now) for there in seminars_asked(session, each))]


def seminars_asked(session: Session, survey: Survey) -> Sequence[Seminar]:
    """Give the seminars whose people are asked a survey."""
    if not survey.for_project:
        return [survey.seminar]
    wanted = select(Seminar).where(Seminar.id.in_(seminars_of_project(survey.seminar)))
    return session.scalars(wanted.options(selectinload(Seminar.sessions))).all()


def lately_held(session: Session, now: datetime) -> list[Seminar]:
    """The seminars with a satisfaction survey that ended a few days ago."""
    ends = func.max(SeminarSession.ends_at)
    lately = select(SeminarSession.seminar_id).group_by(SeminarSession.seminar_id).having(ends <= now)
    wanted = select(Seminar).where(Seminar.has_survey, Seminar.id.in_(lately.having(ends > now - LATEST)))
    return list(session.scalars(wanted.order_by(Seminar.id)))


def is_due(survey: Survey, seminar: Seminar, now: datetime) -> bool:
    """Whether people of a seminar are asked for a survey now: a test in the days before their seminar, all else in the days after
    the survey's time has come and their seminar is over."""
    starts, ends, opens = seminar.starts_at, seminar.ends_at, survey.opens_at or survey.seminar.ends_at
    if starts is None or ends is None or is_closed(survey, now):
        return False
    if survey.purpose == Purpose.PRE_TEST:
        return max(survey.opens_at or starts - BEFORE, starts - BEFORE) <= now < starts
    if opens is None:
        return False
    begins = max(opens, ends)
    return begins <= now < begins + LATEST


def to_ask_for(session: Session, survey: Survey, now: datetime) -> list[tuple[list[Registration], bool]]:
    """Find who is to be asked for a survey, each person by their pages that may answer it, and whether again."""
    done, pages = people_answered(session, survey), pages_of(session, survey)
    asked = asked_at(session, survey, pages)
    turn = {person: theirs for person, theirs in pages.items() if person not in done and is_turn(theirs, asked, now)}
    due = [each for theirs in turn.values() for each in theirs if is_due(survey, each.seminar, now)]
    may = may_answer(session, survey, due, now)
    found = []
    for theirs in turn.values():
        able = [each for each in theirs if each.id in may]
        if able:
            found.append((able, any(each.id in asked for each in theirs)))
    return found


def pages_of(session: Session, survey: Survey) -> dict[int, list[Registration]]:
    """Give the registrations of those who are asked a survey, by person, in the order of their names."""
    whole = participants_of_project if survey.for_project else participants
    found: dict[int, list[Registration]] = defaultdict(list)
    for each in whole(session, survey.seminar):
        found[each.person_id].append(each)
    return found


def asked_at(
    session: Session, survey: Survey, pages: Mapping[int, Sequence[Registration]]
) -> dict[int, dict[bool, datetime]]:
    """When the first letter about a survey was written (False) and when the second (True), by registration."""
    topics = {topic_of(each.seminar) for theirs in pages.values() for each in theirs}
    wanted = select(Message.key, Message.created_at).where(Message.topic.in_(topics), Message.kind == KIND)
    found: dict[int, dict[bool, datetime]] = defaultdict(dict)
    for key, moment in session.execute(wanted):
        registration, numbers, again = parts_of(key)
        if survey.number in numbers:
            found[registration][again] = moment
    return found


def parts_of(key: str) -> tuple[int, list[int], bool]:
    """Read the key of a letter: the registration, the numbers of the surveys, and whether it is the second."""
    _kind, registration, numbers, *again = key.split("-")
    return int(registration), [int(each) for each in numbers.split(".")], bool(again)


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
    queue(session, due.registration, survey_letter(due), now)


def survey_letter(due: Due) -> Letter:
    """Ask somebody to answer surveys."""
    registration = due.registration
    with force_locale(registration.person.language):
        heading = _("Please answer the surveys") if len(due.surveys) > 1 else _("Please answer the survey")
        said = [line for each in due.surveys for line in lines_about(each, registration)]
        return letter(registration, KIND, due.key, heading, said)


def lines_about(survey: Survey, registration: Registration) -> list[str]:
    """Say where somebody answers a survey, and what there is to know before."""
    seminar = registration.seminar
    address = full_address("surveys_answering.survey", token=registration.token, number=survey.number)
    said = [f"{survey.title.to(registration.person.language)}: {address}"]
    if survey.anonymous:
        said.append(_("Your answers are anonymous."))
    if survey.number == SATISFACTION_NUMBER and seminar.has_certificate and seminar.survey_required:
        said.append(_("The certificate is issued after the survey is answered."))
    return said


def outdated(session: Session, now: datetime) -> list[Message]:
    """Find the letters that have not left yet and name only surveys that the person has answered, or that are closed."""
    waiting = outbox.waiting(session, [KIND])
    named = {(each.topic, number) for each in waiting for number in parts_of(each.key)[1]}
    done = {each: done_with(session, *each, now) for each in named}
    return [
        each
        for each in waiting
        if all(is_done(done[each.topic, number], each.person_id) for number in parts_of(each.key)[1])
    ]


def done_with(session: Session, topic: str, number: int, now: datetime) -> set[int] | None:
    """Give who has answered the survey with a number; None where nobody can answer it any more."""
    survey = survey_named(session, topic, number)
    return None if survey is None or is_closed(survey, now) else people_answered(session, survey)


def is_done(answered: set[int] | None, person: int) -> bool:
    """Whether a person has nothing to answer any more; `answered` as done_with gives it."""
    return answered is None or person in answered


def survey_named(session: Session, topic: str, number: int) -> Survey | None:
    """Find the survey with a number among those that the people of a seminar are asked."""
    seminar = session.get(Seminar, int(topic.rpartition("-")[2]))
    surveys = surveys_asked_in(session, seminar) if seminar else []
    return next((each for each in surveys if each.number == number), None)
