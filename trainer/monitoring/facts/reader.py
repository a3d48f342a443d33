"""Reading rows as they were at the moment asked for."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from trainer.audit.earlier_values import EarlierValues, load_earlier_values
from trainer.monitoring.facts.records import TABLES, Record, restore_records
from trainer.monitoring.scope import Scope
from trainer.projects.models import Activity


class FactsReader:
    """The session and scope of facts. The plan itself is read as it is now: it is the question, not the answer.

    `attended_ids` holds the registrations of those who have attended by now, by seminar id, where the caller has counted them.
    """

    def __init__(self, session: Session, scope: Scope, attended_ids: Mapping[int, set[int]] | None = None) -> None:
        self.session, self.scope, self.attended_ids = session, scope, attended_ids or {}

    @cached_property
    def activities(self) -> dict[int, Activity]:
        """Return the activities of the plan by id, in the plan's order."""
        return {activity.id: activity for activity in self.scope.project.activities}

    @cached_property
    def earlier(self) -> EarlierValues:
        """Return what differed at the moment asked for; nothing if that is now."""
        if self.scope.is_live:
            return EarlierValues()
        return load_earlier_values(self.session, self.scope.project.id, self.scope.as_of, list(TABLES.values()))

    def read(self, record: type[Record], query: Select[*tuple[object, ...]]) -> dict[int, Record]:
        """Return the rows of a query as records by id, with the values of then."""
        self.session.flush()
        rows = (
            self.session.connection().execute(query).all()
        )  # past the ORM, which takes as long as the rest for many rows
        return restore_records(record, rows, self.earlier)

    def build_removal_condition(self, removed_at: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
        """Return a condition that leaves out rows that are removed, where their earlier values can't matter."""
        return removed_at.is_(None) if self.scope.is_live else true()

    def is_removed(self, removed_at: datetime | None) -> bool:
        """Return whether a row was removed by then."""
        return removed_at is not None and removed_at <= self.scope.as_of
