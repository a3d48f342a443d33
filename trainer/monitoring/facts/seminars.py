"""Facts of seminars: what was planned, when, and whether it was held."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Text, cast, select

from trainer.language.dates import list_local_days
from trainer.language.translated import Translated
from trainer.monitoring.facts.reader import FactsReader
from trainer.monitoring.facts.records import SeminarRecord, SessionRecord
from trainer.projects.models import Activity, Task
from trainer.seminars.models import Seminar, SeminarSession


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


class SeminarFacts(FactsReader):
    """What is known of seminars."""

    @cached_property
    def seminars(self) -> dict[int, SeminarFact]:
        """Return the seminars of the project by id, by the audit log as they were."""
        of_project = select(Activity.id).join(Activity.task).where(Task.project_id == self.scope.project.id)
        columns = (getattr(Seminar, name) for name in SeminarRecord._fields)
        query = select(*columns).where(Seminar.activity_id.in_(of_project)).order_by(Seminar.id)
        seminars = self.read(SeminarRecord, query)
        has_agenda = cast(SeminarSession.agenda, Text).not_in(("[]", "null"))  # so that the agenda need not be read
        columns = (has_agenda if name == "agenda" else getattr(SeminarSession, name) for name in SessionRecord._fields)
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
