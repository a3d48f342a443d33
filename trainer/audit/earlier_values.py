"""The values that rows had at an earlier moment, from the entries recorded since."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.audit.models import AuditEntry

RowKey = tuple[str, str]
"""Name of the table, and the primary key as text."""


@dataclass(frozen=True)
class EarlierValues:
    """What differed at a moment from what the tables hold now.

    A value is the one before the first entry since that moment, in JSON; `created` rows did not exist yet, `deleted` ones did.
    """

    values: dict[RowKey, dict[str, Any]] = field(default_factory=dict)
    created: set[RowKey] = field(default_factory=set)
    deleted: set[RowKey] = field(default_factory=set)

    def list_deleted(self, table: str) -> dict[int, dict[str, Any]]:
        """Return the values of the rows of a table that existed at the moment and are deleted, by id."""
        keys = sorted(key for key in self.deleted - self.created if key[0] == table)
        return {int(key[1]): self.values.get(key, {}) for key in keys}


def load_earlier_values(session: Session, project_id: int, moment: datetime, tables: Collection[str]) -> EarlierValues:
    """Return how the rows of some tables of a project differed at a moment, in one query.

    Only what organizers and commands change is in the log, and of some tables only some values (see `tables`).
    """
    query = select(AuditEntry.subject_kind, AuditEntry.subject_id, AuditEntry.action, AuditEntry.changes).where(
        AuditEntry.project_id == project_id, AuditEntry.recorded_at > moment, AuditEntry.subject_kind.in_(tables)
    )
    earlier = EarlierValues()
    for table, row_id, action, changes in session.execute(query.order_by(AuditEntry.number)):
        key = table, row_id
        if action == "created":
            earlier.created.add(key)
        elif action == "deleted":
            earlier.deleted.add(key)
        values = earlier.values.setdefault(key, {})
        for name, pair in json.loads(changes).items():
            if pair:
                values.setdefault(name, pair[0])
    return earlier
