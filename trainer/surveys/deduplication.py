"""Responses of merged registrations: each person counts once, under the surviving registration."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from trainer.attendance.merges import add_merged_ids, build_merges_query, read_merges
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_seminar_ids
from trainer.surveys.models import Survey, SurveyParticipation, SurveyResponse


class GivenResponse(NamedTuple):
    """A response to a survey with names, without its objects, which take several times as long to load."""

    id: int
    registration_id: int
    version_id: int
    answers: dict[str, Any]
    on_paper: bool
    answered_at: datetime


def map_surviving_registrations(session: Session, seminar: Seminar) -> dict[int, int]:
    """Return the surviving registration id of each merged registration in the project of a seminar."""
    return read_merges(session, build_project_merges_query(), {"project_id": seminar.activity.task.project_id})


@cache
def build_project_merges_query() -> Select[int, int | None]:
    """Build the query for the merged registrations of a project."""
    return build_merges_query(select_seminar_ids(bindparam("project_id")))


def list_answered_survey_ids(
    session: Session,
    registration: Registration,
    survey_ids: Collection[int],
    surviving_ids: Mapping[int, int] | None = None,
) -> set[int]:
    """Return which of the given surveys a person has answered.

    Counts answers under merged registrations; a survey of the whole project counts under any registration of the person.
    `surviving_ids` maps the project's merged registrations to the surviving ones; read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_surviving_registrations(session, registration.seminar)
    same_registration_ids = add_merged_ids([registration.id], surviving_ids)
    of_person = Registration.person_id == registration.person_id
    survivor_ids = (
        session.scalars(select(Registration.id).where(of_person, Registration.id.in_(surviving_ids.values())))
        if surviving_ids
        else ()
    )
    values = {
        "survey_ids": list(survey_ids),
        "person_id": registration.person_id,
        "registration_ids": list(same_registration_ids),
        "person_registration_ids": list(same_registration_ids | add_merged_ids(survivor_ids, surviving_ids)),
    }
    return set(session.scalars(build_answered_surveys_query(), values))


@cache
def build_answered_surveys_query() -> Select[Any]:
    """Build the query for the surveys that a person has answered, out of some."""
    of_registration, of_person = (
        Registration.id.in_(bindparam(name, expanding=True)) for name in ("registration_ids", "person_registration_ids")
    )
    of_same_person = (Registration.person_id == bindparam("person_id")) | of_person
    return (
        select(SurveyParticipation.survey_id)
        .join(Registration, Registration.id == SurveyParticipation.registration_id)
        .join(Survey, Survey.id == SurveyParticipation.survey_id)
        .where(SurveyParticipation.survey_id.in_(bindparam("survey_ids", expanding=True)))
        .where(or_(of_registration, Survey.for_project & of_same_person))
    )


def list_duplicate_response_ids(
    session: Session, surveys: Sequence[Survey], surviving_ids: Mapping[int, int] | None = None
) -> set[int]:
    """Return the ids of responses that do not count because the same person has another response.

    The surveys must belong to one project. Of two responses the one of the surviving registration counts. `surviving_ids` maps
    the project's merged registrations to the surviving ones; read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_surviving_registrations(session, surveys[0].seminar) if surveys else {}
    return find_duplicate_response_ids(session, [survey.id for survey in surveys], surviving_ids)


def find_duplicate_response_ids(
    session: Session, survey_ids: Collection[int], surviving_ids: Mapping[int, int]
) -> set[int]:
    """Return the ids of responses to surveys of one project that do not count, as `list_duplicate_response_ids` does."""
    if not surviving_ids:
        return set()
    survivors = select(Registration.id, Registration.person_id).where(Registration.id.in_(surviving_ids.values()))
    person_ids = {row[0]: row[1] for row in session.execute(survivors)}
    statement = (
        select(SurveyResponse.id, Survey.id, Survey.for_project, Registration.id, Registration.person_id)
        .join(Survey, Survey.id == SurveyResponse.survey_id)
        .join(Registration, Registration.id == SurveyResponse.registration_id)
        .where(Survey.id.in_(survey_ids))
    )
    of_merged_people = or_(
        Registration.id.in_(add_merged_ids(surviving_ids, surviving_ids)),
        Survey.for_project & Registration.person_id.in_(person_ids.values()),
    )
    counted_respondents, duplicate_ids = set(), set()
    rows = session.execute(statement.where(of_merged_people)).all()
    for response, survey, for_project, registration, person in sorted(
        rows, key=lambda row: (row[3] in surviving_ids, row[0])
    ):
        survivor = surviving_ids.get(registration, registration)
        respondent = survey, person_ids.get(survivor, person) if for_project else survivor
        if respondent in counted_respondents:
            duplicate_ids.add(response)
        counted_respondents.add(respondent)
    return duplicate_ids


def map_responses_by_registration(
    session: Session, survey: Survey, registration_ids: Collection[int] | None = None
) -> dict[int, GivenResponse]:
    """Return the responses of a survey with names by surviving registration id, one per person, oldest first.

    Of everybody, or of some registrations and those merged into them.
    """
    surviving_ids = map_surviving_registrations(session, survey.seminar)
    duplicate_ids = list_duplicate_response_ids(session, [survey], surviving_ids)
    columns = [getattr(SurveyResponse, name) for name in GivenResponse._fields]
    query = select(*columns).where(SurveyResponse.survey_id == survey.id).order_by(SurveyResponse.id)
    if registration_ids is not None:
        query = query.where(SurveyResponse.registration_id.in_(add_merged_ids(registration_ids, surviving_ids)))
    return {
        surviving_ids.get(response.registration_id, response.registration_id): response
        for response in map(GivenResponse._make, session.execute(query))
        if response.id not in duplicate_ids
    }
