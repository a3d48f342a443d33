"""People who came without registering: a tablet's note becomes a person, a registration, and the consent that was given."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.batch_items import CONSENT_LANGUAGES, Refused, WalkIn
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.consent import Wording, kept_text, personal_data_wording, photo_wording
from trainer.registration.models import Consent, ConsentText, Purpose, Registration, State
from trainer.registration.seats.duplicates import likely_same
from trainer.registration.seats.enrolment import new_pass_code, new_token
from trainer.registration.seats.waiting_list import StateChanged, locked, move
from trainer.seminars.models import Seminar

LANGUAGES = sorted(CONSENT_LANGUAGES)


def wordings(project: Project) -> list[Wording]:
    """Give what a tablet shows to somebody who came without registering: on personal data, then on photos, in each language."""
    return [make(project, language) for make in (personal_data_wording, photo_wording) for language in LANGUAGES]


def version_of(shown: Iterable[Wording]) -> str:
    """Name all these wordings at once, as the tablet will name them when it says what was agreed to."""
    return ".".join(each.version for each in shown)


def keep_wordings(session: Session, shown: Iterable[Wording], now: datetime) -> None:
    """Keep what a tablet is about to show, so that it is known when a consent comes days later."""
    for each in shown:
        kept_text(session, each, now)


def texts_named(session: Session, version: str) -> dict[tuple[str, str], ConsentText]:
    """Find the kept wordings that a tablet names, by purpose and language."""
    found = session.scalars(select(ConsentText).where(ConsentText.version.in_(version.split(".")[:8])))
    return {(each.purpose, each.language): each for each in found}


def register_walk_in(session: Session, item: WalkIn, moment: datetime, now: datetime, address: str) -> Registration:
    """Register somebody who stands in the hall, whatever the number of places; `moment` is when they agreed.

    Somebody who likely is registered already becomes a likely duplicate, for the organizer to decide. Raises Refused.
    """
    seminar = session.get_one(Seminar, item.seminar)
    agreed = texts_agreed(session, item)
    same = likely_same(session, seminar, item.surname, item.given_name, item.phone)
    registration = Registration(
        person=person_of(item, now),
        seminar=seminar,
        token=new_token(),
        pass_code=new_pass_code(),
        nonce=str(item.id),
        answers={},
        walk_in_id=item.id,
        created_at=now,
        likely_same_as=same,
        consents=[Consent(text=each, given_at=moment, address=address) for each in agreed],
    )
    move(registration, State.DUPLICATE if same else State.REGISTERED, now)
    registration.told = registration.state  # who stands in the hall need not be told of it
    session.add(registration)
    session.flush()
    return registration


def texts_agreed(session: Session, item: WalkIn) -> list[ConsentText]:
    """Find the wordings that somebody agreed to. Raises Refused where they are not known."""
    known: Mapping[tuple[str, str], ConsentText] = texts_named(session, item.consent)
    purposes = (Purpose.PERSONAL_DATA, Purpose.PHOTO) if item.photo else (Purpose.PERSONAL_DATA,)
    try:
        return [known[purpose, item.language] for purpose in purposes]
    except KeyError as error:
        raise Refused("consent") from error


def ask_again(session: Session, registration: Registration, now: datetime) -> None:
    """Take back that somebody who came is another person: the likely duplicate waits for a decision again. Raises StateChanged."""
    locked(session, registration)
    if registration.state != State.REGISTERED or registration.likely_same_as is None or registration.walk_in_id is None:
        raise StateChanged
    move(registration, State.DUPLICATE, now)


def person_of(item: WalkIn, now: datetime) -> Person:
    """Make the person."""
    return Person(
        surname=item.surname,
        given_name=item.given_name,
        patronymic=item.patronymic,
        phone=item.phone,
        email="",
        workplace=item.workplace,
        position=item.position,
        language=item.language,
        created_at=now,
    )
