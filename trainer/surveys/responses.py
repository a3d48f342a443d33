"""Answering: which surveys a person is asked, who may answer now, and keeping one response of each person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import AttendanceSummary
from trainer.raw_queries import fetch_number_columns
from trainer.registration.desk.listing import list_participants
from trainer.registration.models import Registration
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_project_seminar_ids
from trainer.surveys.deduplication import list_answered_survey_ids, map_surviving_registrations
from trainer.surveys.models import (
    Ballot,
    Survey,
    SurveyDraft,
    SurveyParticipation,
    SurveyPurpose,
    SurveyResponse,
    SurveyVersion,
    TestScore,
)
from trainer.surveys.questions.model import SurveyQuestion
from trainer.surveys.questions.templates import get_satisfaction_template
from trainer.surveys.questions.validation import calculate_score, validate_answers

SATISFACTION_SURVEY_NUMBER = 1


class SurveyClosed(Exception):
    """The survey is not open now."""


class SurveyNotYetOpen(SurveyClosed):
    """The survey opens later."""


class RespondentAbsent(SurveyClosed):
    """Somebody who was at no session has nothing to answer."""


class SurveyAlreadyAnswered(SurveyClosed):
    """This person has answered."""


class SurveyVersionChanged(Exception):
    """The questions were changed since the form was shown."""


def get_satisfaction_survey(session: Session, seminar: Seminar) -> Survey:
    """Give the seminar's satisfaction survey; until the first answer or change it is the ready-made one and in no table."""
    return find_saved_satisfaction_survey(session, seminar) or build_satisfaction_survey(seminar)


def build_satisfaction_survey(seminar: Seminar) -> Survey:
    """Make the ready-made satisfaction survey for a seminar."""
    ready = get_satisfaction_template(seminar)
    questions = [question.to_json() for question in ready.build_questions(seminar, anonymous=False)]
    return Survey(
        seminar=seminar,
        number=SATISFACTION_SURVEY_NUMBER,
        title=ready.title,
        purpose=ready.purpose,
        anonymous=False,
        for_project=ready.for_project,
        target=ready.target,
        released=True,
        versions=[SurveyVersion(number=1, questions=questions)],
    )


def find_saved_satisfaction_survey(session: Session, seminar: Seminar) -> Survey | None:
    """Find the seminar's satisfaction survey."""
    return session.scalar(
        select(Survey).where(Survey.seminar_id == seminar.id, Survey.number == SATISFACTION_SURVEY_NUMBER)
    )


