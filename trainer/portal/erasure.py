"""Withdrawing the consent and being forgotten: what goes at once in every room, and what the law keeps for a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.ledger import seen
from trainer.issuing.eligibility import take_exception_back
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import ever_issued
from trainer.messages import recipient
from trainer.people.erasure import anonymise, request_erasure
from trainer.people.models import Person
from trainer.registration import consent
from trainer.registration.models import LIVE, Purpose, Registration
from trainer.registration.self_service import erasure
from trainer.surveys.responses import forget_answers


@dataclass(frozen=True)
class Kept:
    """What stays although its person wants it gone: names on the lists of those who came, entries of the register."""

    attended: tuple[Registration, ...] = ()
    certificates: tuple[IssuedCertificate, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attended or self.certificates)

    @property
    def ids(self) -> set[int]:
        """The registrations that stay."""
        certified = {each.registration_id for each in self.certificates if each.registration_id is not None}
        return certified | {each.id for each in self.attended}


def what_stays(session: Session, person: Person) -> Kept:
    """Say what the law keeps of a person."""
    people = erasure.same_people(session, person)
    return kept_of(session, [each for one in people for each in erasure.all_registrations_of(session, one)])


def kept_of(session: Session, registrations: list[Registration]) -> Kept:
    """Say what the law keeps of some registrations."""
    came = seen(session, registrations)
    attended = tuple(each for each in registrations if each.id in came)
    return Kept(attended, tuple(ever_issued(session, registrations)))


def erase(session: Session, person: Person, now: datetime) -> Kept:
    """Forget a person in every room; of somebody who attended or holds a certificate only what the law does not keep."""
    people = erasure.same_people(session, person)
    registrations = erasure.locked_registrations(session, people)
    kept = kept_of(session, registrations)
    for each in registrations:
        forget_registration(session, each, kept, now)
    for one in people:
        recipient.forget(session, one)
        if kept:
            request_erasure(one, now)
        else:
            anonymise(one, now)
    if not kept:
        for each in registrations:
            erasure.close_page(each)
    session.flush()
    return kept


def forget_registration(session: Session, registration: Registration, kept: Kept, now: datetime) -> None:
    """Take consents and answers back; whoever did not come gives the place up and leaves no survey and no exception."""
    erasure.withdraw_consents(session, registration, now)
    if registration.id not in kept.ids:
        erasure.give_up(session, registration, now)
        forget_answers(session, registration)
        take_exception_back(session, registration)


def withdraw(session: Session, registration: Registration, now: datetime) -> Kept:
    """Take the consent to personal data back; when nothing else of the person rests on a consent, the person is forgotten."""
    registrations = erasure.locked_registrations(session, [registration.person])
    if not any(each is not registration and rests_on_consent(each) for each in registrations):
        return erase(session, registration.person, now)
    kept = kept_of(session, [registration])
    forget_registration(session, registration, kept, now)
    recipient.forget(session, registration.person, f"seminar-{registration.seminar_id}")
    session.flush()
    return kept


def rests_on_consent(registration: Registration) -> bool:
    """Whether a registration goes on and its consent, on paper or recorded, was not taken back."""
    return registration.state in LIVE and not consent.withdrawn(registration, Purpose.PERSONAL_DATA)
