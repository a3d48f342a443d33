"""Bulk actions of the organizer, recorded with the earlier values of the registrations so that they can be undone."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from trainer.registration.desk.action_rules import (
    ActionBlocked,
    BlockReason,
    apply_approval,
    apply_cancellation,
    apply_offer,
    apply_refusal,
    apply_reinstatement,
    apply_restoration,
    apply_unmerge,
)
from trainer.registration.desk.snapshots import (
    describe_result,
    reload_registrations,
    serialize_snapshot,
    snapshot_registrations,
)
from trainer.registration.models import Registration, RegistrationChange
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.duplicates import (
    confirm_separate_person,
    merge_registration,
)
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


class BulkAction(StrEnum):
    """Action of an organizer on one or more registrations."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    OFFER = "offer"
    RESTORE = "restore"
    MERGE = "merge"
    SEPARATE_PERSON = "other"  # a likely duplicate is another person
    UNMERGE = "unmerge"
    REINSTATE = "reinstate"  # somebody who came without a seat


@dataclass
class BulkResult:
    """The registrations for which an action succeeded, and those for which it was blocked, with the reason."""

    succeeded: list[Registration] = field(default_factory=list)
    blocked: list[tuple[Registration, BlockReason]] = field(default_factory=list)


RegistrationRule = Callable[[Session, Registration, datetime], None]


def run_bulk_action(
    session: Session, seminar: Seminar, action: BulkAction, ids: Collection[int], user_id: int | None, now: datetime
) -> BulkResult:
    """Run an action on registrations of a seminar, in the order of their creation; a blocked one does not stop the others."""
    return apply_and_record(session, seminar, action, ids, RULE_BY_ACTION[action], user_id, now)


def merge_as_organizer(
    session: Session, registration: Registration, surviving: Registration, user_id: int | None, now: datetime
) -> BulkResult:
    """Merge a registration into another one, as an action that can be undone.

    It is possible at any time: doubles are noticed in the hall. Marks and answers of both count for the surviving one until the
    merge is undone; where they contradict each other, that is a conflict.
    """

    def rule(session: Session, registration: Registration, now: datetime) -> None:
        merge_registration(session, registration, surviving, now)

    return apply_and_record(session, registration.seminar, BulkAction.MERGE, [registration.id], rule, user_id, now)


def reinstate_as_organizer(
    session: Session, registration: Registration, is_over_capacity: bool, user_id: int | None, now: datetime
) -> BulkResult:
    """Register somebody who came without a seat, as an action that can be undone."""

    def rule(session: Session, registration: Registration, now: datetime) -> None:
        apply_reinstatement(session, registration, now, is_over_capacity=is_over_capacity)

    return apply_and_record(session, registration.seminar, BulkAction.REINSTATE, [registration.id], rule, user_id, now)


def merge_likely_duplicates(
    session: Session, seminar: Seminar, surviving_ids: Mapping[int, int], user_id: int | None, now: datetime
) -> BulkResult:
    """Merge likely duplicates into the registrations that they duplicate, as one action that can be undone.

    `surviving_ids` holds the registrations that the organizer saw, by id of the duplicate; a pair that is no longer so is blocked.
    """

    def rule(session: Session, registration: Registration, now: datetime) -> None:
        surviving = registration.likely_duplicate_of
        is_seen = surviving is not None and surviving.id == surviving_ids[registration.id]
        if surviving is None or not is_seen or not registration.is_likely_duplicate:
            raise StatusChanged
        merge_registration(session, registration, surviving, now)

    return apply_and_record(session, seminar, BulkAction.MERGE, surviving_ids, rule, user_id, now)


def apply_and_record(
    session: Session,
    seminar: Seminar,
    action: BulkAction,
    ids: Collection[int],
    rule: RegistrationRule,
    user_id: int | None,
    now: datetime,
) -> BulkResult:
    """Apply a rule to registrations of a locked seminar, and record the earlier values of all that it changed."""
    lock_seminar(session, seminar)
    earlier_snapshots, result = snapshot_registrations(session, seminar), BulkResult()
    for registration in reload_registrations(session, seminar, ids):
        try:
            rule(session, registration, now)
            result.succeeded.append(registration)
        except ActionBlocked as blocked:
            result.blocked.append((registration, blocked.reason))
        except SeminarFull:
            result.blocked.append((registration, BlockReason.SEMINAR_FULL))
        except StatusChanged:
            result.blocked.append((registration, BlockReason.CHANGED_SINCE))
    session.flush()
    record_registration_change(
        session, seminar, action, earlier_snapshots, {succeeded.id for succeeded in result.succeeded}, user_id, now
    )
    return result


def record_registration_change(
    session: Session,
    seminar: Seminar,
    action: BulkAction,
    earlier_snapshots: dict[int, dict[str, Any]],
    selected_ids: Collection[int],
    user_id: int | None,
    now: datetime,
) -> None:
    """Record which registrations differ from their earlier snapshots, including those that got an offer; nothing if none does.

    Each entry holds the earlier values, `after` (the new status), `result` (what must still hold for an undo), and `asked`
    (whether the organizer selected the registration).
    """
    snapshots = snapshot_registrations(session, seminar)
    entries = [
        {
            "id": registration_id,
            "asked": registration_id in selected_ids,
            "after": snapshots[registration_id]["state"],
            "result": describe_result(serialize_snapshot(snapshots[registration_id])),
            **serialize_snapshot(earlier),
        }
        for registration_id, earlier in earlier_snapshots.items()
        if earlier != snapshots[registration_id]
    ]
    if entries:
        change = RegistrationChange(
            seminar_id=seminar.id,
            action=action,
            previous_values=entries,
            changed_at=now,
            changed_by_id=user_id,
            undone_at=None,
        )
        session.add(change)
        session.flush()


RULE_BY_ACTION: dict[BulkAction, RegistrationRule] = {
    BulkAction.APPROVE: apply_approval,
    BulkAction.REFUSE: apply_refusal,
    BulkAction.CANCEL: apply_cancellation,
    BulkAction.OFFER: apply_offer,
    BulkAction.RESTORE: apply_restoration,
    BulkAction.SEPARATE_PERSON: confirm_separate_person,
    BulkAction.UNMERGE: apply_unmerge,
    BulkAction.REINSTATE: apply_reinstatement,
}
