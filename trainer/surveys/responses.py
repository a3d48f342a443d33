"""Answering: which surveys a person is asked, who may answer now, and keeping one response of each person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import Attended
from trainer.raw_queries import numbers
from trainer.registration.desk.listing import participants
from trainer.registration.models import Registration
from trainer.registration.seats.waiting_list import lock
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import seminars_of_project
from trainer.surveys.deduplication import answered_of, kept_of
from trainer.surveys.models import (
    AnonymousSlip,
    Purpose,
    Survey,
    SurveyDraft,
    SurveyParticipation,
    SurveyResponse,
    SurveyVersion,
    TestResult,
)
from trainer.surveys.questions.model import Question
from trainer.surveys.questions.templates import satisfaction_for
from trainer.surveys.questions.validation import checked, score

SATISFACTION_NUMBER = 1


class SurveyClosed(Exception):
    """The survey is not open now."""


class NotYetOpen(SurveyClosed):
    """The survey opens later."""


class WasAbsent(SurveyClosed):
    """Somebody who was at no session has nothing to answer."""


class AnsweredBefore(SurveyClosed):
    """This person has answered."""


class OtherVersion(Exception):
    """The questions were changed since the form was shown."""


def survey_of(session: Session, seminar: Seminar) -> Survey:
    """Give the seminar's satisfaction survey; until the first answer or change it is the ready-made one and in no table."""
    return satisfaction_survey(session, seminar) or ready_survey(seminar)


def ready_survey(seminar: Seminar) -> Survey:
    """Make the ready-made satisfaction survey for a seminar."""
    ready = satisfaction_for(seminar)
    questions = [question.kept() for question in ready.for_seminar(seminar, anonymous=False)]
    return Survey(
        seminar=seminar,
        number=SATISFACTION_NUMBER,
        title=ready.title,
        purpose=ready.purpose,
        anonymous=False,
        for_project=ready.for_project,
        target=ready.target,
        released=True,
        versions=[SurveyVersion(number=1, questions=questions)],
    )


def satisfaction_survey(session: Session, seminar: Seminar) -> Survey | None:
    """Find the seminar's satisfaction survey."""
    return session.scalar(select(Survey).where(Survey.seminar_id == seminar.id, Survey.number == SATISFACTION_NUMBER))