def list_seminar_surveys(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys of a seminar by number, the satisfaction survey first where it has one."""
    made = list(session.scalars(select(Survey).where(Survey.seminar_id == seminar.id).order_by(Survey.number)))
    others = [each for each in made if each.number != SATISFACTION_SURVEY_NUMBER]
    return [get_satisfaction_survey(session, seminar), *others] if seminar.has_survey else others


def find_seminar_survey(session: Session, seminar: Seminar, number: int) -> Survey | None:
    """Find a survey of a seminar by its number."""
    return next((each for each in list_seminar_surveys(session, seminar) if each.number == number), None)


def list_registration_surveys(session: Session, registration: Registration) -> list[Survey]:
    """Give the surveys that a registered person is asked."""
    return list_participant_surveys(session, registration.seminar)


def list_participant_surveys(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys that people of a seminar are asked, by one query: its own, then those of the whole project."""
    of_project = Survey.for_project & Survey.seminar_id.in_(select_project_seminar_ids(seminar))
    wanted = select(Survey).where(
        or_(Survey.seminar_id == seminar.id, of_project), Survey.purpose != SurveyPurpose.CHECKLIST
    )
    wanted = wanted.where(Survey.released)
    found = list(session.scalars(wanted.order_by(Survey.number).options(load_survey_sessions())))
    own = [each for each in found if each.seminar_id == seminar.id and each.number != SATISFACTION_SURVEY_NUMBER]
    foreign = [each for each in found if each.seminar_id != seminar.id]
    if not seminar.has_survey:
        return own + foreign
    first = next((each for each in found if each.seminar_id == seminar.id and each not in own), None)
    return [first or build_satisfaction_survey(seminar), *own, *foreign]


def load_survey_sessions() -> Any:
    """Load surveys with what says when they open."""
    return joinedload(Survey.seminar).selectinload(Seminar.sessions)


def find_registration_survey(session: Session, registration: Registration, number: int) -> Survey | None:
    """Find a survey by the number in the address of a personal page."""
    return next((each for each in list_registration_surveys(session, registration) if each.number == number), None)


def list_version_questions(version: SurveyVersion) -> list[SurveyQuestion]:
    """Give the questions of a version."""
    return [SurveyQuestion.from_json(kept) for kept in version.questions]


def find_survey_opening(survey: Survey) -> datetime | None:
    """Say when a survey opens; None: it is open from the beginning, or its seminar has no date."""
    if survey.opens_at is not None or survey.purpose == SurveyPurpose.PRE_TEST:
        return survey.opens_at
    sessions = survey.seminar.sessions
    return sessions[-1].starts_at if sessions else None


def is_survey_closed(survey: Survey, now: datetime) -> bool:
    """Whether nobody can answer any more."""
    return any(each is not None and each <= now for each in (survey.closed_at, survey.closes_at))


def check_answering_allowed(survey: Survey, attendance: AttendanceSummary, now: datetime) -> None:
    """Raise SurveyClosed, NotYetOpen or WasAbsent when a person can't answer now."""
    opens = find_survey_opening(survey)
    dated = bool(survey.seminar.sessions) or survey.purpose == SurveyPurpose.PRE_TEST or opens is not None
    if not (survey.released and dated) or (opens is not None and now < opens):
        raise SurveyNotYetOpen
    if is_survey_closed(survey, now):
        raise SurveyClosed
    if survey.purpose == SurveyPurpose.PRE_TEST:
        return
    if attendance.held and attendance.marked == attendance.held and attendance.present == 0:
        raise RespondentAbsent


def record_response(
    session: Session,
    survey: Survey,
    registration: Registration,
    submitted_answers: Mapping[str, Any],
    language: str,
    now: datetime,
    *,
    fingerprint: str | None = None,
    on_paper: bool = False,
    entered_by_id: int | None = None,
) -> None:
    """Keep a person's answers to a survey; of two that come at once one is kept.

    `fingerprint` is the mark of the version that the person saw. What an anonymous survey keeps has no way to the person.
    Raises AnswersRefused, AnsweredBefore, SurveyClosed, OtherVersion.
    """
    survey = lock_survey(session, survey)
    emptied = survey.anonymous and survey.closed_at is not None
    if emptied or (is_survey_closed(survey, now) and not on_paper):
        raise SurveyClosed
    if fingerprint not in (None, survey.current_version.fingerprint):
        raise SurveyVersionChanged
    if has_answered_survey(session, survey, registration):
        raise SurveyAlreadyAnswered
    answers = validate_answers(list_version_questions(survey.current_version), submitted_answers)
    session.add(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    if survey.anonymous:
        slip = Ballot(survey_id=survey.id, version_id=survey.current_version.id, answers=answers, on_paper=on_paper)
        session.add(slip)
    else:
        session.add(
            SurveyResponse(
                survey_id=survey.id,
                version=survey.current_version,
                registration_id=registration.id,
                answers=answers,
                language=language,
                answered_at=now,
                on_paper=on_paper,
                entered_by_id=entered_by_id,
            )
        )
        delete_survey_draft(session, survey, registration)
        if survey.purpose == SurveyPurpose.POST_TEST:
            record_test_score(session, survey, registration, answers, now)
    session.flush()


def lock_survey(session: Session, survey: Survey) -> Survey:
    """Let one at a time answer, change or close a survey; gives it as it is now, made where it was the ready-made one."""
    lock_seminar(session, survey.seminar)
    if survey.id is None:
        return create_satisfaction_survey(session, survey)
    session.refresh(survey)
    for version in survey.versions:
        session.refresh(version)  # one that nobody could see may have been changed where it stands
    return survey


def create_satisfaction_survey(session: Session, unsaved_survey: Survey) -> Survey:
    """Keep the ready-made survey, unless somebody else has done so meanwhile; the seminar is locked."""
    known = find_saved_satisfaction_survey(session, unsaved_survey.seminar)
    if known is not None:
        if unsaved_survey in session:
            session.expunge(unsaved_survey)
        return known
    session.add(unsaved_survey)
    session.flush()
    return unsaved_survey


def record_test_score(
    session: Session, survey: Survey, registration: Registration, answers: Mapping[str, Any], now: datetime
) -> None:
    """Keep the percent right of an identified test after the seminar: the certificate may ask for it."""
    result = calculate_score(list_version_questions(survey.current_version), answers)
    if not result.total:
        return
    kept = session.scalar(select(TestScore).where(TestScore.registration_id == registration.id))
    kept = kept or TestScore(registration_id=registration.id)
    kept.percent, kept.entered_at, kept.entered_by_id = result.percent, now, None
    session.add(kept)


def has_answered_survey(session: Session, survey: Survey, registration: Registration) -> bool:
    """Whether somebody has answered a survey."""
    return survey.id is not None and bool(list_answered_survey_ids(session, registration, [survey.id]))


def list_respondent_ids(session: Session, survey: Survey) -> set[int]:
    """Give the registrations that have answered a survey; of one that was merged into another, the one kept."""
    if survey.id is None:
        return set()
    wanted = select(SurveyParticipation.registration_id).where(SurveyParticipation.survey_id == survey.id)
    kept = map_surviving_registrations(session, survey.seminar)
    [answered] = fetch_number_columns(session, wanted)
    return {kept.get(each, each) for each in answered} if kept else answered


def list_respondent_person_ids(session: Session, survey: Survey) -> set[int]:
    """Give the persons who have answered a survey."""
    wanted = select(Registration.person_id).where(Registration.id.in_(list_respondent_ids(session, survey)))
    return set(session.scalars(wanted))


def list_nonrespondents(session: Session, survey: Survey) -> list[Registration]:
    """Give who has a place in a survey's seminar and has not answered, in the order of the Kazakh alphabet."""
    done = list_respondent_person_ids(session, survey)
    return [each for each in list_participants(session, survey.seminar) if each.person_id not in done]


def list_satisfaction_respondent_ids(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations that have answered the seminar's satisfaction survey."""
    return list_respondent_ids(session, get_satisfaction_survey(session, seminar))


def find_survey_response(session: Session, survey: Survey, registration: Registration) -> SurveyResponse | None:
    """Find what a person answered to an identified survey."""
    if survey.id is None:
        return None
    wanted = select(SurveyResponse).where(
        SurveyResponse.survey_id == survey.id, SurveyResponse.registration_id == registration.id
    )
    return session.scalar(wanted)


def list_registration_responses(session: Session, registration: Registration) -> list[SurveyResponse]:
    """Give what one person answered under their name, in the order of the answers."""
    wanted = select(SurveyResponse).where(SurveyResponse.registration_id == registration.id)
    return list(session.scalars(wanted.order_by(SurveyResponse.answered_at, SurveyResponse.id)))


def delete_survey_draft(session: Session, survey: Survey, registration: Registration) -> None:
    """Delete what a person has not sent."""
    draft = delete(SurveyDraft).where(SurveyDraft.survey_id == survey.id)
    session.execute(draft.where(SurveyDraft.registration_id == registration.id))


def delete_registration_answers(session: Session, registration: Registration) -> None:
    """Delete what one person answered under their name, that they answered at all, and the result of the test."""
    for table in (SurveyResponse, SurveyDraft, SurveyParticipation, TestScore):
        session.execute(delete(table).where(table.registration_id == registration.id))
