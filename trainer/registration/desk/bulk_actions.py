"""What an organizer does to registrations, kept with what they were before."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationChange, RegistrationStatus
from trainer.registration.seats import waiting_list
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.approval import approve_registration, refuse_registration
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.duplicates import (
    confirm_separate_person,
    find_certain_duplicate,
    merge_registration,
    unmerge_registration,
)
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


class BulkAction(StrEnum):
    """What is done."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    OFFER = "offer"
    RESTORE = "restore"
    MERGE = "merge"
    SEPARATE_PERSON = "other"  # a likely duplicate is somebody else
    UNMERGE = "unmerge"


class BlockReason(StrEnum):
    """Why it was not done to somebody."""

    WRONG_STATUS = "state"  # it does not apply to where the registration stands
    SEMINAR_FULL = "full"
    SEMINAR_STARTED = "begun"  # the seminar has begun: who came is said by attendance
    ALREADY_REGISTERED = "there"  # the person has another registration that counts
    CHANGED_SINCE = "changed"  # somebody has changed it since
    ERASURE_REQUESTED = "forgotten"  # the person asked to be forgotten


class ActionBlocked(Exception):
    """It can't be done to this registration, for a reason."""

    def __init__(self, reason: BlockReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class BulkResult:
    """What became of it: to whom it was done, to whom not and why."""

    succeeded: list[Registration] = field(default_factory=list)
    blocked: list[tuple[Registration, BlockReason]] = field(default_factory=list)


RegistrationRule = Callable[[Session, Registration, datetime], None]
SNAPSHOT_FIELDS = {
    "state": "status",
    "state_since": "status_since",
    "queue_number": "queue_number",
    "offer_until": "offer_expires_at",
    "merged_into_id": "merged_into_id",
    "likely_same_as_id": "likely_duplicate_of_id",
}
SNAPSHOT_TIMES = ("state_since", "offer_until")


def run_bulk_action(
    session: Session, seminar: Seminar, action: BulkAction, ids: Collection[int], user_id: int | None, now: datetime
) -> BulkResult:
    """Do the same to several registrations of a seminar, one after another in the order in which they were made."""
    return apply_and_record(session, seminar, action, ids, RULE_BY_ACTION[action], user_id, now)


def merge_as_organizer(
    session: Session, registration: Registration, surviving: Registration, user_id: int | None, now: datetime
) -> BulkResult:
    """Say that a registration is the same person's as another one; somebody who came without registering gives up no place."""

    def rule(session: Session, registration: Registration, now: datetime) -> None:
        if registration.status == RegistrationStatus.REGISTERED and registration.walk_in_id is None:
            check_seminar_not_started(registration.seminar, now)
        merge_registration(session, registration, surviving, now)

    return apply_and_record(session, registration.seminar, BulkAction.MERGE, [registration.id], rule, user_id, now)


def apply_and_record(
    session: Session,
    seminar: Seminar,
    action: BulkAction,
    ids: Collection[int],
    rule: RegistrationRule,
    user_id: int | None,
    now: datetime,
) -> BulkResult:
    """Apply a rule to registrations of a seminar and keep what they, and whoever else was moved by it, were before."""
    lock_seminar(session, seminar)
    before, outcome = snapshot_registrations(session, seminar), BulkResult()
    for registration in reload_registrations(session, seminar, ids):
        try:
            rule(session, registration, now)
            outcome.succeeded.append(registration)
        except ActionBlocked as hindered:
            outcome.blocked.append((registration, hindered.reason))
        except SeminarFull:
            outcome.blocked.append((registration, BlockReason.SEMINAR_FULL))
        except StatusChanged:
            outcome.blocked.append((registration, BlockReason.CHANGED_SINCE))
    session.flush()
    record_registration_change(session, seminar, action, before, {each.id for each in outcome.succeeded}, user_id, now)
    return outcome


def reload_registrations(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Give registrations of a seminar as they are now, first come first."""
    wanted = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    fresh = wanted.order_by(Registration.id).options(joinedload(Registration.person))
    return list(session.scalars(fresh.execution_options(populate_existing=True)))


def snapshot_registrations(session: Session, seminar: Seminar) -> dict[int, dict[str, Any]]:
    """Write down where every registration of a seminar stands."""
    columns = [getattr(Registration, attribute) for attribute in SNAPSHOT_FIELDS.values()]
    rows = session.execute(select(Registration.id, *columns).where(Registration.seminar_id == seminar.id))
    return {row[0]: dict(zip(SNAPSHOT_FIELDS, row[1:], strict=True)) for row in rows}


def record_registration_change(
    session: Session,
    seminar: Seminar,
    action: BulkAction,
    earlier_snapshots: dict[int, dict[str, Any]],
    selected_ids: Collection[int],
    user_id: int | None,
    now: datetime,
) -> None:
    """Keep what has changed; nothing where nothing has."""
    after = snapshot_registrations(session, seminar)
    moved = [
        {"id": number, "asked": number in selected_ids, "after": after[number]["state"], **serialize_snapshot(was)}
        for number, was in earlier_snapshots.items()
        if was != after[number]
    ]
    if moved:
        kept = RegistrationChange(
            seminar_id=seminar.id,
            action=action,
            previous_values=moved,
            changed_at=now,
            changed_by_id=user_id,
            undone_at=None,
        )
        session.add(kept)
        session.flush()


def serialize_snapshot(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Write a standing for a JSON column."""
    return {name: value.isoformat() if name in SNAPSHOT_TIMES and value else value for name, value in snapshot.items()}


def check_seminar_not_started(seminar: Seminar, now: datetime) -> None:
    """Let nobody's place be taken once the seminar has begun: attendance and certificates hang on it."""
    if seminar.starts_at is not None and now >= seminar.starts_at:
        raise ActionBlocked(BlockReason.SEMINAR_STARTED)


def check_status(registration: Registration, *allowed_statuses: RegistrationStatus) -> None:
    """Let a rule apply to registrations in these states only."""
    if registration.status not in allowed_statuses:
        raise ActionBlocked(BlockReason.WRONG_STATUS)


def check_no_certain_duplicate(session: Session, registration: Registration) -> None:
    """Let nobody be twice on the list of those who come."""
    if find_certain_duplicate(session, registration.seminar, registration.person) is not None:
        raise ActionBlocked(BlockReason.ALREADY_REGISTERED)


def check_erasure_not_requested(registration: Registration) -> None:
    """Bring nobody back to the list who asked to be forgotten: there is no name on it and no way to reach anybody."""
    if registration.person.erased_at is not None or registration.person.erasure_requested_at is not None:
        raise ActionBlocked(BlockReason.ERASURE_REQUESTED)


def apply_approval(session: Session, registration: Registration, now: datetime) -> None:
    """Accept somebody who asked."""
    check_status(registration, RegistrationStatus.APPLIED)
    approve_registration(session, registration, now)


def apply_refusal(session: Session, registration: Registration, now: datetime) -> None:
    """Turn down somebody who has no place yet."""
    check_status(registration, RegistrationStatus.APPLIED, RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
    refuse_registration(session, registration, now)


def apply_cancellation(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel for somebody, whatever the cut-off; the next is asked."""
    check_status(registration, *ACTIVE_STATUSES)
    check_seminar_not_started(registration.seminar, now)
    release_seat(session, registration, RegistrationStatus.CANCELLED, now)


def apply_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Offer a free place to somebody out of turn."""
    check_status(registration, RegistrationStatus.WAITING, RegistrationStatus.OFFER_EXPIRED)
    check_erasure_not_requested(registration)
    if registration.status == RegistrationStatus.OFFER_EXPIRED:
        check_no_certain_duplicate(session, registration)
    check_seminar_not_started(registration.seminar, now)
    if count_free_seats(session, registration.seminar) == 0:
        raise ActionBlocked(BlockReason.SEMINAR_FULL)
    waiting_list.offer_seat(registration, now)
    session.flush()


def apply_restoration(session: Session, registration: Registration, now: datetime) -> None:
    """Bring back somebody who had left or was turned down: into a place, else onto the waiting list."""
    check_status(
        registration, RegistrationStatus.CANCELLED, RegistrationStatus.REFUSED, RegistrationStatus.OFFER_EXPIRED
    )
    check_erasure_not_requested(registration)
    check_no_certain_duplicate(session, registration)
    approve_registration(session, registration, now)


def apply_unmerge(session: Session, registration: Registration, now: datetime) -> None:
    """Take a merge back: the registration is a likely duplicate again."""
    check_erasure_not_requested(registration)
    unmerge_registration(session, registration, now)


RULE_BY_ACTION: dict[BulkAction, RegistrationRule] = {
    BulkAction.APPROVE: apply_approval,
    BulkAction.REFUSE: apply_refusal,
    BulkAction.CANCEL: apply_cancellation,
    BulkAction.OFFER: apply_offer,
    BulkAction.RESTORE: apply_restoration,
    BulkAction.SEPARATE_PERSON: confirm_separate_person,
    BulkAction.UNMERGE: apply_unmerge,
}
