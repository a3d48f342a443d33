"""Facts of people: who was registered in which seminar, who was present, who is the same as somebody else."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, literal, select

from trainer.attendance.ledger import list_ids_present_in_sessions
from trainer.attendance.lists.participants import ASSISTANT_POSITIONS
from trainer.attendance.merges import map_merged_registrations, resolve_merges
from trainer.monitoring.facts.identities import map_identities
from trainer.monitoring.facts.records import RegistrationRecord
from trainer.monitoring.facts.seminars import SeminarFact, SeminarFacts
from trainer.people.models import Person
from trainer.raw_queries import fetch_pair_groups
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus

PEOPLE_OF_SELECTION = "selection"
SEATED_STATUSES = (RegistrationStatus.REGISTERED,)


class PeopleFacts(SeminarFacts):
    """What is known of people, each group read when it is first asked for."""

    @cached_property
    def registrations(self) -> dict[tuple[int, str], dict[int, int]]:
        """Return the person of each registration that existed, by its id, and these by seminar id and status."""
        if self.scope.is_live:
            own = self.select_registrations(Registration.seminar_id, Registration.status)
            return dict(fetch_pair_groups(self.session, own.add_columns(Registration.id, Registration.person_id)))
        groups: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
        for row in self.earlier_registrations.values():
            groups[row.seminar_id, row.status][row.id] = row.person_id
        return groups

    def select_registrations(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """Return a SELECT of columns of the registrations that existed."""
        return select(*columns).where(
            Registration.seminar_id.in_(list(self.seminars)), Registration.created_at <= self.scope.as_of
        )

    @cached_property
    def earlier_registrations(self) -> dict[int, RegistrationRecord]:
        """Return the registrations that existed, as they were, by id.

        Of a status that changed since the log has the earlier one if an organizer changed it. What people change by
        themselves has none: then the person counts as registered, as that is what can be given up.
        """
        query = self.select_registrations(
            Registration.id,
            Registration.person_id,
            Registration.seminar_id,
            Registration.status,
            Registration.merged_into_id,
            Registration.status_since > literal(self.scope.as_of, Registration.status_since.type),
        )
        registrations = self.read(RegistrationRecord, query.order_by(Registration.id))
        known = {int(row_id) for table, row_id in self.earlier.values if table == "registration"}
        return {
            row.id: row._replace(status=RegistrationStatus.REGISTERED, merged_into_id=None)
            if row.is_changed_later and row.id not in known
            else row
            for row in registrations.values()
        }

    @cached_property
    def surviving_ids(self) -> dict[int, int]:
        """Return the surviving registration of each one that was merged by then. A later merge changes no earlier figure."""
        merged_in = [seminar_id for seminar_id, status in self.registrations if status == RegistrationStatus.MERGED]
        if not merged_in:
            return {}
        if self.scope.is_live:
            return map_merged_registrations(self.session, merged_in)
        return resolve_merges(
            {
                row.id: row.merged_into_id
                for row in self.earlier_registrations.values()
                if row.status == RegistrationStatus.MERGED and row.merged_into_id is not None
            }
        )

    @cached_property
    def identities(self) -> dict[int, int]:
        """Return the person to count instead of each who is the same as another one."""
        if not self.surviving_ids:
            return {}
        person_ids = {number: person for own in self.registrations.values() for number, person in own.items()}
        return map_identities(person_ids, self.surviving_ids)

    def get_identity(self, person_id: int) -> int:
        """Return the person as whom somebody counts."""
        return self.identities.get(person_id, person_id)

    @cached_property
    def present_people(self) -> dict[int, list[int]]:
        """Return who was present in any session by seminar id, each person once, by the marks received until then.

        Only people on the list count, as everywhere: a mark of somebody who had cancelled waits for a decision.
        """
        begun = [
            part.id
            for seminar_id in self.ids_in_period - self.attended_ids.keys()
            for part in self.seminars[seminar_id].sessions
            if part.starts_at is not None and part.starts_at <= self.scope.as_of
        ]
        until = None if self.scope.is_live else self.scope.as_of
        present_ids = list_ids_present_in_sessions(self.session, begun, self.surviving_ids, until) if begun else set()
        present_ids |= set().union(*(self.attended_ids.get(seminar_id, ()) for seminar_id in self.ids_in_period))
        people = {}
        for (seminar_id, status), own in self.registrations.items():
            if status == RegistrationStatus.REGISTERED:
                people[seminar_id] = self.list_identities(
                    {number: own[number] for number in own if number in present_ids}
                )
        return {seminar_id: ids for seminar_id, ids in people.items() if ids}

    def list_identities(self, registrations: dict[int, int]) -> list[int]:
        """Return the people of registrations in the order of these, each person once."""
        people = (registrations[number] for number in sorted(registrations))
        if self.identities:
            people = (self.identities.get(person_id, person_id) for person_id in people)
        return list(dict.fromkeys(people))

    def list_people(self, seminar: SeminarFact, statuses: tuple[RegistrationStatus, ...]) -> list[int]:
        """Return the people whose registration in a seminar has one of some statuses."""
        own: dict[int, int] = {}
        for status in statuses:
            own |= self.registrations.get((seminar.id, status), {})
        return self.list_identities(own)

    def list_participants(self, seminar: SeminarFact) -> list[int]:
        """Return who took part in a seminar: the applicants of a selection, else who was present."""
        if not self.is_in_period(seminar):
            return []
        if self.is_selection(seminar):
            return self.list_people(seminar, ACTIVE_STATUSES)
        return self.present_people.get(seminar.id, [])

    def is_selection(self, seminar: SeminarFact) -> bool:
        """Return whether a seminar is a selection, by its own kind or by the type of its activity."""
        activity = self.activities.get(seminar.activity_id)
        kinds = {seminar.kind, activity.event_type if activity else ""}
        return PEOPLE_OF_SELECTION in kinds

    @cached_property
    def assistant_ids(self) -> set[int]:
        """Return the people whose position says that they are personal assistants, as it is now."""
        positions = [position for position in ASSISTANT_POSITIONS if position]
        lengths = {len(position) for position in positions}
        of_project = select(Registration.person_id).where(Registration.seminar_id.in_(list(self.seminars)))
        query = select(Person.id, Person.position).where(
            Person.id.in_(of_project), func.length(func.trim(Person.position)).in_(lengths)
        )
        return {
            self.get_identity(person_id)
            for person_id, position in self.session.execute(query)
            if position.strip().casefold() in positions
        }
