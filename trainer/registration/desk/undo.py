"""Taking back what an organizer did to registrations, where that is still possible: each goes back to exactly where it stood."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.desk.bulk_actions import (
    SNAPSHOT_FIELDS,
    SNAPSHOT_TIMES,
    ActionBlocked,
    BlockReason,
    BulkResult,
    check_erasure_not_requested,
    check_no_certain_duplicate,
    check_seminar_not_started,
    reload_registrations,
)
from trainer.registration.models import (
    ACTIVE_STATUSES,
    SEAT_HOLDING_STATUSES,
    Registration,
    RegistrationChange,
    RegistrationStatus,
)
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.waiting_list import offer_free_seats
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class RecentChange:
    """A change as the organizer is reminded of it."""

    change: RegistrationChange
    people_count: int
    can_undo: bool


def list_recent_changes(session: Session, seminar: Seminar, limit: int = 5) -> list[RecentChange]:
    """Give the last changes, the last first, each with whether anything of it can still be taken back."""
    wanted = select(RegistrationChange).where(RegistrationChange.seminar_id == seminar.id)
    last = session.scalars(wanted.order_by(RegistrationChange.id.desc()).limit(limit)).all()
    ids = {entry["id"] for each in last for entry in each.previous_values}
    columns = (Registration.id, Registration.status, Registration.status_since)
    now_at = {row[0]: row[1:] for row in session.execute(select(*columns).where(Registration.id.in_(ids)))}
    return [
        RecentChange(
            each,
            people_count=sum(entry["asked"] for entry in each.previous_values),
            can_undo=each.undone_at is None
            and any(
                entry["asked"] and now_at.get(entry["id"]) == (entry["after"], each.changed_at)
                for entry in each.previous_values
            ),
        )
        for each in last
    ]


def undo_registration_change(
    session: Session, change: RegistrationChange, seminar: Seminar, now: datetime
) -> BulkResult:
    """Bring registrations back to exactly where they stood before a change, as far as that is still possible.

    A place that was given to somebody meanwhile is not taken away; an offer that nobody was told of was not given.
    Raises StatusChanged when the change was taken back before.
    """
    lock_seminar(session, seminar)
    session.refresh(change)
    if change.undone_at is not None:
        raise StatusChanged
    change.undone_at = now
    entries = {entry["id"]: entry for entry in change.previous_values}
    outcome = BulkResult()
    for registration in sort_seat_releases_first(reload_registrations(session, seminar, entries), entries):
        entry = entries[registration.id]
        try:
            restore_snapshot(session, registration, entry, change.changed_at, now)
            if entry["asked"]:
                outcome.succeeded.append(registration)
        except ActionBlocked as hindered:
            if entry["asked"]:
                outcome.blocked.append((registration, hindered.reason))
    offer_free_seats(session, seminar, now)
    return outcome


def sort_seat_releases_first(
    registrations: Iterable[Registration], entries: dict[int, dict[str, Any]]
) -> list[Registration]:
    """Sort so that places that become free by going back are there for those who get one back."""
    return sorted(registrations, key=lambda each: (entries[each.id]["state"] in SEAT_HOLDING_STATUSES, each.id))


def restore_snapshot(
    session: Session, registration: Registration, entry: dict[str, Any], changed_at: datetime, now: datetime
) -> None:
    """Bring one registration back to where it stood. Raises ActionBlocked."""
    check_unchanged_since(registration, entry, changed_at)
    was = {name: entry[name] for name in SNAPSHOT_FIELDS}
    for name in SNAPSHOT_TIMES:
        was[name] = datetime.fromisoformat(was[name]) if was[name] else None
    check_seat_for_undo(session, registration, was, now)
    if was["state"] in (*ACTIVE_STATUSES, RegistrationStatus.DUPLICATE) and registration.status not in ACTIVE_STATUSES:
        check_erasure_not_requested(registration)
    if was["state"] in ACTIVE_STATUSES and registration.status not in (*ACTIVE_STATUSES, RegistrationStatus.MERGED):
        check_no_certain_duplicate(session, registration)
    for name, value in was.items():
        setattr(registration, SNAPSHOT_FIELDS[name], value)
    session.flush()


def check_unchanged_since(registration: Registration, entry: dict[str, Any], changed_at: datetime) -> None:
    """Leave alone what somebody has changed since, and an offer that came of the change once its person knows of it."""
    if (registration.status, registration.status_since) != (entry["after"], changed_at):
        raise ActionBlocked(BlockReason.CHANGED_SINCE)
    if not entry["asked"] and registration.notified_status == registration.status:
        raise ActionBlocked(BlockReason.CHANGED_SINCE)


def check_seat_for_undo(session: Session, registration: Registration, earlier: dict[str, Any], now: datetime) -> None:
    """Give a place back only where one is free, and take none away once the seminar has begun."""
    if (
        earlier["state"] in SEAT_HOLDING_STATUSES
        and registration.status not in SEAT_HOLDING_STATUSES
        and count_free_seats(session, registration.seminar) == 0
    ):
        raise ActionBlocked(BlockReason.SEMINAR_FULL)
    if earlier["state"] == RegistrationStatus.OFFERED and earlier["offer_until"] <= now:
        raise ActionBlocked(BlockReason.CHANGED_SINCE)
    if registration.status == RegistrationStatus.REGISTERED and earlier["state"] != RegistrationStatus.REGISTERED:
        check_seminar_not_started(registration.seminar, now)
