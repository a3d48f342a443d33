"""Snapshots of registrations: the values that an undo restores."""

from collections.abc import Collection
from datetime import datetime
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
    "likely_duplicate": "is_likely_duplicate",
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


def describe_result(snapshot: dict[str, Any]) -> list[Any]:
    """Return what tells whether a registration was changed after a snapshot in JSON: status, since when, open question."""
    return [snapshot["state"], snapshot["state_since"], snapshot["likely_duplicate"]]


def get_recorded_result(entry: dict[str, Any], changed_at: datetime) -> list[Any]:
    """Return the result of a recorded change; entries of earlier versions hold the new status alone."""
    recorded: list[Any] = entry.get("result", [entry["after"], changed_at.isoformat(), False])
    return recorded


def map_current_results(session: Session, ids: Collection[int]) -> dict[int, list[Any]]:
    """Return the present values of `describe_result` by registration id."""
    columns = (Registration.status, Registration.status_since, Registration.is_likely_duplicate)
    rows = session.execute(select(Registration.id, *columns).where(Registration.id.in_(ids)))
    return {row[0]: [row[1], row[2].isoformat(), row[3]] for row in rows}
