"""People who came without registering: a tablet's note becomes a person, a registration, and the consent that was given."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.batch_items import CONSENT_LANGUAGES, ItemRefused, WalkInItem
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.consent import (
    ConsentWording,
    build_personal_data_wording,
    build_photo_wording,
    get_or_create_consent_text,
)
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration, RegistrationStatus
from trainer.registration.seats.duplicates import find_likely_duplicate
from trainer.registration.seats.status import lock_registration, set_registration_status
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

WORDING_LANGUAGES = sorted(CONSENT_LANGUAGES)


def build_consent_wordings(project: Project) -> list[ConsentWording]:
    """Give what a tablet shows to somebody who came without registering: on personal data, then on photos, in each language."""
    return [
        make(project, language)
        for make in (build_personal_data_wording, build_photo_wording)
        for language in WORDING_LANGUAGES
    ]


def join_wording_versions(wordings: Iterable[ConsentWording]) -> str:
    """Name all these wordings at once, as the tablet will name them when it says what was agreed to."""
    return ".".join(each.version for each in wordings)


def store_consent_wordings(session: Session, wordings: Iterable[ConsentWording], now: datetime) -> None:
    """Keep what a tablet is about to show, so that it is known when a consent comes days later."""
    for each in wordings:
        get_or_create_consent_text(session, each, now)


def map_consent_texts(session: Session, joined_versions: str) -> dict[tuple[str, str], ConsentText]:
    """Find the kept wordings that a tablet names, by purpose and language."""
    found = session.scalars(select(ConsentText).where(ConsentText.version.in_(joined_versions.split(".")[:8])))
    return {(each.purpose, each.language): each for each in found}


def register_walk_in(
    session: Session, item: WalkInItem, agreed_at: datetime, now: datetime, ip_address: str
) -> Registration:
    """Register somebody who stands in the hall, whatever the number of places; `agreed_at` is when they agreed.

    Somebody who likely is registered already becomes a likely duplicate, for the organizer to decide. Raises Refused.
    """
    seminar = session.get_one(Seminar, item.seminar)
    agreed = get_agreed_texts(session, item)
    same = find_likely_duplicate(session, seminar, item.surname, item.given_name, item.phone)
    registration = Registration(
        person=create_walk_in_person(item, now),
        seminar=seminar,
        token=generate_token(),
        pass_code=generate_pass_code(),
        nonce=str(item.id),
        answers={},
        walk_in_id=item.id,
        created_at=now,
        likely_duplicate_of=same,
        consents=[Consent(text=each, given_at=agreed_at, ip_address=ip_address) for each in agreed],
    )
    set_registration_status(registration, RegistrationStatus.DUPLICATE if same else RegistrationStatus.REGISTERED, now)
    registration.notified_status = registration.status  # who stands in the hall need not be told of it
    session.add(registration)
    session.flush()
    return registration


def get_agreed_texts(session: Session, item: WalkInItem) -> list[ConsentText]:
    """Find the wordings that somebody agreed to. Raises Refused where they are not known."""
    known: Mapping[tuple[str, str], ConsentText] = map_consent_texts(session, item.consent_version)
    purposes = (
        (ConsentPurpose.PERSONAL_DATA, ConsentPurpose.PHOTO)
        if item.has_photo_consent
        else (ConsentPurpose.PERSONAL_DATA,)
    )
    try:
        return [known[purpose, item.language] for purpose in purposes]
    except KeyError as error:
        raise ItemRefused("consent") from error


def reopen_walk_in(session: Session, registration: Registration, now: datetime) -> None:
    """Take back that somebody who came is another person: the likely duplicate waits for a decision again. Raises StatusChanged."""
    lock_registration(session, registration)
    if (
        registration.status != RegistrationStatus.REGISTERED
        or registration.likely_duplicate_of is None
        or registration.walk_in_id is None
    ):
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.DUPLICATE, now)


def create_walk_in_person(item: WalkInItem, now: datetime) -> Person:
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
