"""Withdrawal of consent and erasure of personal data across all packages; what the law retains."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_possible_attendee_ids
from trainer.issuing.eligibility import remove_exception
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import list_certificates_of_registrations
from trainer.messages import recipient
from trainer.people.erasure import anonymise_person, record_erasure_request
from trainer.people.models import Person
from trainer.registration import consent
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, Registration
from trainer.registration.self_service import erasure
from trainer.surveys.responses import delete_registration_answers


@dataclass(frozen=True)
class RetainedData:
    """Data that must be kept despite an erasure: attendance on signed lists, entries of the register."""

    attended_registrations: tuple[Registration, ...] = ()
    certificates: tuple[IssuedCertificate, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attended_registrations or self.certificates)

    @property
    def registration_ids(self) -> set[int]:
        """Return the ids of the registrations that must be kept."""
        certified = {
            certificate.registration_id for certificate in self.certificates if certificate.registration_id is not None
        }
        return certified | {registration.id for registration in self.attended_registrations}


def find_retained_data(session: Session, person: Person) -> RetainedData:
    """Return what must be kept of a person, including duplicates merged into them."""
    people = erasure.list_merged_people(session, person)
    return find_retained_data_of_registrations(
        session,
        [
            registration
            for duplicate in people
            for registration in erasure.list_registrations_of_person(session, duplicate)
        ],
    )


def find_retained_data_of_registrations(session: Session, registrations: list[Registration]) -> RetainedData:
    """Return what must be kept of the given registrations."""
    attendee_ids = list_possible_attendee_ids(session, registrations)
    attended = tuple(registration for registration in registrations if registration.id in attendee_ids)
    return RetainedData(attended, tuple(list_certificates_of_registrations(session, registrations)))


def erase_person(session: Session, person: Person, now: datetime) -> RetainedData:
    """Erase a person's data and return what had to be kept.

    Anyone who attended a seminar or holds a certificate keeps name and workplace; the request is recorded for later.
    """
    people = erasure.list_merged_people(session, person)
    registrations = erasure.lock_registrations_of_people(session, people)
    retained = find_retained_data_of_registrations(session, registrations)
    for registration in registrations:
        erase_registration_data(session, registration, retained, now)
    for duplicate in people:
        recipient.erase_message_contents(session, duplicate)
        if retained:
            record_erasure_request(duplicate, now)
        else:
            anonymise_person(duplicate, now)
    if not retained:
        for registration in registrations:
            erasure.invalidate_page_links(registration)
    session.flush()
    return retained


def erase_registration_data(
    session: Session, registration: Registration, retained: RetainedData, now: datetime
) -> None:
    """Withdraw the consents of a registration.

    Unless it must be kept, also give up its seat and delete its answers, survey responses and eligibility exception.
    """
    erasure.withdraw_all_consents(session, registration, now)
    if registration.id not in retained.registration_ids:
        erasure.cancel_without_notification(session, registration, now)
        delete_registration_answers(session, registration)
        remove_exception(session, registration)


def withdraw_personal_data_consent(session: Session, registration: Registration, now: datetime) -> RetainedData:
    """Withdraw the consent to personal data for one registration.

    If no other active registration of the person rests on a consent, erase the person. Return what had to be kept.
    """
    registrations = erasure.lock_registrations_of_people(session, [registration.person])
    if not any(other is not registration and has_consent_basis(other) for other in registrations):
        return erase_person(session, registration.person, now)
    retained = find_retained_data_of_registrations(session, [registration])
    erase_registration_data(session, registration, retained, now)
    recipient.erase_message_contents(session, registration.person, f"seminar-{registration.seminar_id}")
    session.flush()
    return retained


def has_consent_basis(registration: Registration) -> bool:
    """Return whether a registration is active and its consent, on paper or recorded, is not withdrawn."""
    return registration.status in ACTIVE_STATUSES and not consent.has_withdrawn_consent(
        registration, ConsentPurpose.PERSONAL_DATA
    )
