"""Queries of the register: certificates by seminar, holder, code, serial and file; its public export; expiry."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from certificates import Keyring, MalformedSerial, compute_expiry_timestamp, hash_code, parse_serial
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.language.collation import build_sort_key
from trainer.raw_queries import RawConnection, RawQuery
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def map_valid_certificates(session: Session, seminar: Seminar) -> dict[int, IssuedCertificate]:
    """Return the valid certificates of a seminar by registration id."""
    query = select(IssuedCertificate).where(
        IssuedCertificate.seminar_id == seminar.id, IssuedCertificate.status == CertificateStatus.VALID
    )
    return {issued.registration_id: issued for issued in session.scalars(query) if issued.registration_id is not None}


def sort_by_recipient(certificates: Iterable[IssuedCertificate]) -> list[IssuedCertificate]:
    """Sort certificates by the printed name in Kazakh alphabetical order."""
    return sorted(certificates, key=lambda issued: (build_sort_key(issued.recipient), issued.id))


def find_holder_registration_ids(session: Session, seminar: Seminar, typed: str) -> set[int]:
    """Return the registrations of a seminar whose latest certificate has a serial that contains what was typed."""
    latest = select(func.max(IssuedCertificate.id)).where(IssuedCertificate.seminar_id == seminar.id)
    query = select(IssuedCertificate.registration_id).where(
        IssuedCertificate.id.in_(latest.group_by(IssuedCertificate.registration_id)),
        IssuedCertificate.serial.contains(typed.upper(), autoescape=True),
    )
    return {registration_id for registration_id in session.scalars(query) if registration_id is not None}


def list_certificates_of_registrations(
    session: Session, registrations: Iterable[Registration]
) -> list[IssuedCertificate]:
    """Return all certificates of these registrations, whatever their status, in order of issue."""
    ids = [registration.id for registration in registrations]
    return list(session.scalars(build_certificates_query(), {"registration_ids": ids}))


@cache
def build_certificates_query() -> Select[Any]:
    """Build the query for all certificates of some registrations in order of issue."""
    of_registrations = IssuedCertificate.registration_id.in_(bindparam("registration_ids", expanding=True))
    return select(IssuedCertificate).where(of_registrations).order_by(IssuedCertificate.id)


def find_valid_certificate(session: Session, registration: Registration) -> IssuedCertificate | None:
    """Return the valid certificate of a registration, or None."""
    query = select(IssuedCertificate).where(
        IssuedCertificate.registration_id == registration.id, IssuedCertificate.status == CertificateStatus.VALID
    )
    return session.scalar(query)


def pick_valid_certificate(certificates: Sequence[IssuedCertificate]) -> IssuedCertificate | None:
    """Return the valid one of a registration's certificates, or None."""
    return next((issued for issued in certificates if issued.status == CertificateStatus.VALID), None)


def pick_revoked_certificate(certificates: Sequence[IssuedCertificate]) -> IssuedCertificate | None:
    """Return the latest of a registration's certificates, in order of issue, if it was revoked, else None."""
    is_revoked = bool(certificates) and certificates[-1].status == CertificateStatus.REVOKED
    return certificates[-1] if is_revoked else None


CERTIFICATE_COLUMNS = IssuedCertificate.__table__.c
CHECKED_COLUMNS = (
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
)


