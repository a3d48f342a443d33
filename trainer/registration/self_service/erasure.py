"""The parts of erasing a person's data that concern registrations: seats, consents, answers and links."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.people.spelling import fold_name
from trainer.projects.models import Activity, Task
from trainer.registration import consent
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.status import set_registration_status
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number


def list_registrations_of_person(session: Session, person: Person) -> list[Registration]:
    """Return every registration of a person, reloaded, in the order of creation, with seminars and projects."""
    seminar = joinedload(Registration.seminar)
    project = seminar.joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    statement = select(Registration).where(Registration.person_id == person.id).order_by(Registration.id)
    statement = statement.options(project, seminar.selectinload(Seminar.sessions))
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def list_merged_people(session: Session, person: Person) -> list[Person]:
    """Return a person and all people whose registrations were merged into theirs.

    Merges are followed over several steps; the given person is the first.
    """
    people = [person]
    for known_person in people:  # the list grows during the loop
        own_ids = select(Registration.id).where(Registration.person_id == known_person.id)
        merged_person_ids = select(Registration.person_id).where(
            Registration.merged_into_id.in_(own_ids), Registration.status == RegistrationStatus.MERGED
        )
        known_ids = [known.id for known in people]
        statement = (
            select(Person).where(Person.id.in_(merged_person_ids), Person.id.not_in(known_ids)).order_by(Person.id)
        )
        people.extend(session.scalars(statement))
    return people


def list_superseded_people(session: Session, registrations: Iterable[Registration]) -> list[Person]:
    """Return the people whose ended registrations these ones supersede, over several steps, and who have no other ones."""
    superseded: list[Registration] = []
    found = list(registrations)
    while found:
        statement = select(Registration).where(
            Registration.status == RegistrationStatus.SUPERSEDED,
            Registration.merged_into_id.in_([registration.id for registration in found]),
        )
        found = list(session.scalars(statement.order_by(Registration.id)))
        superseded += found
    return list_people_of(session, superseded)


def list_repeating_people(session: Session, registrations: Iterable[Registration]) -> list[Person]:
    """Return the people who registered later with the details of these ones, who are undecided, and who have no other registrations.

    Phone, name and patronymic are the same, and the email address is none or the same. Nobody else's data are theirs to erase:
    who registers with the details of somebody else must not be able to erase that person, so an earlier registration is never
    returned.
    """
    earlier = {registration.id: registration.person for registration in registrations}
    statement = select(Registration).where(
        Registration.likely_duplicate_of_id.in_(earlier), Registration.is_likely_duplicate
    )
    later = [
        registration
        for registration in session.scalars(statement.order_by(Registration.id))
        if registration.likely_duplicate_of_id is not None
        and has_same_details(earlier[registration.likely_duplicate_of_id], registration.person)
    ]
    return list_people_of(session, [registration for registration in later if registration.id not in earlier])


def has_same_details(person: Person, other: Person) -> bool:
    """Return whether the details of somebody are those of a person, or left out."""
    is_same_phone = person.phone == other.phone and is_phone_number(person.phone)
    is_same_name = fold_name(person).is_same_as(fold_name(other))
    return is_same_phone and is_same_name and other.email in ("", person.email)


def list_people_of(session: Session, registrations: list[Registration]) -> list[Person]:
    """Return the people of some registrations who have no other registration."""
    ids = {registration.id for registration in registrations}
    people = {registration.person_id: registration.person for registration in registrations}
    statement = select(Registration.person_id).where(Registration.person_id.in_(people), Registration.id.not_in(ids))
    elsewhere = set(session.scalars(statement))
    return [person for person_id, person in sorted(people.items()) if person_id not in elsewhere]


def release_references(session: Session, registrations: list[Registration], now: datetime) -> None:
    """Settle what others have to do with erased registrations.

    Undecided duplicates have nothing left to be compared with, and a superseded registration stands for itself again.
    """
    ids = [registration.id for registration in registrations]
    session.execute(
        update(Registration)
        .where(Registration.likely_duplicate_of_id.in_(ids), Registration.is_likely_duplicate)
        .values(likely_duplicate_of_id=None, is_likely_duplicate=False, is_alert_due=False)
    )
    statement = select(Registration).join(Registration.person)
    superseded = statement.where(
        Registration.merged_into_id.in_(ids),
        Registration.status == RegistrationStatus.SUPERSEDED,
        Person.erased_at.is_(None),
    )
    for registration in session.scalars(superseded):
        set_registration_status(registration, RegistrationStatus.CANCELLED, now)
        registration.notified_status = registration.status
    session.flush()


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
    """Replace the token, nonce and pass code, so that old links and passes stop working.

    The network addresses and the fingerprint of what was typed are cleared.
    """
    registration.content_fingerprint = ""
    registration.token, registration.nonce, registration.pass_code = (
        generate_token(),
        generate_token(),
        generate_pass_code(),
    )
    for given_consent in registration.consents:
        given_consent.ip_address = ""
