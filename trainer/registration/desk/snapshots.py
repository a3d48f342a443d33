"""Snapshots of registrations: the values that an undo restores."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

# Keys of the stored JSON (the column names) and the attributes of Registration.
SNAPSHOT_FIELDS = {
    "state": "status",
    "state_since": "status_since",
    "queue_number": "queue_number",
    "offer_until": "offer_expires_at",
    "merged_into_id": "merged_into_id",
    "likely_same_as_id": "likely_duplicate_of_id",
}

SNAPSHOT_TIMES = ("state_since", "offer_until")


def reload_registrations(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Return registrations of a seminar as they are in the database, with their persons, in the order of creation."""
    statement = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    ordered = statement.order_by(Registration.id).options(joinedload(Registration.person))
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def snapshot_registrations(session: Session, seminar: Seminar) -> dict[int, dict[str, Any]]:
    """Return the values of SNAPSHOT_FIELDS for every registration of a seminar, by registration id."""
    columns = [getattr(Registration, attribute) for attribute in SNAPSHOT_FIELDS.values()]
    rows = session.execute(select(Registration.id, *columns).where(Registration.seminar_id == seminar.id))
    return {row[0]: dict(zip(SNAPSHOT_FIELDS, row[1:], strict=True)) for row in rows}


def serialize_snapshot(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot with its times in ISO format, for a JSON column."""
    return {name: value.isoformat() if name in SNAPSHOT_TIMES and value else value for name, value in snapshot.items()}
