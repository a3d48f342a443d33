"""Responses to surveys: recording, finding and deleting them, and who has answered."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.raw_queries import fetch_number_columns, fetch_number_groups, join_numbers
from trainer.registration.models import Registration, RegistrationStatus
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
from trainer.surveys.schedule import SurveyClosed, is_answering_over
from trainer.surveys.scores.scores import record_response_score


class SurveyAlreadyAnswered(SurveyClosed):
    """This person has already answered the survey."""


class SurveyVersionChanged(Exception):
    """The questions were changed after the form was shown."""


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
    """Record the answers of a person to a survey. Of two submissions at the same time only one is recorded.

    `fingerprint` is that of the version the person saw; None skips the check. With `on_paper`, a closed survey with names still
    takes answers. Answers to an anonymous survey are stored as a ballot without any link to the person; `entered_by_id` only
    marks it as entered by an organizer.
    Raises AnswersRefused, SurveyAlreadyAnswered, SurveyClosed, SurveyVersionChanged.
    """
    survey = lock_survey(session, survey)
    check_response_accepted(session, survey, registration, fingerprint, now, on_paper=on_paper)
    version = survey.current_version
    answers = validate_answers(list_version_questions(version), submitted_answers)
    session.add(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    if survey.anonymous:
        ballot = Ballot(survey_id=survey.id, version_id=version.id, answers=answers)
        ballot.entered_by_organizer = on_paper or entered_by_id is not None
        session.add(ballot)
    else:
        response = SurveyResponse(survey_id=survey.id, version=version, registration_id=registration.id)
        response.answers, response.language, response.answered_at = answers, language, now
        response.on_paper, response.entered_by_id = on_paper, entered_by_id
        session.add(response)
        delete_survey_draft(session, survey, registration)
        if survey.purpose == SurveyPurpose.POST_TEST:
            record_response_score(session, survey, registration, answers, now)
    session.flush()


def check_response_accepted(
    session: Session,
    survey: Survey,
    registration: Registration,
    fingerprint: str | None,
    now: datetime,
    *,
    on_paper: bool,
) -> None:
    """Raise SurveyClosed, SurveyVersionChanged or SurveyAlreadyAnswered if a locked survey takes no response of a person."""
    is_ballot_box_emptied = survey.anonymous and survey.closed_at is not None
    if is_ballot_box_emptied or (is_answering_over(survey, now) and not on_paper):
        raise SurveyClosed
    if fingerprint not in (None, survey.current_version.fingerprint):
        raise SurveyVersionChanged
    if has_answered_survey(session, survey, registration):
        raise SurveyAlreadyAnswered


def has_answered_survey(session: Session, survey: Survey, registration: Registration) -> bool:
    """Return True if the person has answered the survey, also under a registration that was merged."""
    return survey.id is not None and bool(list_answered_survey_ids(session, registration, [survey.id]))


def list_respondent_ids(session: Session, survey: Survey) -> set[int]:
    """Return the ids of registrations that have answered a survey; merged ones as their surviving registration."""
    if survey.id is None:
        return set()
    statement = select(SurveyParticipation.registration_id).where(SurveyParticipation.survey_id == survey.id)
    surviving_ids = map_surviving_registrations(session, survey.seminar)
    # as aggregated text, in a tenth of the time of one row per person
    [respondent_ids] = fetch_number_columns(session, statement)
    return (
        {surviving_ids.get(registration_id, registration_id) for registration_id in respondent_ids}
        if surviving_ids
        else respondent_ids
    )


def count_respondents(session: Session, surveys: Iterable[Survey]) -> dict[int, int]:
    """Return how many have answered each of some surveys of a project, by survey id, in two queries.

    A merged registration counts as its surviving one.
    """
    stored = [survey for survey in surveys if survey.id is not None]
    if not stored:
        return {}
    statement = select(SurveyParticipation.survey_id, SurveyParticipation.registration_id)
    surviving_ids = map_surviving_registrations(session, stored[0].seminar)
    of_surveys = SurveyParticipation.survey_id.in_([each.id for each in stored])
    rows = fetch_number_groups(session, join_numbers(statement.where(of_surveys)), {})
    return {
        survey_id: len(ids - surviving_ids.keys() | {surviving_ids[each] for each in surviving_ids.keys() & ids})
        for (survey_id,), ids in rows
    }


def list_respondent_person_ids(session: Session, survey: Survey) -> set[int]:
    """Return the ids of the persons who have answered a survey."""
    statement = select(Registration.person_id).where(Registration.id.in_(list_respondent_ids(session, survey)))
    return set(session.scalars(statement))


def list_nonrespondent_ids(session: Session, survey: Survey) -> list[int]:
    """Return the ids of the registrations with a seat in the seminar of a survey that have not answered, in Kazakh order.

    A person who answered under another registration has answered.
    """
    query = select(Registration.id).join(Registration.person).order_by(Person.sort_key, Registration.id)
    is_participant = Registration.status == RegistrationStatus.REGISTERED
    query = query.where(Registration.seminar_id == survey.seminar.id, is_participant)
    if survey.id is None:
        return list(session.scalars(query))
    surviving_ids = map_surviving_registrations(session, survey.seminar)
    respondents = select(SurveyParticipation.registration_id).where(SurveyParticipation.survey_id == survey.id)
    of_respondents: ColumnElement[bool] = Registration.id.in_(respondents)
    if surviving_ids:
        merged = session.scalars(respondents.where(SurveyParticipation.registration_id.in_(surviving_ids)))
        survivors = {surviving_ids[registration_id] for registration_id in merged}
        of_respondents = or_(of_respondents & Registration.id.not_in(surviving_ids), Registration.id.in_(survivors))
    person_ids = select(Registration.person_id).where(of_respondents)
    return list(session.scalars(query.where(Registration.person_id.not_in(person_ids))))


def list_satisfaction_respondent_ids(session: Session, seminar: Seminar) -> set[int]:
    """Return the ids of registrations that have answered the satisfaction survey of a seminar."""
    return list_respondent_ids(session, get_satisfaction_survey(session, seminar))


def find_survey_response(session: Session, survey: Survey, registration: Registration) -> SurveyResponse | None:
    """Return the response of a registration to a survey with names; None if there is none."""
    if survey.id is None:
        return None
    statement = select(SurveyResponse).where(
        SurveyResponse.survey_id == survey.id, SurveyResponse.registration_id == registration.id
    )
    return session.scalar(statement)


def list_registration_responses(session: Session, registrations: Iterable[Registration]) -> list[SurveyResponse]:
    """Return the responses of some registrations to surveys with names, with their versions, oldest first."""
    ids = [registration.id for registration in registrations]
    statement = select(SurveyResponse).where(SurveyResponse.registration_id.in_(ids))
    ordered = statement.order_by(SurveyResponse.answered_at, SurveyResponse.id)
    return list(session.scalars(ordered.options(joinedload(SurveyResponse.version))))


def delete_survey_draft(session: Session, survey: Survey, registration: Registration) -> None:
    """Delete the draft of a registration for a survey."""
    draft = delete(SurveyDraft).where(SurveyDraft.survey_id == survey.id)
    session.execute(draft.where(SurveyDraft.registration_id == registration.id))


def delete_registration_answers(session: Session, registration: Registration) -> None:
    """Delete the responses, drafts, participations and test score of a registration.

    Anonymous answers stay: nothing links them to the registration.
    """
    for table in (SurveyResponse, SurveyDraft, SurveyParticipation, TestScore):
        session.execute(delete(table).where(table.registration_id == registration.id))
