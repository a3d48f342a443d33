"""The response rate: who was expected to answer a survey, who did, and who is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import list_present_registration_ids
from trainer.people.models import Person
from trainer.raw_queries import fetch_number_columns
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.participants import ListedPerson, select_listed_people
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import list_respondent_ids
from trainer.surveys.results.aggregation import SurveyResults
from trainer.surveys.schedule import list_audience_seminars


@dataclass(frozen=True)
class ResponseRate:
    """Registration ids; merged registrations count as their surviving one."""

    expected_ids: frozenset[int]
    """Everybody who attended; for a pre-test, everybody with a seat."""
    answered_ids: frozenset[int]

    @property
    def missing_ids(self) -> frozenset[int]:
        """Return who was expected to answer and has not."""
        return self.expected_ids - self.answered_ids

    @property
    def completed_count(self) -> int:
        """Return how many of the expected people have answered."""
        return len(self.expected_ids & self.answered_ids)

    @property
    def unexpected_count(self) -> int:
        """Return how many have answered although their attendance is not marked."""
        return len(self.answered_ids - self.expected_ids)

    def is_census(self, results: SurveyResults) -> bool:
        """Return True if exactly the expected people answered, each the overall question once: the share is then exact."""
        satisfaction_answers = results.satisfaction.answered_count if results.satisfaction else 0
        return (
            bool(self.expected_ids)
            and self.expected_ids == self.answered_ids
            and len(self.expected_ids) == results.response_count == satisfaction_answers
        )


def calculate_response_rate(session: Session, survey: Survey, now: datetime) -> ResponseRate:
    """Return the response rate; for a survey of the whole project with one registration per person."""
    seminars = list_audience_seminars(session, survey)
    table = Registration.__table__
    statement = select(table.c.id).where(
        table.c.seminar_id.in_([seminar.id for seminar in seminars]), table.c.state == RegistrationStatus.REGISTERED
    )
    # as aggregated text, in a tenth of the time of one row per person
    [expected_ids] = fetch_number_columns(session, statement)
    if survey.purpose != SurveyPurpose.PRE_TEST:
        expected_ids &= list_present_registration_ids(session, seminars, now)
    answered_ids = list_respondent_ids(session, survey)
    if survey.for_project:
        representatives = choose_registration_per_person(session, expected_ids | answered_ids, answered_ids)
        expected_ids, answered_ids = (
            {representatives[registration_id] for registration_id in expected_ids},
            {representatives[registration_id] for registration_id in answered_ids},
        )
    return ResponseRate(frozenset(expected_ids), frozenset(answered_ids))


def choose_registration_per_person(
    session: Session, registration_ids: Iterable[int], answered_ids: Iterable[int]
) -> dict[int, int]:
    """Return the representative of each registration id: one per person, preferably one that has answered."""
    answered = set(answered_ids)
    rows = session.execute(
        select(Registration.id, Registration.person_id).where(Registration.id.in_(list(registration_ids)))
    ).all()
    chosen_ids: dict[int, int] = {}
    for registration_id, person_id in sorted(rows, key=lambda row: (row[0] not in answered, row[0])):
        chosen_ids.setdefault(person_id, registration_id)
    return {registration_id: chosen_ids[person_id] for registration_id, person_id in rows}


def list_respondents_by_name(session: Session, registration_ids: Iterable[int]) -> list[ListedPerson]:
    """Return registrations in Kazakh order of the names."""
    query = select_listed_people().where(Registration.id.in_(list(registration_ids)))
    return [ListedPerson._make(row) for row in session.execute(query)]


def list_registrations_by_name(
    session: Session, registration_ids: Iterable[int], limit: int | None = None
) -> list[Registration]:
    """Return registrations with their persons loaded, in Kazakh order of the names, at most `limit`."""
    statement = select(Registration).join(Registration.person).where(Registration.id.in_(list(registration_ids)))
    statement = statement.order_by(Person.sort_key, Registration.id).options(joinedload(Registration.person))
    return list(session.scalars(statement.limit(limit)))
