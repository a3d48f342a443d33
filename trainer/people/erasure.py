"""Forgetting a person: the name, the contacts, and the wish of somebody whom the law does not let us forget yet."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.people.models import Person

ERASED_NAME = "—"


def anonymise_person(person: Person, now: datetime) -> None:
    """Leave nothing of a person but a row that registrations hang on."""
    person.surname, person.given_name, person.patronymic = ERASED_NAME, "", ""
    person.certificate_name, person.name_confirmed_at = "", None
    person.workplace = person.position = ""
    erase_contacts(person)
    person.erased_at = now


def erase_contacts(person: Person) -> None:
    """Forget how to reach a person."""
    person.phone = person.email = ""


def record_erasure_request(person: Person, now: datetime) -> None:
    """Forget what may be forgotten of somebody who stays on a list, and keep when it was asked for."""
    erase_contacts(person)
    person.erasure_requested_at = person.erasure_requested_at or now


def list_erasure_requests(session: Session) -> list[Person]:
    """Give those who asked to be erased and wait until the law allows it, the oldest request first."""
    wanted = select(Person).where(Person.erasure_requested_at.is_not(None), Person.erased_at.is_(None))
    return list(session.scalars(wanted.order_by(Person.erasure_requested_at, Person.id)))
