"""Reading the register: certificates by seminar, holder, code, number and file."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from trainer.issuing.models import IssuedCertificate, State
from trainer.language.collation import sort_key
from trainer.raw_queries import Glance, Look
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def certificates_of(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Give the valid certificates of a seminar by registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.seminar_id == seminar.id, IssuedCertificate.state == State.VALID
    )
    return {each.registration_id: each for each in session.scalars(wanted) if each.registration_id is not None}


def latest_of(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Give the last certificate of everybody in a seminar by registration, whatever became of it."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.seminar_id == seminar.id).order_by(IssuedCertificate.id)
    return {each.registration_id: each for each in session.scalars(wanted) if each.registration_id is not None}


def in_order_of_names(certificates: Iterable[IssuedCertificate]) -> list[IssuedCertificate]:
    """Sort certificates by the printed name, as the Kazakh alphabet does."""
    return sorted(certificates, key=lambda each: (sort_key(each.recipient), each.id))


def holders(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations of a seminar that ever had a certificate."""
    wanted = select(IssuedCertificate.registration_id).where(IssuedCertificate.seminar_id == seminar.id)
    return {each for each in session.scalars(wanted) if each is not None}


def ever_issued(session: Session, registrations: Iterable[Registration]) -> list[IssuedCertificate]:
    """Give every certificate of some registrations, whatever became of it, in the order of issue."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.registration_id.in_([each.id for each in registrations]))
    return list(session.scalars(wanted.order_by(IssuedCertificate.id)))


def certificate_for(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Find the valid certificate of a registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.registration_id == registration.id, IssuedCertificate.state == State.VALID
    )
    return session.scalar(wanted)


def revoked_for(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Find the last certificate of a registration if it was revoked."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.registration_id == registration.id)
    last = session.scalar(wanted.order_by(IssuedCertificate.id.desc()).limit(1))
    return last if last is not None and last.state == State.REVOKED else None


ENTRY = IssuedCertificate.__table__.c
CHECK = Look(
    select(
        ENTRY.id,
        ENTRY.code,
        ENTRY.serial,
        ENTRY.recipient,
        ENTRY.facts,
        ENTRY.issued_on,
        ENTRY.expires_on,
        ENTRY.state,
        ENTRY.reason,
        ENTRY.withdrawn_at,
    ).where(ENTRY.code == bindparam("wanted"))
)


SUCCESSOR = Look(select(ENTRY.code).where(ENTRY.replaces_id == bindparam("replaced")))


def entry_of_code(glance: Glance, code: str) -> Any:
    """Find what a check needs of the certificate with a code, as a row: checks are many and change nothing. None where there is none."""
    return CHECK.first(glance, wanted=code)


def find_by_code(session: Session, code: str) -> IssuedCertificate | None:
    """Find the certificate of a code."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.code == code))


def find_by_serial(session: Session, serial: str) -> IssuedCertificate | None:
    """Find the certificate with a number."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.serial == serial))


def find_by_file(session: Session, sha256: str) -> IssuedCertificate | None:
    """Find the certificate whose frozen file has this SHA-256."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.pdf_sha256 == sha256).limit(1))


def withdrawn_codes(session: Session) -> dict[str, str]:
    """Give the codes that are no longer in force, each with its state."""
    rows = session.execute(
        select(IssuedCertificate.code, IssuedCertificate.state).where(IssuedCertificate.state != State.VALID)
    )
    return {row.code: row.state for row in rows}


def code_of_successor(glance: Glance, entry_id: int) -> str:
    """Give the code of the certificate that replaces another, empty where there is none."""
    found = SUCCESSOR.first(glance, replaced=entry_id)
    return str(found.code) if found else ""


def successor_of(session: Session, issued: IssuedCertificate) -> IssuedCertificate | None:
    """Find the certificate that replaces another."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.replaces_id == issued.id))


def counts(session: Session) -> dict[int, int]:
    """Valid certificates by seminar, for lists."""
    rows = session.execute(
        select(IssuedCertificate.seminar_id, func.count())
        .where(IssuedCertificate.state == State.VALID)
        .group_by(IssuedCertificate.seminar_id)
    )
    return {seminar_id: number for seminar_id, number in rows if seminar_id is not None}
