"""Reading the register: certificates by seminar, holder, code, number and file."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.language.collation import build_sort_key
from trainer.raw_queries import RawConnection, RawQuery
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def map_valid_certificates(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Give the valid certificates of a seminar by registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.seminar_id == seminar.id, IssuedCertificate.status == CertificateStatus.VALID
    )
    return {each.registration_id: each for each in session.scalars(wanted) if each.registration_id is not None}


def map_latest_certificates(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Give the last certificate of everybody in a seminar by registration, whatever became of it."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.seminar_id == seminar.id).order_by(IssuedCertificate.id)
    return {each.registration_id: each for each in session.scalars(wanted) if each.registration_id is not None}


def sort_by_recipient(certificates: Iterable[IssuedCertificate]) -> list[IssuedCertificate]:
    """Sort certificates by the printed name, as the Kazakh alphabet does."""
    return sorted(certificates, key=lambda each: (build_sort_key(each.recipient), each.id))


def list_holder_registration_ids(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations of a seminar that ever had a certificate."""
    wanted = select(IssuedCertificate.registration_id).where(IssuedCertificate.seminar_id == seminar.id)
    return {each for each in session.scalars(wanted) if each is not None}


def list_certificates_of_registrations(
    session: Session, registrations: Iterable[Registration]
) -> list[IssuedCertificate]:
    """Give every certificate of some registrations, whatever became of it, in the order of issue."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.registration_id.in_([each.id for each in registrations]))
    return list(session.scalars(wanted.order_by(IssuedCertificate.id)))


def find_valid_certificate(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Find the valid certificate of a registration."""
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.registration_id == registration.id, IssuedCertificate.status == CertificateStatus.VALID
    )
    return session.scalar(wanted)


def find_revoked_certificate(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Find the last certificate of a registration if it was revoked."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.registration_id == registration.id)
    last = session.scalar(wanted.order_by(IssuedCertificate.id.desc()).limit(1))
    return last if last is not None and last.status == CertificateStatus.REVOKED else None


CERTIFICATE_COLUMNS = IssuedCertificate.__table__.c
CHECK_QUERY = RawQuery(
    select(
        CERTIFICATE_COLUMNS.id,
        CERTIFICATE_COLUMNS.code,
        CERTIFICATE_COLUMNS.serial,
        CERTIFICATE_COLUMNS.recipient,
        CERTIFICATE_COLUMNS.facts,
        CERTIFICATE_COLUMNS.issued_on,
        CERTIFICATE_COLUMNS.expires_on,
        CERTIFICATE_COLUMNS.state.label("status"),
        CERTIFICATE_COLUMNS.reason.label("invalidation_reason"),
        CERTIFICATE_COLUMNS.withdrawn_at.label("invalidated_at"),
    ).where(CERTIFICATE_COLUMNS.code == bindparam("wanted"))
)


SUCCESSOR_QUERY = RawQuery(
    select(CERTIFICATE_COLUMNS.code).where(CERTIFICATE_COLUMNS.replaces_id == bindparam("replaced"))
)


def find_certificate_row(glance: RawConnection, code: str) -> Any:
    """Find what a check needs of the certificate with a code, as a row: checks are many and change nothing. None where there is none."""
    return CHECK_QUERY.fetch_first(glance, wanted=code)


def find_certificate_by_code(session: Session, code: str) -> IssuedCertificate | None:
    """Find the certificate of a code."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.code == code))


def find_certificate_by_serial(session: Session, serial: str) -> IssuedCertificate | None:
    """Find the certificate with a number."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.serial == serial))


def find_certificate_by_file(session: Session, sha256: str) -> IssuedCertificate | None:
    """Find the certificate whose frozen file has this SHA-256."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.pdf_sha256 == sha256).limit(1))


def map_invalid_codes(session: Session) -> dict[str, str]:
    """Give the codes that are no longer in force, each with its state."""
    rows = session.execute(
        select(IssuedCertificate.code, IssuedCertificate.status).where(
            IssuedCertificate.status != CertificateStatus.VALID
        )
    )
    return {row.code: row.status for row in rows}


def find_successor_code(glance: RawConnection, certificate_id: int) -> str:
    """Give the code of the certificate that replaces another, empty where there is none."""
    found = SUCCESSOR_QUERY.fetch_first(glance, replaced=certificate_id)
    return str(found.code) if found else ""


def find_successor(session: Session, issued: IssuedCertificate) -> IssuedCertificate | None:
    """Find the certificate that replaces another."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.replaces_id == issued.id))


def count_valid_certificates(session: Session) -> dict[int, int]:
    """Valid certificates by seminar, for lists."""
    rows = session.execute(
        select(IssuedCertificate.seminar_id, func.count())
        .where(IssuedCertificate.status == CertificateStatus.VALID)
        .group_by(IssuedCertificate.seminar_id)
    )
    return {seminar_id: number for seminar_id, number in rows if seminar_id is not None}
