"""The verdict on a code: mistyped, never issued, expired or valid, with every printed fact."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certificates import MalformedCode, parse_code
from trainer.issuing.facts import PrintedFacts, printed
from trainer.issuing.register import find_by_code


class Verdict(StrEnum):
    """The one word that answers: is it genuine and in force?"""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True)
class Found:
    """What is known about a code at a moment."""

    verdict: Verdict
    checked_at: datetime
    facts: PrintedFacts | None = None

    @property
    def specimen(self) -> bool:
        """Whether it is a certificate of the example."""
        return self.facts is not None and self.facts.specimen


def look_up(session: Session, typed: str, now: datetime, zone: ZoneInfo) -> Found:
    """Answer for a code as it was typed or scanned; a code with a wrong check character is never looked for."""
    try:
        code = parse_code(typed)
    except MalformedCode:
        return Found(Verdict.MISTYPED, now)
    issued = find_by_code(session, code)
    if issued is None:
        return Found(Verdict.UNKNOWN, now)
    facts = printed(issued)
    expired = facts.expires_on is not None and facts.expires_on < now.astimezone(zone).date()
    return Found(Verdict.EXPIRED if expired else Verdict.VALID, now, facts)
