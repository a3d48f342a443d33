"""Printed facts of an issued certificate, as the register stores them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates import Signatory, format_award_reason
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated


@dataclass(frozen=True)
class PrintedFacts:
    """Every printed fact of an issued certificate, as stored in the register."""

    serial: str
    code: str
    recipient: str
    heading: Translated
    title: Translated
    kind: str
    event_kind: str
    hours: int
    held_on: tuple[date, ...]
    city: Translated
    issuer: Translated
    co_issuer: Translated
    project: Translated
    issued_on: date
    expires_on: date | None
    languages: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    specimen: bool

    @property
    def awarded_for(self) -> Translated:
        """Return what it was awarded for, as printed, in each language of the title."""
        titles = self.title.to_mapping().items()
        return Translated(
            **{language: format_award_reason(self.kind, self.event_kind, title, language) for language, title in titles}
        )


def parse_printed_facts(issued: IssuedCertificate | Any) -> PrintedFacts:
    """Parse the stored facts of a register entry."""
    facts = issued.facts
    return PrintedFacts(
        serial=issued.serial,
        code=issued.code,
        recipient=issued.recipient,
        heading=Translated.from_mapping(facts.get("heading")),
        title=Translated.from_mapping(facts["title"]),
        kind=facts["kind"],
        event_kind=facts["event"],
        hours=facts["hours"],
        held_on=tuple(date.fromisoformat(day) for day in facts["held"]),
        city=Translated.from_mapping(facts["place"]),
        issuer=Translated.from_mapping(facts["issuer"]),
        co_issuer=Translated.from_mapping(facts.get("co_issuer")),
        project=Translated.from_mapping(facts["project"]),
        issued_on=issued.issued_on,
        expires_on=issued.expires_on,
        languages=tuple(facts["languages"]),
        signatories=tuple(Signatory(signatory["name"], signatory["position"]) for signatory in facts["signatories"]),
        specimen=facts["specimen"],
    )
