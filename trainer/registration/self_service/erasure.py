"""The parts of erasing a person's data that concern registrations: seats, consents, answers and links."""

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
    """Return every registration of a person, reloaded, in the order of creation."""
    statement = select(Registration).where(Registration.person_id == person.id).order_by(Registration.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def list_merged_people(session: Session, person: Person) -> list[Person]:
    """Return a person and all people whose registrations were merged into theirs.

    Merges are followed over several steps; the given person is the first.
    """
    people = [person]
    for known_person in people:  # the list grows during the loop
        own_ids = select(Registration.id).where(Registration.person_id == known_person.id)
        merged_person_ids = select(Registration.person_id).where(Registration.merged_into_id.in_(own_ids))
        known_ids = [known.id for known in people]
        statement = (
            select(Person).where(Person.id.in_(merged_person_ids), Person.id.not_in(known_ids)).order_by(Person.id)
        )
        people.extend(session.scalars(statement))
    return people


def lock_registrations_of_people(session: Session, people: list[Person]) -> list[Registration]:
    """Lock the seminars of some people and return all their registrations, reloaded.

    Seminars are locked in the order of their ids, so that two such transactions cannot deadlock.
    """
    ids = [person.id for person in people]
    seminar_ids = select(Registration.seminar_id).where(Registration.person_id.in_(ids))
    for seminar in session.scalars(select(Seminar).where(Seminar.id.in_(seminar_ids)).order_by(Seminar.id)).all():
        lock_seminar(session, seminar)
    return [registration for person in people for registration in list_registrations_of_person(session, person)]


def withdraw_all_consents(session: Session, registration: Registration, now: datetime) -> None:
    """Withdraw every consent of a registration and delete the answers that it covered."""
    for purpose in ConsentPurpose:
        consent.withdraw_consent(session, registration, purpose, now)
    registration.answers = {}


def cancel_without_notification(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel an active registration, also after the change deadline, without notifying the person.

    The seminar must be locked.
    """
    if registration.status in ACTIVE_STATUSES:
        release_seat(session, registration, RegistrationStatus.CANCELLED, now)
        registration.notified_status = registration.status


def invalidate_page_links(registration: Registration) -> None:
    """Replace the token, nonce and pass code, so that old links and passes stop working, and clear the network addresses."""
    registration.token, registration.nonce, registration.pass_code = (
        generate_token(),
        generate_token(),
        generate_pass_code(),
    )
    for given_consent in registration.consents:
        given_consent.ip_address = ""
