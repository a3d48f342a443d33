"""Verdict on a code or a number: mistyped, unknown, revoked, replaced, expired or valid, with every printed fact."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from certificates import MalformedCode, MalformedSerial, parse_code, parse_serial
from trainer.issuing.issuance.facts import PrintedFacts, parse_printed_facts
from trainer.issuing.models import CertificateStatus, InvalidationReason, IssuedCertificate
from trainer.issuing.register import (
    find_certificate_by_serial,
    find_certificate_row,
    find_last_successor_row,
    get_certificate_zone,
    has_expired,
)
from trainer.people.spelling import list_spellings
from trainer.raw_queries import RawConnection


class Verdict(StrEnum):
    """Result of a verification in one word."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True)
class SuccessorVerdict:
    """The certificate at the end of the chain that replaces another one, and the verdict on it."""

    code: str
    serial: str
    verdict: Verdict


@dataclass(frozen=True)
class Invalidation:
    """Date and reason since which a certificate is not in force, and what replaces it."""

    since: date
    reason: InvalidationReason
    successor: SuccessorVerdict | None = None


@dataclass(frozen=True)
class VerificationResult:
    """The verdict on a code at a moment, with the printed facts."""

    verdict: Verdict
    checked_at: datetime
    facts: PrintedFacts | None = None
    invalidation: Invalidation | None = None

    @property
    def is_specimen(self) -> bool:
        """Return whether it is a certificate of the example project."""
        return self.facts is not None and self.facts.specimen


def verify_code(glance: RawConnection, text: str, now: datetime) -> VerificationResult:
    """Verify a typed or scanned code; a code with a wrong check character is never searched for."""
    try:
        code = parse_code(text)
    except MalformedCode:
        return VerificationResult(Verdict.MISTYPED, now)
    issued = find_certificate_row(glance, code)
    if issued is None:
        return VerificationResult(Verdict.UNKNOWN, now)
    return VerificationResult(
        determine_verdict(issued, now), now, parse_printed_facts(issued), build_invalidation(glance, issued, now)
    )


def determine_verdict(issued: Any, now: datetime) -> Verdict:
    """Return the verdict on an issued certificate: revocation and replacement take precedence over expiry."""
    if issued.status != CertificateStatus.VALID:
        return Verdict(issued.status)
    return Verdict.EXPIRED if has_expired(issued, now) else Verdict.VALID


def build_invalidation(glance: RawConnection, issued: Any, now: datetime) -> Invalidation | None:
    """Return date and reason of a revocation or replacement; None if the certificate is in force."""
    if issued.invalidated_at is None:
        return None
    is_replaced = issued.status == CertificateStatus.REPLACED
    successor = find_last_successor_row(glance, issued.id) if is_replaced else None
    day = issued.invalidated_at.astimezone(get_certificate_zone(issued)).date()
    reason = InvalidationReason(issued.invalidation_reason)
    return Invalidation(day, reason, build_successor(successor, now) if successor else None)


def build_successor(issued: Any, now: datetime) -> SuccessorVerdict:
    """Return what is said about the certificate that replaces another one."""
    return SuccessorVerdict(issued.code, issued.serial, determine_verdict(issued, now))


def find_code_by_serial(session: Session, serial: str, surname: str) -> str | None:
    """Return the code of the certificate with this serial and surname; None for any mismatch, whichever it is."""
    try:
        issued = find_certificate_by_serial(session, parse_serial(serial))
    except MalformedSerial:
        return None
    return issued.code if issued is not None and has_surname(issued, surname) else None


def has_surname(issued: IssuedCertificate, surname: str) -> bool:
    """Return whether the printed name begins with this surname, in any spelling."""
    spellings = set(list_spellings(surname))
    words = re.split(r"[\s‐‑-]+", issued.recipient)
    return any(not spellings.isdisjoint(list_spellings(" ".join(words[:size]))) for size in range(1, len(words) + 1))
