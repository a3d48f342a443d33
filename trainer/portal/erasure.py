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
        certified = {each.registration_id for each in self.certificates if each.registration_id is not None}
        return certified | {each.id for each in self.attended_registrations}


def find_retained_data(session: Session, person: Person) -> RetainedData:
    """Return what must be kept of a person, including duplicates merged into them."""
    people = erasure.list_merged_people(session, person)
    return find_retained_data_of_registrations(
        session, [each for one in people for each in erasure.list_registrations_of_person(session, one)]
    )


def find_retained_data_of_registrations(session: Session, registrations: list[Registration]) -> RetainedData:
    """Return what must be kept of the given registrations."""
    came = list_possible_attendee_ids(session, registrations)
    attended = tuple(each for each in registrations if each.id in came)
    return RetainedData(attended, tuple(list_certificates_of_registrations(session, registrations)))


def erase_person(session: Session, person: Person, now: datetime) -> RetainedData:
    """Erase a person's data and return what had to be kept.

    Anyone who attended a seminar or holds a certificate keeps name and workplace; the request is recorded for later.
    """
    people = erasure.list_merged_people(session, person)
    registrations = erasure.lock_registrations_of_people(session, people)
    kept = find_retained_data_of_registrations(session, registrations)
    for each in registrations:
        erase_registration_data(session, each, kept, now)
    for one in people:
        recipient.erase_message_contents(session, one)
        if kept:
            record_erasure_request(one, now)
        else:
            anonymise_person(one, now)
    if not kept:
        for each in registrations:
            erasure.invalidate_page_links(each)
    session.flush()
    return kept


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
    if not any(each is not registration and has_consent_basis(each) for each in registrations):
        return erase_person(session, registration.person, now)
    kept = find_retained_data_of_registrations(session, [registration])
    erase_registration_data(session, registration, kept, now)
    recipient.erase_message_contents(session, registration.person, f"seminar-{registration.seminar_id}")
    session.flush()
    return kept


def has_consent_basis(registration: Registration) -> bool:
    """Return whether a registration is active and its consent, on paper or recorded, is not withdrawn."""
    return registration.status in ACTIVE_STATUSES and not consent.has_withdrawn_consent(
        registration, ConsentPurpose.PERSONAL_DATA
    )
