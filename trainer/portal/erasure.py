"""Withdrawing the consent and being forgotten: what goes at once in every room, and what the law keeps for a time."""

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
    """What stays although its person wants it gone: names on the lists of those who came, entries of the register."""

    attended_registrations: tuple[Registration, ...] = ()
    certificates: tuple[IssuedCertificate, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attended_registrations or self.certificates)

    @property
    def registration_ids(self) -> set[int]:
        """The registrations that stay."""
        certified = {each.registration_id for each in self.certificates if each.registration_id is not None}
        return certified | {each.id for each in self.attended_registrations}


def find_retained_data(session: Session, person: Person) -> RetainedData:
    """Say what the law keeps of a person."""
    people = erasure.list_merged_people(session, person)
    return find_retained_data_of_registrations(
        session, [each for one in people for each in erasure.list_registrations_of_person(session, one)]
    )


def find_retained_data_of_registrations(session: Session, registrations: list[Registration]) -> RetainedData:
    """Say what the law keeps of some registrations."""
    came = list_possible_attendee_ids(session, registrations)
    attended = tuple(each for each in registrations if each.id in came)
    return RetainedData(attended, tuple(list_certificates_of_registrations(session, registrations)))


def erase_person(session: Session, person: Person, now: datetime) -> RetainedData:
    """Forget a person in every room; of somebody who attended or holds a certificate only what the law does not keep."""
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
    """Take consents and answers back; whoever did not come gives the place up and leaves no survey and no exception."""
    erasure.withdraw_all_consents(session, registration, now)
    if registration.id not in retained.registration_ids:
        erasure.cancel_without_notification(session, registration, now)
        delete_registration_answers(session, registration)
        remove_exception(session, registration)


def withdraw_personal_data_consent(session: Session, registration: Registration, now: datetime) -> RetainedData:
    """Take the consent to personal data back; when nothing else of the person rests on a consent, the person is forgotten."""
    registrations = erasure.lock_registrations_of_people(session, [registration.person])
    if not any(each is not registration and has_consent_basis(each) for each in registrations):
        return erase_person(session, registration.person, now)
    kept = find_retained_data_of_registrations(session, [registration])
    erase_registration_data(session, registration, kept, now)
    recipient.erase_message_contents(session, registration.person, f"seminar-{registration.seminar_id}")
    session.flush()
    return kept


def has_consent_basis(registration: Registration) -> bool:
    """Whether a registration goes on and its consent, on paper or recorded, was not taken back."""
    return registration.status in ACTIVE_STATUSES and not consent.has_withdrawn_consent(
        registration, ConsentPurpose.PERSONAL_DATA
    )
