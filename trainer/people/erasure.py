"""Erasing a person's data, at once or as far as the law allows."""

from datetime import datetime

from trainer.people.models import Person

ERASED_NAME = "—"


def anonymise_person(person: Person, now: datetime) -> None:
    """Erase everything about a person; the row stays because registrations refer to it."""
    person.surname, person.given_name, person.patronymic = ERASED_NAME, "", ""
    person.certificate_name, person.name_confirmed_at = "", None
    person.workplace = person.position = ""
    erase_contacts(person)
    person.erased_at = now


def erase_contacts(person: Person) -> None:
    """Erase phone number and e-mail address of a person."""
    person.phone = person.email = ""


def record_erasure_request(person: Person, now: datetime) -> None:
    """Erase the contacts of a person whose name must be kept, and record the time of the request."""
    erase_contacts(person)
    person.erasure_requested_at = person.erasure_requested_at or now
