"""Who of the people at an activity's seminars gave no consent to photos, and who is shown in what."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Select, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import list_present_registration_ids
from trainer.evidence.links import Proof, build_key
from trainer.evidence.models import ShownPerson
from trainer.people.models import Person
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import build_seminar_load_options, select_seminar_ids


def list_present_ids(session: Session, activity_id: int, now: datetime) -> set[int]:
    """Return the ids of registrations of people who were present at any seminar of an activity."""
    query = select(Seminar).where(Seminar.activity_id == activity_id, Seminar.archived_at.is_(None))
    seminars = list(session.scalars(query.options(*build_seminar_load_options())))
    return list_present_registration_ids(session, seminars, now) if seminars else set()


def list_people_without_photo_consent(session: Session, registration_ids: set[int]) -> list[Person]:
    """Return the people of registrations who gave no consent to photos, or withdrew it, by name."""
    query = (
        select(Person)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.id.in_(registration_ids), ~build_given_consent_clause(ConsentPurpose.PHOTO))
        .distinct()
    )
    return sorted(session.scalars(query), key=lambda person: person.sort_key)


def list_people(session: Session, registration_ids: set[int]) -> list[Person]:
    """Return the people of registrations, by name."""
    query = select(Person).join(Registration, Registration.person_id == Person.id)
    query = query.where(Registration.id.in_(registration_ids)).distinct()
    return sorted(session.scalars(query), key=lambda person: person.sort_key)


def list_shown_people(session: Session, proof: Proof) -> Sequence[ShownPerson]:
    """Return the people who are marked in a photo, a video or a publication, in the order in which they were marked."""
    query = select(ShownPerson).filter_by(**build_key(proof)).order_by(ShownPerson.id)
    return session.scalars(query.options(joinedload(ShownPerson.person))).all()


def mark_shown_person(session: Session, proof: Proof, person_id: int, present_ids: set[int], now: datetime) -> bool:
    """Mark somebody of the registrations `present_ids` as shown in a file or a publication; return False for anybody else."""
    if any(mark.person_id == person_id for mark in list_shown_people(session, proof)):
        return True
    if person_id not in {person.id for person in list_people(session, present_ids)}:
        return False
    session.add(ShownPerson(**build_key(proof), person_id=person_id, marked_at=now))
    return True


def unmark_shown_person(session: Session, proof: Proof, person_id: int) -> None:
    """Remove the mark of a person in a file or a publication."""
    for mark in list_shown_people(session, proof):
        if mark.person_id == person_id:
            session.delete(mark)


def select_withdrawals(project_id: int | BindParameter[int]) -> Select[int, datetime | None]:
    """Return a SELECT of the people who withdrew their consent in a project and did not give it again, with the time."""
    return (
        select(Registration.person_id, func.max(Consent.withdrawn_at, type_=Consent.withdrawn_at.type))
        .join(Consent, Consent.registration_id == Registration.id)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .where(
            Registration.seminar_id.in_(select_seminar_ids(project_id)),
            ConsentText.purpose == ConsentPurpose.PHOTO,
            Consent.withdrawn_at.is_not(None),
            ~build_given_consent_clause(ConsentPurpose.PHOTO),
        )
        .group_by(Registration.person_id)
    )


def map_withdrawals(session: Session, project_id: int, person_ids: Collection[int]) -> dict[int, datetime]:
    """Return when those of some people who withdrew their consent in a project did so, by the id of the person."""
    if not person_ids:
        return {}
    query = select_withdrawals(project_id).where(Registration.person_id.in_(person_ids))
    return {person_id: moment for person_id, moment in session.execute(query) if moment}