def surveys_of(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys of a seminar by number, the satisfaction survey first where it has one."""
    made = list(session.scalars(select(Survey).where(Survey.seminar_id == seminar.id).order_by(Survey.number)))
    others = [each for each in made if each.number != SATISFACTION_NUMBER]
    return [survey_of(session, seminar), *others] if seminar.has_survey else others


def survey_at(session: Session, seminar: Seminar, number: int) -> Survey | None:
    """Find a survey of a seminar by its number."""
    return next((each for each in surveys_of(session, seminar) if each.number == number), None)


def surveys_for(session: Session, registration: Registration) -> list[Survey]:
    """Give the surveys that a registered person is asked."""
    return surveys_asked_in(session, registration.seminar)


def surveys_asked_in(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys that people of a seminar are asked, by one query: its own, then those of the whole project."""
    of_project = Survey.for_project & Survey.seminar_id.in_(seminars_of_project(seminar))
    wanted = select(Survey).where(or_(Survey.seminar_id == seminar.id, of_project), Survey.purpose != Purpose.SKILLS)
    wanted = wanted.where(Survey.released)
    found = list(session.scalars(wanted.order_by(Survey.number).options(with_sessions())))
    own = [each for each in found if each.seminar_id == seminar.id and each.number != SATISFACTION_NUMBER]
    foreign = [each for each in found if each.seminar_id != seminar.id]
    if not seminar.has_survey:
        return own + foreign
    first = next((each for each in found if each.seminar_id == seminar.id and each not in own), None)
    return [first or ready_survey(seminar), *own, *foreign]


def with_sessions() -> Any:
    """Load surveys with what says when they open."""
    return joinedload(Survey.seminar).selectinload(Seminar.sessions)


def survey_numbered(session: Session, registration: Registration, number: int) -> Survey | None:
    """Find a survey by the number in the address of a personal page."""
    return next((each for each in surveys_for(session, registration) if each.number == number), None)


def questions_of(version: SurveyVersion) -> list[Question]:
    """Give the questions of a version."""
    return [Question.read(kept) for kept in version.questions]


def opens_at(survey: Survey) -> datetime | None:
    """Say when a survey opens; None: it is open from the beginning, or its seminar has no date."""
    if survey.opens_at is not None or survey.purpose == Purpose.PRE_TEST:
        return survey.opens_at
    sessions = survey.seminar.sessions
    return sessions[-1].starts_at if sessions else None


def is_closed(survey: Survey, now: datetime) -> bool:
    """Whether nobody can answer any more."""
    return any(each is not None and each <= now for each in (survey.closed_at, survey.closes_at))


def check_open(survey: Survey, attended: Attended, now: datetime) -> None:
    """Raise SurveyClosed, NotYetOpen or WasAbsent when a person can't answer now."""
    opens = opens_at(survey)
    dated = bool(survey.seminar.sessions) or survey.purpose == Purpose.PRE_TEST or opens is not None
    if not (survey.released and dated) or (opens is not None and now < opens):
        raise NotYetOpen
    if is_closed(survey, now):
        raise SurveyClosed
    if survey.purpose == Purpose.PRE_TEST:
        return
    if attended.held and attended.marked == attended.held and attended.present == 0:
        raise WasAbsent


def keep_response(
    session: Session,
    survey: Survey,
    registration: Registration,
    given: Mapping[str, Any],
    language: str,
    now: datetime,
    *,
    version: str | None = None,
    on_paper: bool = False,
    entered_by_id: int | None = None,
) -> None:
    """Keep a person's answers to a survey; of two that come at once one is kept.

    `version` is the mark of the version that the person saw. What an anonymous survey keeps has no way to the person.
    Raises AnswersRefused, AnsweredBefore, SurveyClosed, OtherVersion.
    """
    survey = locked(session, survey)
    emptied = survey.anonymous and survey.closed_at is not None
    if emptied or (is_closed(survey, now) and not on_paper):
        raise SurveyClosed
    if version not in (None, survey.current.mark):
        raise OtherVersion
    if has_answered(session, survey, registration):
        raise AnsweredBefore
    answers = checked(questions_of(survey.current), given)
    session.add(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    if survey.anonymous:
        slip = AnonymousSlip(survey_id=survey.id, version_id=survey.current.id, answers=answers, on_paper=on_paper)
        session.add(slip)
    else:
        session.add(
            SurveyResponse(
                survey_id=survey.id,
                version=survey.current,
                registration_id=registration.id,
                answers=answers,
                language=language,
                answered_at=now,
                on_paper=on_paper,
                entered_by_id=entered_by_id,
            )
        )
        forget_draft(session, survey, registration)
        if survey.purpose == Purpose.POST_TEST:
            keep_score(session, survey, registration, answers, now)
    session.flush()


def locked(session: Session, survey: Survey) -> Survey:
    """Let one at a time answer, change or close a survey; gives it as it is now, made where it was the ready-made one."""
    lock(session, survey.seminar)
    if survey.id is None:
        return made(session, survey)
    session.refresh(survey)
    for version in survey.versions:
        session.refresh(version)  # one that nobody could see may have been changed where it stands
    return survey


def made(session: Session, ready: Survey) -> Survey:
    """Keep the ready-made survey, unless somebody else has done so meanwhile; the seminar is locked."""
    known = satisfaction_survey(session, ready.seminar)
    if known is not None:
        if ready in session:
            session.expunge(ready)
        return known
    session.add(ready)
    session.flush()
    return ready


def keep_score(
    session: Session, survey: Survey, registration: Registration, answers: Mapping[str, Any], now: datetime
) -> None:
    """Keep the percent right of an identified test after the seminar: the certificate may ask for it."""
    result = score(questions_of(survey.current), answers)
    if not result.whole:
        return
    kept = session.scalar(select(TestResult).where(TestResult.registration_id == registration.id))
    kept = kept or TestResult(registration_id=registration.id)
    kept.percent, kept.entered_at, kept.entered_by_id = result.percent, now, None
    session.add(kept)


def has_answered(session: Session, survey: Survey, registration: Registration) -> bool:
    """Whether somebody has answered a survey."""
    return survey.id is not None and bool(answered_of(session, registration, [survey.id]))


def respondents(session: Session, survey: Survey) -> set[int]:
    """Give the registrations that have answered a survey; of one that was merged into another, the one kept."""
    if survey.id is None:
        return set()
    wanted = select(SurveyParticipation.registration_id).where(SurveyParticipation.survey_id == survey.id)
    kept = kept_of(session, survey.seminar)
    [answered] = numbers(session, wanted)
    return {kept.get(each, each) for each in answered} if kept else answered


def people_answered(session: Session, survey: Survey) -> set[int]:
    """Give the persons who have answered a survey."""
    wanted = select(Registration.person_id).where(Registration.id.in_(respondents(session, survey)))
    return set(session.scalars(wanted))


def owing(session: Session, survey: Survey) -> list[Registration]:
    """Give who has a place in a survey's seminar and has not answered, in the order of the Kazakh alphabet."""
    done = people_answered(session, survey)
    return [each for each in participants(session, survey.seminar) if each.person_id not in done]


def answered(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations that have answered the seminar's satisfaction survey."""
    return respondents(session, survey_of(session, seminar))


def response_of(session: Session, survey: Survey, registration: Registration) -> SurveyResponse | None:
    """Find what a person answered to an identified survey."""
    if survey.id is None:
        return None
    wanted = select(SurveyResponse).where(
        SurveyResponse.survey_id == survey.id, SurveyResponse.registration_id == registration.id
    )
    return session.scalar(wanted)


def responses_of(session: Session, registration: Registration) -> list[SurveyResponse]:
    """Give what one person answered under their name, in the order of the answers."""
    wanted = select(SurveyResponse).where(SurveyResponse.registration_id == registration.id)
    return list(session.scalars(wanted.order_by(SurveyResponse.answered_at, SurveyResponse.id)))


def forget_draft(session: Session, survey: Survey, registration: Registration) -> None:
    """Delete what a person has not sent."""
    draft = delete(SurveyDraft).where(SurveyDraft.survey_id == survey.id)
    session.execute(draft.where(SurveyDraft.registration_id == registration.id))


def forget_answers(session: Session, registration: Registration) -> None:
    """Delete what one person answered under their name, that they answered at all, and the result of the test."""
    for table in (SurveyResponse, SurveyDraft, SurveyParticipation, TestResult):
        session.execute(delete(table).where(table.registration_id == registration.id))