def build_last_successor_id() -> ScalarSelect[int]:
    """Build the subquery for the last certificate of the chain that replaces the one with id `replaced`."""
    chain = (
        select(CERTIFICATE_COLUMNS.id)
        .where(CERTIFICATE_COLUMNS.replaces_id == bindparam("replaced"))
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(select(CERTIFICATE_COLUMNS.id).join(chain, CERTIFICATE_COLUMNS.replaces_id == chain.c.id))
    return select(func.max(chain.c.id)).scalar_subquery()  # a successor is always newer


# Raw queries: one row through the driver takes a sixth of the time that it takes through SQLAlchemy.
CHECK_QUERY = RawQuery(select(*CHECKED_COLUMNS).where(CERTIFICATE_COLUMNS.code == bindparam("searched_code")))
LAST_SUCCESSOR_QUERY = RawQuery(select(*CHECKED_COLUMNS).where(CERTIFICATE_COLUMNS.id == build_last_successor_id()))


def find_certificate_row(glance: RawConnection, code: str) -> Any:
    """Return what verification needs of the certificate with a code, as a row of a raw query; None if there is none.

    Verifications are frequent and change nothing.
    """
    return CHECK_QUERY.fetch_first(glance, searched_code=code)


def find_certificate_by_code(session: Session, code: str) -> IssuedCertificate | None:
    """Return the certificate with this code, or None."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.code == code))


def find_certificate_by_serial(session: Session, serial: str) -> IssuedCertificate | None:
    """Return the certificate with this serial, or None."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.serial == serial))


def list_certificates_by_serial(
    session: Session, seminar_ids: Sequence[int], typed: str, limit: int
) -> list[IssuedCertificate]:
    """Return the certificates of these seminars with a serial, or with a part of one that has a digit, the newest first."""
    try:
        condition = IssuedCertificate.serial == parse_serial(typed)
    except MalformedSerial:
        part = typed.upper().replace(" ", "")
        if not any(character.isdigit() for character in part):
            return []
        condition = IssuedCertificate.serial.contains(part, autoescape=True)
    query = select(IssuedCertificate).where(IssuedCertificate.seminar_id.in_(seminar_ids), condition)
    return list(session.scalars(query.order_by(IssuedCertificate.id.desc()).limit(limit)))


def find_certificate_by_file(session: Session, sha256: str) -> IssuedCertificate | None:
    """Return the certificate whose stored file has this SHA-256, or None."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.pdf_sha256 == sha256).limit(1))


def map_invalid_codes(session: Session) -> dict[str, str]:
    """Return the status of each code that is no longer in force."""
    rows = session.execute(
        select(IssuedCertificate.code, IssuedCertificate.status).where(
            IssuedCertificate.status != CertificateStatus.VALID
        )
    )
    return {row.code: row.status for row in rows}


def find_last_successor_row(glance: RawConnection, certificate_id: int) -> Any:
    """Return the certificate at the end of the chain that replaces another, as `find_certificate_row` does; None without one."""
    return LAST_SUCCESSOR_QUERY.fetch_first(glance, replaced=certificate_id)


def find_last_successor(session: Session, issued: IssuedCertificate) -> IssuedCertificate | None:
    """Return the certificate at the end of the chain that replaces another: in force, expired or revoked; None without one."""
    query = select(IssuedCertificate).where(IssuedCertificate.id == build_last_successor_id())
    return session.scalar(query, {"replaced": issued.id})


def map_last_successors(session: Session) -> dict[str, dict[str, str]]:
    """Return, by the code of each replaced certificate, what public lists say about the one at the end of its chain.

    That is its serial, and the hash by which they list it: `serial` and `code_sha256`.
    """
    replaced = aliased(IssuedCertificate)
    rows = session.execute(
        select(replaced.code.label("old"), IssuedCertificate.code.label("new"), IssuedCertificate.serial)
        .join(replaced, IssuedCertificate.replaces_id == replaced.id)
        .order_by(IssuedCertificate.id.desc())
    )
    successors: dict[str, dict[str, str]] = {}
    for row in rows:  # the newest first, so the end of a chain is known before what it replaces
        entry = {"serial": row.serial, "code_sha256": hash_code(row.new)}
        successors[row.old] = successors.get(row.new, entry)
    return successors


def get_certificate_zone(issued: IssuedCertificate | Any) -> ZoneInfo:
    """Return the time zone in which the days of a certificate begin and end."""
    return ZoneInfo(issued.facts["timezone"])


def has_expired(issued: IssuedCertificate | Any, now: datetime) -> bool:
    """Return whether the last valid day of a certificate is over in its zone."""
    return issued.expires_on is not None and issued.expires_on < now.astimezone(get_certificate_zone(issued)).date()


def has_certificate_in_force(session: Session, seminar: Seminar, now: datetime) -> bool:
    """Return whether any certificate of a seminar is valid and has not expired."""
    query = select(IssuedCertificate.expires_on, IssuedCertificate.facts).where(
        IssuedCertificate.seminar_id == seminar.id, IssuedCertificate.status == CertificateStatus.VALID
    )
    return any(not has_expired(issued, now) for issued in session.execute(query).yield_per(10))


def list_expired_ids(session: Session, seminar: Seminar, now: datetime) -> set[int]:
    """Return the registrations of a seminar whose valid certificate has expired."""
    columns = (IssuedCertificate.registration_id, IssuedCertificate.expires_on, IssuedCertificate.facts)
    query = select(*columns).where(
        IssuedCertificate.seminar_id == seminar.id,
        IssuedCertificate.status == CertificateStatus.VALID,
        IssuedCertificate.registration_id.is_not(None),
        IssuedCertificate.expires_on <= now.date() + timedelta(days=1),  # in every time zone
    )
    return {row.registration_id for row in session.execute(query) if has_expired(row, now)}


def build_public_register(session: Session, keyring: Keyring, host: str, now: datetime) -> dict[str, Any]:
    """Return the register in the format of `certificates.parse_register`, with the keys for its seals."""
    columns = (
        IssuedCertificate.code,
        IssuedCertificate.pdf_sha256,
        IssuedCertificate.status,
        IssuedCertificate.invalidation_reason,
        IssuedCertificate.invalidated_at,
        IssuedCertificate.expires_on,
        IssuedCertificate.facts,
    )
    successors = map_last_successors(session)
    rows = session.execute(select(*columns).order_by(IssuedCertificate.id).execution_options(yield_per=1000))
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "host": host,
        **keyring.build_jwks(),
        "certificates": [
            {
                "code_sha256": hash_code(row.code),
                "pdf_sha256": row.pdf_sha256,
                "state": row.status,
                "reason": row.invalidation_reason,
                "withdrawn_at": row.invalidated_at.isoformat(timespec="seconds") if row.invalidated_at else None,
                "expires_at": compute_expiry_timestamp(row.expires_on, get_certificate_zone(row))
                if row.expires_on
                else None,
                "specimen": row.facts["specimen"],
            }
            | ({"replaced_by": successors[row.code]} if row.code in successors else {})
            for row in rows
        ],
    }
