"""Kinds that count people and the lists on which they stand."""

from collections.abc import Iterable, Sequence

from trainer.monitoring.facts.people import SEATED_STATUSES
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.facts.seminars import SeminarFact
from trainer.monitoring.kinds.selection import CountedRow, RowKind, Target
from trainer.projects.models import Indicator
from trainer.projects.vocabulary import AUDIENCES, PEOPLE_UNITS
from trainer.seminars.models import SeminarKind


def select_participants_list(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the lists: held seminars with somebody present, one list each, however many days; or the people on them.

    Reads attendance marks received by then, of registrations as they were.
    """
    lists = list_participant_lists(facts, indicator)
    if target.unit in PEOPLE_UNITS:
        return select_people(facts, lists, target.unit)
    return [build_seminar_row(seminar) for seminar in lists]


def list_participant_lists(facts: ProjectFacts, indicator: Indicator) -> list[SeminarFact]:
    """Return the held seminars of an indicator that have somebody present."""
    seminars = facts.list_source_seminars(indicator.activity)
    return [seminar for seminar in seminars if facts.is_held(seminar) and facts.list_participants(seminar)]


def select_participants_count(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the people present in any session of the seminars; of a selection, those who applied.

    Reads attendance marks received by then, and registrations as they were.
    """
    return select_people(facts, facts.list_source_seminars(indicator.activity), target.unit)


def select_direct_beneficiaries(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select everybody present anywhere in the project, each person once, also of merged registrations, and walk-ins.

    Reads attendance marks received by then, of registrations as they were. Those who only applied are not present.
    """
    return [
        CountedRow(RowKind.PERSON, person_id, 1, 0, seminar.id, day)
        for seminar in facts.seminars.values()
        for day in [seminar.days[-1] if seminar.days else None]
        for person_id in facts.present_people.get(seminar.id, ())
    ]


def list_participants_to_report(facts: ProjectFacts, indicator: Indicator) -> list[int]:
    """Return from whom a target `per: participant` expects something: who has a seat on the trip, else who was present."""
    seminars = facts.list_source_seminars(indicator.activity)
    trips = [seminar for seminar in seminars if seminar.kind == SeminarKind.TRIP and not seminar.is_cancelled]
    groups = (
        [facts.list_people(trip, SEATED_STATUSES) for trip in trips]
        if trips
        else [facts.list_participants(seminar) for seminar in seminars]
    )
    return list(dict.fromkeys(person_id for group in groups for person_id in group))


def select_people(facts: ProjectFacts, seminars: Iterable[SeminarFact], unit: str) -> list[CountedRow]:
    """Select the participants of seminars that are of the unit's audience; the same person may occur in several."""
    return [
        CountedRow(RowKind.PERSON, person_id, 1, 0, seminar.id, day)
        for seminar in seminars
        for day in [seminar.days[-1] if seminar.days else None]
        for person_id in list_audience(facts, seminar, unit)
    ]


def list_audience(facts: ProjectFacts, seminar: SeminarFact, unit: str) -> Sequence[int]:
    """Return the participants of a seminar who count in a unit of people.

    Everybody in a seminar for an audience is of it, but an assistant by position is no medical worker, and is an assistant
    everywhere. The seminar's audience is that of its activity if it has none of its own.
    """
    people = facts.list_participants(seminar)
    if unit not in AUDIENCES:
        return people
    activity = facts.activities.get(seminar.activity_id)
    is_for_unit = unit == (seminar.audience or (activity.audience if activity else ""))
    if unit == "personal_assistant":
        return people if is_for_unit else [each for each in people if each in facts.assistant_ids]
    return [each for each in people if each not in facts.assistant_ids] if is_for_unit else []


def build_seminar_row(seminar: SeminarFact) -> CountedRow:
    """Return the row of a seminar."""
    day = seminar.days[-1] if seminar.days else None
    return CountedRow(RowKind.SEMINAR, seminar.id, seminar_id=seminar.id, day=day)
