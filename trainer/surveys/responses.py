"""Answering: which surveys a person is asked, who may answer now, and keeping one response of each person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.raw_queries import fetch_number_columns
from trainer.registration.desk.listing import list_participants
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey, list_version_questions, lock_survey
from trainer.surveys.deduplication import list_answered_survey_ids, map_surviving_registrations
from trainer.surveys.models import (
    Ballot,
    Survey,
    SurveyDraft,
    SurveyParticipation,
    SurveyPurpose,
    SurveyResponse,
    TestScore,
)
from trainer.surveys.questions.validation import validate_answers
from trainer.surveys.schedule import SurveyClosed, is_survey_closed
from trainer.surveys.scores.scores import record_test_score


class SurveyAlreadyAnswered(SurveyClosed):
    """This person has answered."""


class SurveyVersionChanged(Exception):
    """The questions were changed since the form was shown."""


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
    is_ballot_box_emptied = survey.anonymous and survey.closed_at is not None
    if is_ballot_box_emptied or (is_survey_closed(survey, now) and not on_paper):
        raise SurveyClosed
    if fingerprint not in (None, survey.current_version.fingerprint):
        raise SurveyVersionChanged
    if has_answered_survey(session, survey, registration):
        raise SurveyAlreadyAnswered
    answers = validate_answers(list_version_questions(survey.current_version), submitted_answers)
    session.add(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    if survey.anonymous:
        ballot = Ballot(survey_id=survey.id, version_id=survey.current_version.id, answers=answers, on_paper=on_paper)
        session.add(ballot)
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


def has_answered_survey(session: Session, survey: Survey, registration: Registration) -> bool:
    """Whether somebody has answered a survey."""
    return survey.id is not None and bool(list_answered_survey_ids(session, registration, [survey.id]))


def list_respondent_ids(session: Session, survey: Survey) -> set[int]:
    """Give the registrations that have answered a survey; of one that was merged into another, the one kept."""
    if survey.id is None:
        return set()
    statement = select(SurveyParticipation.registration_id).where(SurveyParticipation.survey_id == survey.id)
    surviving_ids = map_surviving_registrations(session, survey.seminar)
    [respondent_ids] = fetch_number_columns(session, statement)
    return (
        {surviving_ids.get(registration_id, registration_id) for registration_id in respondent_ids}
        if surviving_ids
        else respondent_ids
    )


def list_respondent_person_ids(session: Session, survey: Survey) -> set[int]:
    """Give the persons who have answered a survey."""
    statement = select(Registration.person_id).where(Registration.id.in_(list_respondent_ids(session, survey)))
    return set(session.scalars(statement))


def list_nonrespondents(session: Session, survey: Survey) -> list[Registration]:
    """Give who has a place in a survey's seminar and has not answered, in the order of the Kazakh alphabet."""
    respondent_person_ids = list_respondent_person_ids(session, survey)
    return [
        registration
        for registration in list_participants(session, survey.seminar)
        if registration.person_id not in respondent_person_ids
    ]


def list_satisfaction_respondent_ids(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations that have answered the seminar's satisfaction survey."""
    return list_respondent_ids(session, get_satisfaction_survey(session, seminar))


def find_survey_response(session: Session, survey: Survey, registration: Registration) -> SurveyResponse | None:
    """Find what a person answered to an identified survey."""
    if survey.id is None:
        return None
    statement = select(SurveyResponse).where(
        SurveyResponse.survey_id == survey.id, SurveyResponse.registration_id == registration.id
    )
    return session.scalar(statement)


def list_registration_responses(session: Session, registration: Registration) -> list[SurveyResponse]:
    """Give what one person answered under their name, in the order of the answers."""
    statement = select(SurveyResponse).where(SurveyResponse.registration_id == registration.id)
    return list(session.scalars(statement.order_by(SurveyResponse.answered_at, SurveyResponse.id)))


def delete_survey_draft(session: Session, survey: Survey, registration: Registration) -> None:
    """Delete what a person has not sent."""
    draft = delete(SurveyDraft).where(SurveyDraft.survey_id == survey.id)
    session.execute(draft.where(SurveyDraft.registration_id == registration.id))


def delete_registration_answers(session: Session, registration: Registration) -> None:
    """Delete what one person answered under their name, that they answered at all, and the result of the test."""
    for table in (SurveyResponse, SurveyDraft, SurveyParticipation, TestScore):
        session.execute(delete(table).where(table.registration_id == registration.id))
