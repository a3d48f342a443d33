"""Facts of events: seminars with their sessions, who was present, applications, surveys, certificates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, false, func, or_, select

from trainer.attendance.ledger import list_ids_present_in_sessions
from trainer.attendance.lists.participants import ASSISTANT_POSITIONS
from trainer.attendance.merges import resolve_merges
from trainer.attendance.models import SheetScan, Signature
from trainer.issuing.models import IssuedCertificate
from trainer.language.dates import list_local_days
from trainer.language.translated import Translated
from trainer.monitoring.facts.identities import map_identities
from trainer.monitoring.facts.reader import FactsReader
from trainer.monitoring.facts.records import (
    CertificateRecord,
    RegistrationRecord,
    SeminarRecord,
    SessionRecord,
)
from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.seminars.models import Seminar, SeminarKind, SeminarSession
from trainer.surveys.results.survey_figures import SurveyFigures, load_survey_figures

PEOPLE_OF_SELECTION = "selection"


@dataclass(frozen=True)
class SeminarFact:
    """A seminar as it was at the moment asked for."""

    id: int
    activity_id: int
    kind: str
    audience: str
    city: Translated
    is_cancelled: bool
    sessions: tuple[SessionRecord, ...]
    days: tuple[date, ...]
    """The local days on which sessions begin, in order."""

    @cached_property
    def ends_at(self) -> datetime | None:
        """Return the end of the last session; None without sessions."""
        return max((part.ends_at for part in self.sessions if part.ends_at), default=None)

    @cached_property
    def has_agenda(self) -> bool:
        """Return whether a session has an agenda."""
        return any(part.agenda for part in self.sessions)


class EventFacts(FactsReader):
    """What is known of events, each group read when it is first asked for."""

    @cached_property
    def seminars(self) -> dict[int, SeminarFact]:
        """Return the seminars of the project by id, by the audit log as they were."""
        of_project = select(Activity.id).join(Activity.task).where(Task.project_id == self.scope.project.id)
        columns = (getattr(Seminar, name) for name in SeminarRecord._fields)
        query = select(*columns).where(Seminar.activity_id.in_(of_project)).order_by(Seminar.id)
        seminars = self.read(SeminarRecord, query)
        columns = (getattr(SeminarSession, name) for name in SessionRecord._fields)
        ids = select(Seminar.id).where(Seminar.activity_id.in_(of_project))
        parts: dict[int, list[SessionRecord]] = defaultdict(list)
        for part in self.read(SessionRecord, select(*columns).where(SeminarSession.seminar_id.in_(ids))).values():
            parts[part.seminar_id].append(part)
        return {seminar.id: self.build_seminar(seminar, parts[seminar.id]) for seminar in seminars.values()}

    def build_seminar(self, seminar: SeminarRecord, parts: Iterable[SessionRecord]) -> SeminarFact:
        """Return a seminar with its sessions in their order."""
        sessions = tuple(sorted(parts, key=lambda part: (str(part.starts_at), part.id)))
        is_cancelled = seminar.cancelled_at is not None and seminar.cancelled_at <= self.scope.as_of
        starts = (part.starts_at for part in sessions if part.starts_at)
        return SeminarFact(
            id=seminar.id,
            activity_id=seminar.activity_id,
            kind=seminar.kind,
            audience=seminar.audience,
            city=seminar.city,
            is_cancelled=is_cancelled,
            sessions=sessions,
            days=tuple(list_local_days(starts, self.scope.project.zone)),
        )

    def is_held(self, seminar: SeminarFact) -> bool:
        """Return whether a seminar has ended, within the period, and was not cancelled."""
        return seminar.id in self.held_ids

    @cached_property
    def held_ids(self) -> set[int]:
        """Return the seminars that are held, by id; each of many indicators asks for them."""
        in_period = (self.seminars[seminar_id] for seminar_id in self.ids_in_period)
        return {each.id for each in in_period if each.ends_at is not None and each.ends_at <= self.scope.as_of}

    def is_in_period(self, seminar: SeminarFact) -> bool:
        """Return whether a seminar is not cancelled and its last day lies in the period; one without sessions in no period."""
        return seminar.id in self.ids_in_period

    @cached_property
    def ids_in_period(self) -> set[int]:
        """Return the seminars that are in the period, by id."""
        is_open = self.scope.start is None and self.scope.end is None
        return {
            seminar.id
            for seminar in self.seminars.values()
            if not seminar.is_cancelled and (self.scope.covers(seminar.days[-1]) if seminar.days else is_open)
        }

    @cached_property
    def registrations(self) -> dict[int, RegistrationRecord]:
        """Return the registrations that existed, by id.

        Of a status that changed since the log has the earlier one if an organizer changed it. What people change by
        themselves has none: then the person counts as registered, as that is what can be given up.
        """
        later: ColumnElement[bool] = false() if self.scope.is_live else Registration.status_since > self.scope.as_of
        query = select(
            Registration.id,
            Registration.person_id,
            Registration.seminar_id,
            Registration.status,
            Registration.merged_into_id,
            later,
        ).where(Registration.seminar_id.in_(list(self.seminars)), Registration.created_at <= self.scope.as_of)
        registrations = self.read(RegistrationRecord, query.order_by(Registration.id))
        if self.scope.is_live:
            return registrations
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
        merged = {
            row.id: row.merged_into_id
            for row in self.registrations.values()
            if row.status == RegistrationStatus.MERGED and row.merged_into_id is not None
        }
        return resolve_merges(merged)

    @cached_property
    def identities(self) -> dict[int, int]:
        """Return the person to count instead of each who is the same as another one."""
        return map_identities(self.registrations, self.surviving_ids)

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
            for seminar in self.seminars.values()
            if self.is_in_period(seminar)
            for part in seminar.sessions
            if part.starts_at is not None and part.starts_at <= self.scope.as_of
        ]
        until = None if self.scope.is_live else self.scope.as_of
        present_ids = list_ids_present_in_sessions(self.session, begun, self.surviving_ids, until) if begun else set()
        registrations, identities = self.registrations, self.identities
        people: dict[int, dict[int, None]] = defaultdict(dict)
        for registration_id in sorted(present_ids & registrations.keys()):
            _id, person_id, seminar_id, status, *_rest = registrations[registration_id]
            if status == RegistrationStatus.REGISTERED:
                people[seminar_id][identities.get(person_id, person_id)] = None
        return {seminar_id: list(ids) for seminar_id, ids in people.items()}

    @cached_property
    def people_by_status(self) -> dict[tuple[int, bool], list[int]]:
        """Return people by seminar id and whether they have a seat: True for those, False for everybody active."""
        people: dict[tuple[int, bool], dict[int, None]] = defaultdict(dict)
        for row in self.registrations.values():
            if row.status in ACTIVE_STATUSES:
                people[row.seminar_id, False][self.get_identity(row.person_id)] = None
            if row.status == RegistrationStatus.REGISTERED:
                people[row.seminar_id, True][self.get_identity(row.person_id)] = None
        return {key: list(ids) for key, ids in people.items()}

    def list_participants(self, seminar: SeminarFact) -> list[int]:
        """Return who took part in a seminar: the applicants of a selection, else who was present."""
        if not self.is_in_period(seminar):
            return []
        if self.is_selection(seminar):
            return self.people_by_status.get((seminar.id, False), [])
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

    @cached_property
    def surveys(self) -> dict[int, list[SurveyFigures]]:
        """Return the figures of the surveys with answers, by seminar id."""
        figures: dict[int, list[SurveyFigures]] = defaultdict(list)
        for survey in load_survey_figures(self.session, list(self.seminars), self.scope.as_of, self.surviving_ids):
            figures[survey.seminar_id].append(survey)
        return figures

    @cached_property
    def certificates(self) -> dict[int, list[CertificateRecord]]:
        """Return the certificates issued by then and neither revoked nor replaced by then, by seminar id."""
        query = (
            select(IssuedCertificate.id, IssuedCertificate.seminar_id, IssuedCertificate.issued_on)
            .where(IssuedCertificate.seminar_id.in_(list(self.seminars)))
            .where(IssuedCertificate.issued_at <= self.scope.as_of)
            .where(or_(IssuedCertificate.invalidated_at.is_(None), IssuedCertificate.invalidated_at > self.scope.as_of))
        )
        certificates: dict[int, list[CertificateRecord]] = defaultdict(list)
        for certificate_id, seminar_id, issued_on in self.session.execute(query.order_by(IssuedCertificate.id)):
            if seminar_id is not None:
                certificates[seminar_id].append(CertificateRecord(certificate_id, seminar_id, issued_on))
        return certificates

    @cached_property
    def signed_seminar_ids(self) -> set[int]:
        """Return the ceremonies with a signature drawn on a tablet or a scan of a signed sheet."""
        ids = [seminar.id for seminar in self.seminars.values() if seminar.kind == SeminarKind.CEREMONY]
        if not ids:
            return set()
        drawn = (
            select(SeminarSession.seminar_id)
            .join(Signature, Signature.session_id == SeminarSession.id)
            .where(SeminarSession.seminar_id.in_(ids), Signature.received_at <= self.scope.as_of)
        )
        scanned = select(SheetScan.seminar_id).where(
            SheetScan.seminar_id.in_(ids), SheetScan.uploaded_at <= self.scope.as_of
        )
        return set(self.session.scalars(drawn.union(scanned)))
