"""The verdict on a code or a number: mistyped, never issued, revoked, replaced, expired or valid, with every printed fact."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from certificates import MalformedCode, MalformedSerial, parse_code, parse_serial
from trainer.issuing.issuance.facts import PrintedFacts, has_expired, printed, zone_of
from trainer.issuing.models import IssuedCertificate, Reason, State
from trainer.issuing.register import code_of_successor, entry_of_code, find_by_serial
from trainer.language.collation import fold
from trainer.raw_queries import Glance


class Verdict(StrEnum):
    """The one word that answers: is it genuine and in force?"""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True)
class Withdrawn:
    """Since when a certificate is no longer in force, why, and the code of the one that replaces it."""

    on: date
    reason: Reason
    successor: str = ""


@dataclass(frozen=True)
class Found:
    """What is known about a code at a moment."""

    verdict: Verdict
    checked_at: datetime
    facts: PrintedFacts | None = None
    withdrawn: Withdrawn | None = None

    @property
    def specimen(self) -> bool:
        """Whether it is a certificate of the example."""
        return self.facts is not None and self.facts.specimen


def look_up(glance: Glance, typed: str, now: datetime) -> Found:
    """Answer for a code as it was typed or scanned; a code with a wrong check character is never looked for."""
    try:
        code = parse_code(typed)
    except MalformedCode:
        return Found(Verdict.MISTYPED, now)
    issued = entry_of_code(glance, code)
    if issued is None:
        return Found(Verdict.UNKNOWN, now)
    return Found(verdict_on(issued, now), now, printed(issued), withdrawn(glance, issued))


def verdict_on(issued: Any, now: datetime) -> Verdict:
    """Say where an issued certificate stands: what was decided comes before what time does."""
    if issued.state != State.VALID:
        return Verdict(issued.state)
    return Verdict.EXPIRED if has_expired(issued, now) else Verdict.VALID


def withdrawn(glance: Glance, issued: Any) -> Withdrawn | None:
    """Say since when and why a certificate is not in force; None for one that is."""
    if issued.withdrawn_at is None:
        return None
    successor = code_of_successor(glance, issued.id) if issued.state == State.REPLACED else ""
    day = issued.withdrawn_at.astimezone(zone_of(issued)).date()
    return Withdrawn(day, Reason(issued.reason), successor)


def code_of(session: Session, serial: str, surname: str) -> str | None:
    """Give the code of the certificate with this number and this surname; None for any mismatch, whichever it is."""
    try:
        issued = find_by_serial(session, parse_serial(serial))
    except MalformedSerial:
        return None
    return issued.code if issued is not None and bears(issued, surname) else None


def bears(issued: IssuedCertificate, surname: str) -> bool:
    """Whether the printed name begins with these words, whatever keyboard they were typed on."""
    typed = fold(surname)
    return bool(typed) and f"{fold(issued.recipient)} ".startswith(f"{typed} ")
