"""Walk-ins: people who came without registering. An item from a tablet becomes a person, a registration and consents."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.batch_items import CONSENT_LANGUAGES, ItemRefused, WalkInItem
from trainer.fingerprint import compute_fingerprint
from trainer.projects.models import Project
from trainer.registration.consent import (
    ConsentWording,
    build_personal_data_wording,
    build_photo_wording,
    get_or_create_consent_text,
)
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration, RegistrationStatus
from trainer.registration.seats.applicant import Applicant, build_person
from trainer.registration.seats.duplicates import find_likely_duplicate
from trainer.registration.seats.status import lock_registration, set_registration_status
from trainer.registration.seats.submission import find_ended_registration
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

WORDING_LANGUAGES = sorted(CONSENT_LANGUAGES)


def build_consent_wordings(project: Project) -> list[ConsentWording]:
    """Return the consent wordings that a tablet shows to walk-ins: personal data, then photos, in each language."""
    return [
        build_wording(project, language)
        for build_wording in (build_personal_data_wording, build_photo_wording)
        for language in WORDING_LANGUAGES
    ]


def join_wording_versions(wordings: Iterable[ConsentWording]) -> str:
    """Return one version for all wordings, which the tablet sends back with a walk-in."""
    return ".".join(wording.version for wording in wordings)


def store_consent_wordings(session: Session, wordings: Iterable[ConsentWording]) -> None:
    """Store wordings before a tablet shows them, so that a consent can refer to them days later."""
    for wording in wordings:
        get_or_create_consent_text(session, wording)


def map_consent_texts(session: Session, joined_versions: str) -> dict[tuple[str, str], ConsentText]:
    """Return the stored consent texts of joined versions, by purpose and language."""
    versions = joined_versions.split(".")[:8]  # a limit for what an invalid item can ask for
    texts = session.scalars(select(ConsentText).where(ConsentText.version.in_(versions)))
    return {(text.purpose, text.language): text for text in texts}


def register_walk_in(
    session: Session, item: WalkInItem, agreed_at: datetime, now: datetime, ip_address: str
) -> Registration:
    """Register a walk-in, even above the capacity of the seminar, and return the registration.

    Somebody who had cancelled gets the earlier registration back. A person who is probably registered already is a likely
    duplicate, for the organizer to decide. `agreed_at` is the time of the consent by the server's clock.
    Raises ItemRefused if the agreed texts are unknown.
    """
    seminar = session.get_one(Seminar, item.seminar)
    texts = get_agreed_texts(session, item)
    ended = find_ended_registration(session, seminar, build_walk_in_applicant(item))
    if ended is not None:
        return revive_for_walk_in(session, ended, item, texts, agreed_at, now, ip_address)
    duplicate_of = find_likely_duplicate(session, seminar, build_walk_in_applicant(item))
    registration = Registration(
        person=build_person(build_walk_in_applicant(item), now),
        seminar=seminar,
        token=generate_token(),
        pass_code=generate_pass_code(),
        nonce=str(item.id),
        answers={},
        walk_in_id=item.id,
        content_fingerprint=compute_walk_in_fingerprint(item),
        created_at=now,
        likely_duplicate_of=duplicate_of,
        is_likely_duplicate=duplicate_of is not None,
        consents=[Consent(text=text, given_at=agreed_at, ip_address=ip_address) for text in texts],
    )
    set_registration_status(registration, RegistrationStatus.REGISTERED, now)
    registration.notified_status = registration.status  # a person on site needs no notification
    session.add(registration)
    session.flush()
    return registration


def revive_for_walk_in(
    session: Session,
    registration: Registration,
    item: WalkInItem,
    texts: Iterable[ConsentText],
    agreed_at: datetime,
    now: datetime,
    ip_address: str,
) -> Registration:
    """Reactivate the registration of somebody who had cancelled and came nevertheless, and return it."""
    take_missing_details(registration, build_walk_in_applicant(item))
    registration.walk_in_id, registration.content_fingerprint = item.id, compute_walk_in_fingerprint(item)
    registration.consents += [Consent(text=text, given_at=agreed_at, ip_address=ip_address) for text in texts]
    set_registration_status(registration, RegistrationStatus.REGISTERED, now)
    registration.notified_status = registration.status
    session.flush()
    return registration


def compute_walk_in_fingerprint(item: WalkInItem) -> str:
    """Return a fingerprint of what was typed about a walk-in, and of the consent."""
    applicant = asdict(build_walk_in_applicant(item))
    return compute_fingerprint([applicant, item.seminar, item.consent_version, item.has_photo_consent])


def take_missing_details(registration: Registration, applicant: Applicant) -> None:
    """Fill in patronymic, workplace and position where none is stored, and take the language."""
    person = registration.person
    for name in ("patronymic", "workplace", "position"):
        if not getattr(person, name):
            setattr(person, name, getattr(applicant, name))
    person.language = applicant.language


def get_agreed_texts(session: Session, item: WalkInItem) -> list[ConsentText]:
    """Return the consent texts to which a walk-in agreed. Raises ItemRefused if they are unknown."""
    texts: Mapping[tuple[str, str], ConsentText] = map_consent_texts(session, item.consent_version)
    purposes = [ConsentPurpose.PERSONAL_DATA, *([ConsentPurpose.PHOTO] if item.has_photo_consent else [])]
    try:
        return [texts[purpose, item.language] for purpose in purposes]
    except KeyError as error:
        raise ItemRefused("consent") from error


def reopen_walk_in(session: Session, registration: Registration, now: datetime) -> None:
    """Undo the decision that a walk-in is another person: the registration is a likely duplicate again. Raises StatusChanged."""
    lock_registration(session, registration)
    if (
        registration.status != RegistrationStatus.REGISTERED
        or registration.is_likely_duplicate
        or registration.likely_duplicate_of is None
        or registration.walk_in_id is None
    ):
        raise StatusChanged
    registration.is_likely_duplicate = True
    session.flush()


def build_walk_in_applicant(item: WalkInItem) -> Applicant:
    """Return the details of a walk-in."""
    return Applicant(
        surname=item.surname,
        given_name=item.given_name,
        patronymic=item.patronymic,
        phone=item.phone,
        email="",
        workplace=item.workplace,
        position=item.position,
        language=item.language,
    )
