"""Who is registered, has attended and has answered in many seminars, as ids, by a few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.tally import AttendanceTally, load_tallies
from trainer.raw_queries import fetch_number_groups, join_numbers
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.participants import map_ids_by_status
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER
from trainer.surveys.models import Survey, SurveyParticipation


@dataclass(frozen=True)
class SeminarParticipation:
    """The ids of the people of a seminar by status, what their marks amount to, and who has answered its satisfaction survey.

    Marks and answers of a merged registration count for the surviving one.
    """

    ids_by_status: Mapping[RegistrationStatus, set[int]]
    tally: AttendanceTally
    answered_ids: set[int]
    is_asking: bool
    """Whether there is a satisfaction survey that can still be answered."""
    surviving_ids: Mapping[int, int]
    """The surviving registration for each merged one."""

    @property
    def registered_ids(self) -> set[int]:
        """Return who is on the list."""
        return self.ids_by_status[RegistrationStatus.REGISTERED]

    @property
    def attended_ids(self) -> set[int]:
        """Return who of the list was present in a session."""
        return self.tally.choose(self.registered_ids, lambda attendance: attendance.present > 0)

    @property
    def unmarked_ids(self) -> set[int]:
        """Return who of the list has no mark in some session that was held."""
        return self.tally.choose(
            self.registered_ids, lambda attendance: attendance.marked + attendance.conflicting < attendance.held
        )

    @property
    def unanswered_ids(self) -> set[int]:
        """Return who attended and can still answer. Nobody is missing where the survey is closed or there is none."""
        return self.attended_ids - self.answered_ids if self.is_asking else set()

    def count_conflicts(self) -> int:
        """Return how many conflicts of marks wait for a decision; of people who are not on the list other decisions come first."""
        return self.tally.count_conflicts(self.registered_ids | self.ids_by_status[RegistrationStatus.MERGED])


def load_participation(session: Session, seminars: Sequence[Seminar], now: datetime) -> dict[int, SeminarParticipation]:
    """Return the participation in seminars by seminar id, by three queries, or up to five with conflicts and merges."""
    seminar_ids = [seminar.id for seminar in seminars]
    if not seminar_ids:
        return {}
    ids_by_status = map_ids_by_status(session, seminar_ids)
    has_merged = any(by_status[RegistrationStatus.MERGED] for by_status in ids_by_status.values())
    surviving_ids = map_merged_registrations(session, seminar_ids) if has_merged else {}
    tallies = load_tallies(session, seminars, now, surviving_ids)
    rows = fetch_number_groups(session, build_respondents_query(), {"seminar_ids": seminar_ids})
    answered_ids, closed_ids = {}, set()
    for (seminar_id, is_released, *closing_times), ids in rows:
        answered_ids[seminar_id] = ids | {surviving_ids[each] for each in surviving_ids.keys() & ids}
        if not is_released or any(time is not None and time <= now for time in closing_times):
            closed_ids.add(seminar_id)
    return {
        seminar.id: SeminarParticipation(
            ids_by_status[seminar.id],
            tallies[seminar.id],
            answered_ids.get(seminar.id, set()),
            is_asking=seminar.has_survey and not seminar.is_cancelled and seminar.id not in closed_ids,
            surviving_ids={
                merged: surviving_ids[merged]
                for merged in surviving_ids.keys() & ids_by_status[seminar.id][RegistrationStatus.MERGED]
            },
        )
        for seminar in seminars
    }


@cache
def build_respondents_query() -> Select[*tuple[Any, ...]]:
    """Build the query for who has answered the satisfaction surveys of seminars, by seminar and by what tells if it is closed."""
    query = (
        select(Survey.seminar_id, Survey.released, Survey.closed_at, Survey.closes_at)
        .add_columns(SurveyParticipation.registration_id)
        .outerjoin(SurveyParticipation, SurveyParticipation.survey_id == Survey.id)
        .where(Survey.number == SATISFACTION_SURVEY_NUMBER)
    )
    return join_numbers(query.where(Survey.seminar_id.in_(bindparam("seminar_ids", expanding=True))))
