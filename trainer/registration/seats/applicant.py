"""The details of a person who registers, before there is a row for them."""

from dataclasses import dataclass
from datetime import datetime

from trainer.people.models import Person
from trainer.people.names import join_names


@dataclass(frozen=True)
class Applicant:
    """Validated details from a form or a row of an imported list; an empty string where nothing was given."""

    surname: str
    given_name: str
    patronymic: str
    phone: str
    email: str
    workplace: str
    position: str
    language: str

    @property
    def full_name(self) -> str:
        """Return surname, given name and patronymic in the nominative."""
        return join_names(self.surname, self.given_name, self.patronymic)


def build_person(applicant: Applicant, now: datetime) -> Person:
    """Return a new person, not yet added to a session."""
    return Person(
        surname=applicant.surname,
        given_name=applicant.given_name,
        patronymic=applicant.patronymic,
        phone=applicant.phone,
        email=applicant.email,
        workplace=applicant.workplace,
        position=applicant.position,
        language=applicant.language,
        created_at=now,
    )
