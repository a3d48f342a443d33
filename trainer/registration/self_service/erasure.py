"""Forgetting a registration: its place, its answers, its consents, the way to its page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.people.models import Person
from trainer.registration import consent
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar


def list_registrations_of_person(session: Session, person: Person) -> list[Registration]:
    """Every registration of a person in the order made, whatever became of it."""
    wanted = select(Registration).where(Registration.person_id == person.id).order_by(Registration.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def list_merged_people(session: Session, person: Person) -> list[Person]:
    """The person, and whom the organizer found to be the same."""
    found = [person]
    for each in found:  # grows while it is walked
        own = select(Registration.id).where(Registration.person_id == each.id)
        merged = select(Registration.person_id).where(Registration.merged_into_id.in_(own))
        known = [other.id for other in found]
        wanted = select(Person).where(Person.id.in_(merged), Person.id.not_in(known)).order_by(Person.id)
        found.extend(session.scalars(wanted))
    return found


def lock_registrations_of_people(session: Session, people: list[Person]) -> list[Registration]:
    """Every registration of some people as it is now, its seminar locked; always in the same order, so that nobody waits in a circle."""
    ids = [each.id for each in people]
    theirs = select(Registration.seminar_id).where(Registration.person_id.in_(ids))
    for each in session.scalars(select(Seminar).where(Seminar.id.in_(theirs)).order_by(Seminar.id)).all():
        lock_seminar(session, each)
    return [each for person in people for each in list_registrations_of_person(session, person)]


def withdraw_all_consents(session: Session, registration: Registration, now: datetime) -> None:
    """Take every consent back, and empty the answers that rested on them."""
    for purpose in ConsentPurpose:
        consent.withdraw_consent(session, registration, purpose, now)
    registration.answers = {}


def cancel_without_notification(session: Session, registration: Registration, now: datetime) -> None:
    """Give up the place or the wish for one, after the cut-off too; nobody is to be told. The seminar is locked."""
    if registration.status in (*ACTIVE_STATUSES, RegistrationStatus.DUPLICATE):
        release_seat(session, registration, RegistrationStatus.CANCELLED, now)
        registration.notified_status = registration.status


def invalidate_page_links(registration: Registration) -> None:
    """Let the address of the page, the pass and the form sent again lead nowhere; of the consents the words and times stay."""
    registration.token, registration.nonce, registration.pass_code = (
        generate_token(),
        generate_token(),
        generate_pass_code(),
    )
    for each in registration.consents:
        each.ip_address = ""
