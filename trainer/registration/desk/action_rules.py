"""Rules of the organizer's actions: which registrations an action applies to, and what it does to one of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer.registration.models import (
    ACTIVE_STATUSES,
    SEAT_HOLDING_STATUSES,
    Registration,
    RegistrationStatus,
)
from trainer.registration.seats import waiting_list
from trainer.registration.seats.approval import approve_registration, refuse_registration
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.duplicates import (
    find_certain_duplicate,
    unmerge_registration,
)
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.models import Seminar

REINSTATABLE_STATUSES = (
    RegistrationStatus.CANCELLED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)


class BlockReason(StrEnum):
    """Reason why an action was not possible for a registration."""

    WRONG_STATUS = "state"  # the action does not apply to this status
    SEMINAR_FULL = "full"
    SEMINAR_STARTED = "begun"
    ALREADY_REGISTERED = "there"  # the person has another active registration
    CHANGED_SINCE = "changed"  # since the page was opened
    ERASURE_REQUESTED = "forgotten"


class ActionBlocked(Exception):
    """The action is not possible for this registration; `reason` says why."""

    def __init__(self, reason: BlockReason) -> None:
        super().__init__(reason)
        self.reason = reason


def check_seminar_not_started(seminar: Seminar, now: datetime) -> None:
    """Raise ActionBlocked once the seminar has started: its attendance and certificates rest on the registrations."""
    if seminar.starts_at is not None and now >= seminar.starts_at:
        raise ActionBlocked(BlockReason.SEMINAR_STARTED)


def check_status(registration: Registration, *allowed_statuses: RegistrationStatus) -> None:
    """Raise ActionBlocked unless the registration has one of the statuses."""
    if registration.status not in allowed_statuses:
        raise ActionBlocked(BlockReason.WRONG_STATUS)


def check_no_certain_duplicate(session: Session, registration: Registration) -> None:
    """Raise ActionBlocked when the same person has an active registration for the seminar that is no open question."""
    found = find_certain_duplicate(session, registration.seminar, registration.person)
    if found is not None and not found.is_likely_duplicate:
        raise ActionBlocked(BlockReason.ALREADY_REGISTERED)


def check_erasure_not_requested(registration: Registration) -> None:
    """Raise ActionBlocked when the person's data are erased or to be erased: they could not be contacted."""
    if registration.person.erased_at is not None or registration.person.erasure_requested_at is not None:
        raise ActionBlocked(BlockReason.ERASURE_REQUESTED)


def apply_approval(session: Session, registration: Registration, now: datetime) -> None:
    """Approve an application. Raises ActionBlocked and SeminarFull."""
    check_status(registration, RegistrationStatus.APPLIED)
    approve_registration(session, registration, now)


def apply_refusal(session: Session, registration: Registration, now: datetime) -> None:
    """Refuse an application or somebody who waits or holds an offer. Raises ActionBlocked."""
    check_status(registration, RegistrationStatus.APPLIED, RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
    refuse_registration(session, registration, now)


def apply_cancellation(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel an active registration, also after the change deadline. Raises ActionBlocked."""
    check_status(registration, *ACTIVE_STATUSES)
    check_seminar_not_started(registration.seminar, now)
    release_seat(session, registration, RegistrationStatus.CANCELLED, now)


def apply_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Offer a free seat to somebody whatever their position on the waiting list. Raises ActionBlocked."""
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
    """Reactivate an ended or superseded registration as an approved one. Raises ActionBlocked and SeminarFull."""
    check_status(
        registration,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REFUSED,
        RegistrationStatus.OFFER_EXPIRED,
        RegistrationStatus.SUPERSEDED,
    )
    check_erasure_not_requested(registration)
    check_no_certain_duplicate(session, registration)
    approve_registration(session, registration, now)


def apply_reinstatement(
    session: Session, registration: Registration, now: datetime, *, is_over_capacity: bool = False
) -> None:
    """Register somebody who came without having a seat, and send no notification, as the person is on site.

    Unlike a restoration it needs no approval and makes nobody wait. With `is_over_capacity` the organizer has decided that the
    person gets a seat although all are taken. Raises ActionBlocked.
    """
    check_status(registration, *REINSTATABLE_STATUSES)
    check_erasure_not_requested(registration)
    if registration.status not in ACTIVE_STATUSES:
        check_no_certain_duplicate(session, registration)
    needs_seat = registration.status not in SEAT_HOLDING_STATUSES
    if needs_seat and not is_over_capacity and count_free_seats(session, registration.seminar) == 0:
        raise ActionBlocked(BlockReason.SEMINAR_FULL)
    set_registration_status(registration, RegistrationStatus.REGISTERED, now)
    registration.notified_status = registration.status
    session.flush()


def apply_unmerge(session: Session, registration: Registration, now: datetime) -> None:
    """Undo a merge: the registration becomes a likely duplicate. Raises ActionBlocked, SeminarFull and StatusChanged."""
    check_erasure_not_requested(registration)
    unmerge_registration(session, registration, now)
