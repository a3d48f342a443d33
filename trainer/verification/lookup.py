"""The verdict on a code or a number: mistyped, never issued, revoked, replaced, expired or valid, with every printed fact."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from certificates import MalformedCode, MalformedSerial, parse_code, parse_serial
from trainer.issuing.issuance.facts import PrintedFacts, get_certificate_zone, has_expired, parse_printed_facts
from trainer.issuing.models import CertificateStatus, InvalidationReason, IssuedCertificate
from trainer.issuing.register import find_certificate_by_serial, find_certificate_row, find_successor_code
from trainer.language.collation import fold_text
from trainer.raw_queries import RawConnection


class Verdict(StrEnum):
    """The one word that answers: is it genuine and in force?"""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True)
class Invalidation:
    """Since when a certificate is no longer in force, why, and the code of the one that replaces it."""

    since: date
    reason: InvalidationReason
    successor: str = ""


@dataclass(frozen=True)
class VerificationResult:
    """What is known about a code at a moment."""

    verdict: Verdict
    checked_at: datetime
    facts: PrintedFacts | None = None
    invalidation: Invalidation | None = None

    @property
    def is_specimen(self) -> bool:
        """Whether it is a certificate of the example."""
        return self.facts is not None and self.facts.specimen


def verify_code(glance: RawConnection, text: str, now: datetime) -> VerificationResult:
    """Answer for a code as it was typed or scanned; a code with a wrong check character is never looked for."""
    try:
        code = parse_code(text)
    except MalformedCode:
        return VerificationResult(Verdict.MISTYPED, now)
    issued = find_certificate_row(glance, code)
    if issued is None:
        return VerificationResult(Verdict.UNKNOWN, now)
    return VerificationResult(
        determine_verdict(issued, now), now, parse_printed_facts(issued), build_invalidation(glance, issued)
    )


def determine_verdict(issued: Any, now: datetime) -> Verdict:
    """Say where an issued certificate stands: what was decided comes before what time does."""
    if issued.status != CertificateStatus.VALID:
        return Verdict(issued.status)
    return Verdict.EXPIRED if has_expired(issued, now) else Verdict.VALID


def build_invalidation(glance: RawConnection, issued: Any) -> Invalidation | None:
    """Say since when and why a certificate is not in force; None for one that is."""
    if issued.invalidated_at is None:
        return None
    successor = find_successor_code(glance, issued.id) if issued.status == CertificateStatus.REPLACED else ""
    day = issued.invalidated_at.astimezone(get_certificate_zone(issued)).date()
    return Invalidation(day, InvalidationReason(issued.invalidation_reason), successor)


def find_code_by_serial(session: Session, serial: str, surname: str) -> str | None:
    """Give the code of the certificate with this number and this surname; None for any mismatch, whichever it is."""
    try:
        issued = find_certificate_by_serial(session, parse_serial(serial))
    except MalformedSerial:
        return None
    return issued.code if issued is not None and has_surname(issued, surname) else None


def has_surname(issued: IssuedCertificate, surname: str) -> bool:
    """Whether the printed name begins with these words, whatever keyboard they were typed on."""
    typed = fold_text(surname)
    return bool(typed) and f"{fold_text(issued.recipient)} ".startswith(f"{typed} ")
