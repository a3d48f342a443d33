"""Withdrawal of consent and erasure of personal data across all packages; what the law retains."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from trainer import audit
from trainer.attendance.ledger import delete_signatures, list_possible_attendee_ids
from trainer.issuing.eligibility import remove_exception
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import erase_certificate_texts
from trainer.issuing.register import list_certificates_of_registrations
from trainer.messages import recipient
from trainer.people.erasure import anonymise_person, record_erasure_request
from trainer.people.models import Person
from trainer.registration import consent
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.self_service import erasure
from trainer.registration.self_service.retention import ErasureRequest, compute_erasure_day
from trainer.surveys.responses import delete_registration_answers


@dataclass(frozen=True)
class RetainedData:
    """Data that must be kept despite an erasure: attendance on signed lists, entries of the register."""

    attended_registrations: tuple[Registration, ...] = ()
    certificates: tuple[IssuedCertificate, ...] = ()
    due_on: date | None = None
    """The day from which all but the entries of the register may be erased; None where nothing is kept."""

    def __bool__(self) -> bool:
        return bool(self.attended_registrations or self.certificates)

    @property
    def registration_ids(self) -> set[int]:
        """Return the ids of the registrations that must be kept."""
        certified = {
            certificate.registration_id for certificate in self.certificates if certificate.registration_id is not None
        }
        return certified | {registration.id for registration in self.attended_registrations}


def find_retained_data(session: Session, person: Person, now: datetime) -> RetainedData:
    """Return what must be kept of a person, including duplicates merged into them."""
    people = erasure.list_merged_people(session, person)
    return find_retained_data_of_registrations(
        session,
        [
            registration
            for duplicate in people
            for registration in erasure.list_registrations_of_person(session, duplicate)
        ],
        now,
    )


def find_retained_data_of_registrations(
    session: Session, registrations: list[Registration], now: datetime
) -> RetainedData:
    """Return what must be kept of the given registrations.

    Where only a merged registration is given, the attendance is that of the surviving one and no business of this one.
    """
    ids = {registration.id for registration in registrations}
    own = [
        registration
        for registration in registrations
        if registration.status != RegistrationStatus.MERGED or registration.merged_into_id in ids
    ]
    attendee_ids = list_possible_attendee_ids(session, own)
    attended = tuple(registration for registration in own if registration.id in attendee_ids)
    certificates = list_certificates_of_registrations(session, registrations)
    if not attended and not certificates:
        return RetainedData()
    today = now.astimezone(registrations[0].seminar.zone).date()
    return RetainedData(attended, tuple(certificates), max(today, compute_erasure_day(registrations)))


def erase_person(session: Session, person: Person, now: datetime) -> RetainedData:
    """Erase a person's data and return what had to be kept.

    Anyone who attended a seminar or holds a certificate keeps name and workplace until the day in `RetainedData.due_on`. With the
    person go the registrations that are only repeats of theirs: earlier ones that they superseded, and later ones with the
    same details about which the organizer has not decided. Those are never shown to the person.
    """
    people = erasure.list_merged_people(session, person)
    registrations = erasure.lock_registrations_of_people(session, people)
    superseded = erasure.list_superseded_people(session, registrations)
    repeating = erasure.list_repeating_people(session, registrations)
    erasure.lock_registrations_of_people(session, [*superseded, *repeating])
    retained = erase_people(session, people, now)
    for other in superseded:
        if not find_retained_data(session, other, now):
            erase_people(session, [other], now)
    for other in repeating:
        erase_people(session, erasure.list_merged_people(session, other), now)
    if not retained:
        erasure.release_references(session, registrations, now)
    return retained


def erase_people(session: Session, people: list[Person], now: datetime) -> RetainedData:
    """Erase the data of people who are one person, and return what had to be kept. Their seminars must be locked."""
    registrations = [
        registration for person in people for registration in erasure.list_registrations_of_person(session, person)
    ]
    retained = find_retained_data_of_registrations(session, registrations, now)
    for registration in registrations:
        erase_registration_data(session, registration, retained, now)
    for person in people:
        recipient.erase_message_contents(session, person)
        audit.erase_personal_values(session, person.id)
        if retained:
            record_erasure_request(person, now)
        else:
            anonymise_person(person, now)
    if not retained:
        for registration in registrations:
            erasure.invalidate_page_links(registration)
    session.flush()
    return retained


def complete_erasure(session: Session, request: ErasureRequest, now: datetime) -> None:
    """Erase what had to be kept of a person until now. The entries of the certificate register stay, with the name on them."""
    person = request.person
    registrations = erasure.lock_registrations_of_people(session, [person])
    if person.erased_at is not None:  # by another worker
        return
    for registration in registrations:  # they keep their status and marks, which are counted without a name
        erasure.withdraw_all_consents(session, registration, now)
        erase_answers(session, registration)
        delete_signatures(session, registration)
        erasure.invalidate_page_links(registration)
    erase_certificate_texts(session, registrations, now)
    recipient.erase_message_contents(session, person)
    audit.erase_personal_values(session, person.id)
    anonymise_person(person, now)
    session.flush()


def erase_registration_data(
    session: Session, registration: Registration, retained: RetainedData, now: datetime
) -> None:
    """Withdraw the consents of a registration.

    Unless it must be kept, also give up its seat and delete its answers, survey responses and eligibility exception.
    """
    erasure.withdraw_all_consents(session, registration, now)
    if registration.id not in retained.registration_ids:
        erasure.cancel_without_notification(session, registration, now)
        erase_answers(session, registration)


def erase_answers(session: Session, registration: Registration) -> None:
    """Delete the survey responses and the eligibility exception of a registration."""
    delete_registration_answers(session, registration)
    remove_exception(session, registration)


def withdraw_personal_data_consent(session: Session, registration: Registration, now: datetime) -> RetainedData:
    """Withdraw the consent to personal data for one registration.

    If no other active registration of the person rests on a consent, erase the person. Return what had to be kept.
    """
    registrations = erasure.lock_registrations_of_people(session, [registration.person])
    if not any(other is not registration and has_consent_basis(other) for other in registrations):
        return erase_person(session, registration.person, now)
    retained = find_retained_data_of_registrations(session, [registration], now)
    erase_registration_data(session, registration, retained, now)
    recipient.erase_message_contents(session, registration.person, f"seminar-{registration.seminar_id}")
    session.flush()
    return retained


def has_consent_basis(registration: Registration) -> bool:
    """Return whether a registration is active and its consent, on paper or recorded, is not withdrawn."""
    return registration.status in ACTIVE_STATUSES and not consent.has_withdrawn_consent(
        registration, ConsentPurpose.PERSONAL_DATA
    )
