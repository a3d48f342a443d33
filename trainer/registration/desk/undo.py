"""Undoing a bulk action: each registration gets its earlier values back where that is still possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.desk.action_rules import (
    ActionBlocked,
    BlockReason,
    check_erasure_not_requested,
    check_no_certain_duplicate,
    check_seminar_not_started,
)
from trainer.registration.desk.bulk_actions import BulkAction, BulkResult
from trainer.registration.desk.snapshots import (
    SNAPSHOT_FIELDS,
    SNAPSHOT_TIMES,
    get_recorded_result,
    map_current_results,
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
    """A recorded change, the number of people selected for it, and whether any of it can still be undone."""

    change: RegistrationChange
    people_count: int
    can_undo: bool


def list_recent_changes(session: Session, seminar: Seminar, limit: int = 5) -> list[RecentChange]:
    """Return the latest changes of a seminar, the newest first."""
    statement = select(RegistrationChange).where(RegistrationChange.seminar_id == seminar.id)
    changes = session.scalars(statement.order_by(RegistrationChange.id.desc()).limit(limit)).all()
    ids = {entry["id"] for change in changes for entry in change.previous_values}
    current = map_current_results(session, ids)
    return [
        RecentChange(
            change,
            people_count=sum(entry["asked"] for entry in change.previous_values),
            can_undo=change.undone_at is None
            and any(
                entry["asked"] and current.get(entry["id"]) == get_recorded_result(entry, change.changed_at)
                for entry in change.previous_values
            ),
        )
        for change in changes
    ]


def undo_registration_change(
    session: Session, change: RegistrationChange, seminar: Seminar, now: datetime
) -> BulkResult:
    """Restore the earlier values of the registrations of a change, as far as possible.

    A seat that went to somebody else meanwhile is not taken away; an offer that resulted from the change is withdrawn unless
    the person was notified of it. The result lists the registrations that the organizer had selected.
    Raises StatusChanged when the change was undone before.
    """
    lock_seminar(session, seminar)
    session.refresh(change)
    if change.undone_at is not None:
        raise StatusChanged
    change.undone_at = now
    entries = {entry["id"]: entry for entry in change.previous_values}
    result = BulkResult()
    for registration in sort_seat_releases_first(reload_registrations(session, seminar, entries), entries):
        entry = entries[registration.id]
        try:
            restore_snapshot(session, registration, entry, change, now)
            if entry["asked"]:
                result.succeeded.append(registration)
        except ActionBlocked as blocked:
            if entry["asked"]:
                result.blocked.append((registration, blocked.reason))
    offer_free_seats(session, seminar, now)
    return result


def list_undoable_changes(session: Session, seminar: Seminar, action: BulkAction) -> dict[int, RegistrationChange]:
    """Return the last change by an action that can still be undone, by id of the registration, in the order made."""
    statement = select(RegistrationChange).where(
        RegistrationChange.seminar_id == seminar.id,
        RegistrationChange.action == action,
        RegistrationChange.undone_at.is_(None),
    )
    changes = session.scalars(statement.order_by(RegistrationChange.id)).all()
    asked = {entry["id"]: (change, entry) for change in changes for entry in change.previous_values if entry["asked"]}
    columns = (Registration.id, Registration.status, Registration.status_since)
    current = {row[0]: row[1:] for row in session.execute(select(*columns).where(Registration.id.in_(asked)))}
    return {
        registration_id: change
        for registration_id, (change, entry) in asked.items()
        if current.get(registration_id) == (entry["after"], change.changed_at)
    }


def sort_seat_releases_first(
    registrations: Iterable[Registration], entries: dict[int, dict[str, Any]]
) -> list[Registration]:
    """Sort so that undos that free a seat run before undos that need one."""
    return sorted(
        registrations,
        key=lambda registration: (entries[registration.id]["state"] in SEAT_HOLDING_STATUSES, registration.id),
    )


def restore_snapshot(
    session: Session,
    registration: Registration,
    entry: dict[str, Any],
    change: RegistrationChange,
    now: datetime,
) -> None:
    """Restore the earlier values of one registration. Raises ActionBlocked."""
    check_unchanged_since(registration, entry, change.changed_at)
    earlier = {name: entry[name] for name in SNAPSHOT_FIELDS if name in entry}  # earlier versions recorded fewer
    for name in SNAPSHOT_TIMES:
        earlier[name] = datetime.fromisoformat(earlier[name]) if earlier[name] else None
    check_seat_for_undo(session, registration, earlier, now)
    leaves_list = registration.status == RegistrationStatus.REGISTERED != earlier["state"]
    if leaves_list and change.action != BulkAction.REINSTATE:  # which is an action of the day itself
        check_seminar_not_started(registration.seminar, now)
    if earlier["state"] in ACTIVE_STATUSES and registration.status not in ACTIVE_STATUSES:
        check_erasure_not_requested(registration)
    if earlier["state"] in ACTIVE_STATUSES and registration.status not in (*ACTIVE_STATUSES, RegistrationStatus.MERGED):
        check_no_certain_duplicate(session, registration)
    for name, value in earlier.items():
        setattr(registration, SNAPSHOT_FIELDS[name], value)
    session.flush()


def check_unchanged_since(registration: Registration, entry: dict[str, Any], changed_at: datetime) -> None:
    """Raise ActionBlocked when the registration changed after the change, or its person was notified of a resulting offer."""
    result = [registration.status, registration.status_since.isoformat(), registration.is_likely_duplicate]
    if result != get_recorded_result(entry, changed_at):
        raise ActionBlocked(BlockReason.CHANGED_SINCE)
    has_new_status = entry["state"] != entry["after"]
    if has_new_status and not entry["asked"] and registration.notified_status == registration.status:
        raise ActionBlocked(BlockReason.CHANGED_SINCE)


def check_seat_for_undo(session: Session, registration: Registration, earlier: dict[str, Any], now: datetime) -> None:
    """Raise ActionBlocked when a seat is needed and none is free, or an offer has expired."""
    if (
        earlier["state"] in SEAT_HOLDING_STATUSES
        and registration.status not in SEAT_HOLDING_STATUSES
        and count_free_seats(session, registration.seminar) == 0
    ):
        raise ActionBlocked(BlockReason.SEMINAR_FULL)
    if earlier["state"] == RegistrationStatus.OFFERED and earlier["offer_until"] <= now:
        raise ActionBlocked(BlockReason.CHANGED_SINCE)
