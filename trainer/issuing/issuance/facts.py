"""What a certificate says: from the seminar and the person to the library's facts, and to the register's own copy and back."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from certificates import Certificate, Issuer, Signatory, words
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.registration.models import Registration
from trainer.seminars.models import COMPLETED, CertificateKind, Seminar

SECOND = {
    "kk": "ru",
    "ru": "kk",
    "en": "kk",
}  # the language beneath; Kazakh, the state language, is always one of the two


@dataclass(frozen=True)
class PrintedFacts:
    """Every printed fact of an issued certificate, as the register keeps it."""

    serial: str
    code: str
    recipient: str
    heading: Translated
    title: Translated
    kind: str
    event: str
    hours: int
    held: tuple[date, ...]
    place: Translated
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
        """What it was awarded for, in the words of the paper, in each language of the title."""
        titles = self.title.parts().items()
        return Translated(**{each: words.reason(self.kind, self.event, title, each) for each, title in titles})


@dataclass(frozen=True)
class Draft:
    """A certificate before it has its number and code: what is printed, who issues it, in which design, whose it is."""

    facts: Certificate
    issuer: Issuer
    design: str
    logos: tuple[str, ...]
    zone: ZoneInfo
    prefix: str
    seminar_id: int | None
    registration_id: int | None
    exception: str = ""


def draft_of(registration: Registration, host: str, issued_on: date, exception: str = "") -> Draft:
    """Put together what is printed for somebody who qualifies."""
    seminar, person = registration.seminar, registration.person
    return Draft(
        facts=facts_of(seminar, person.printed_name, person.language, issued_on),
        issuer=issuer_of(seminar, host),
        design=seminar.design,
        logos=logos_of(seminar),
        zone=seminar.zone,
        prefix=seminar.project.serial_prefix,
        seminar_id=seminar.id,
        registration_id=registration.id,
        exception=exception,
    )


def facts_of(seminar: Seminar, recipient: str, language: str, issued_on: date) -> Certificate:
    """Give what a seminar's certificate says, before it has its number and code."""
    return Certificate(
        serial="",
        code="",
        recipient=recipient,
        heading=seminar.certificate_heading.parts(),
        title=seminar.title.parts(),
        kind="completion" if completed(seminar) else "participation",
        event=seminar.kind,
        hours=seminar.hours,
        held=tuple(seminar.days),
        place=seminar.city.parts(),
        issued=issued_on,
        expires=last_valid_day(issued_on, seminar.valid_months),
        languages=(language, SECOND[language]),
        specimen=seminar.project.is_example,
    )


def completed(seminar: Seminar) -> bool:
    """Whether a seminar's certificate says that its holder got through it to the end."""
    return seminar.certificate_kind == CertificateKind.COMPLETION and seminar.kind in COMPLETED


def draft_again(
    issued: IssuedCertificate, host: str, recipient: str, issued_on: date, expires_on: date | None
) -> Draft:
    """Put together what replaces a certificate: its own facts, whatever became of seminar and person, with another name or term."""
    facts, kept_facts = printed(issued), issued.facts
    certificate = Certificate(
        serial="",
        code="",
        recipient=recipient,
        heading=facts.heading.parts(),
        title=facts.title.parts(),
        kind="completion" if facts.kind == CertificateKind.COMPLETION else "participation",
        event=facts.event,
        hours=facts.hours,
        held=facts.held,
        place=facts.place.parts(),
        issued=issued_on,
        expires=expires_on,
        languages=tuple(kept_facts["languages"]),
        specimen=facts.specimen,
    )
    return Draft(
        facts=certificate,
        issuer=Issuer(
            facts.issuer.parts(), host, facts.signatories, facts.project.parts(), co_issuer=facts.co_issuer.parts()
        ),
        design=kept_facts["design"],
        logos=tuple(kept_facts["logos"]),
        zone=zone_of(issued),
        prefix=issued.prefix,
        seminar_id=issued.seminar_id,
        registration_id=issued.registration_id,
        exception=issued.exception,
    )


def numbered(draft: Draft, serial: str, code: str) -> Certificate:
    """Give the facts with their number and code."""
    return replace(draft.facts, serial=serial, code=code)


def issuer_of(seminar: Seminar, host: str) -> Issuer:
    """Put together who issues and signs."""
    return Issuer(
        name=seminar.project.grantee.parts(),
        host=host,
        project=seminar.project.title.parts(),
        co_issuer=seminar.co_issuer.parts(),
        signatories=tuple(
            Signatory(each["name"], Translated.of(each["position"]).parts()) for each in seminar.signatories
        ),
    )


def logos_of(seminar: Seminar) -> tuple[str, ...]:
    """Give the logos on a seminar's certificate, by their hash in the storage."""
    return tuple(each for each in [seminar.project.logo_sha256] if each)


def last_valid_day(issued_on: date, months: int | None) -> date | None:
    """Give the day so many months later, or the last day of a shorter month; None where the certificate does not expire."""
    if months is None:
        return None
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    return date(year, month + 1, min(issued_on.day, monthrange(year, month + 1)[1]))


def zone_of(issued: IssuedCertificate | Any) -> ZoneInfo:
    """Give the zone in which the days of a certificate begin and end."""
    return ZoneInfo(issued.facts["timezone"])


def has_expired(issued: IssuedCertificate | Any, now: datetime) -> bool:
    """Whether the last valid day of a certificate is over where it was issued."""
    return issued.expires_on is not None and issued.expires_on < now.astimezone(zone_of(issued)).date()


def kept(draft: Draft) -> dict[str, Any]:
    """Give the register's own copy of the facts."""
    facts, issuer = draft.facts, draft.issuer
    return {
        "heading": dict(facts.heading),
        "title": dict(facts.title),
        "kind": facts.kind,
        "event": facts.event,
        "hours": facts.hours,
        "held": [day.isoformat() for day in facts.held],
        "place": dict(facts.place),
        "issuer": dict(issuer.name),
        "co_issuer": dict(issuer.co_issuer),
        "project": dict(issuer.project),
        "languages": list(facts.languages),
        "signatories": [{"name": each.name, "position": dict(each.position)} for each in issuer.signatories],
        "design": draft.design,
        "logos": list(draft.logos),
        "timezone": draft.zone.key,
        "specimen": facts.specimen,
    }


def printed(issued: IssuedCertificate | Any) -> PrintedFacts:
    """Read the facts of an entry of the register."""
    facts = issued.facts
    return PrintedFacts(
        serial=issued.serial,
        code=issued.code,
        recipient=issued.recipient,
        heading=Translated.of(facts.get("heading")),
        title=Translated.of(facts["title"]),
        kind=facts["kind"],
        event=facts["event"],
        hours=facts["hours"],
        held=tuple(date.fromisoformat(day) for day in facts["held"]),
        place=Translated.of(facts["place"]),
        issuer=Translated.of(facts["issuer"]),
        co_issuer=Translated.of(facts.get("co_issuer")),
        project=Translated.of(facts["project"]),
        issued_on=issued.issued_on,
        expires_on=issued.expires_on,
        languages=tuple(facts["languages"]),
        signatories=tuple(Signatory(each["name"], each["position"]) for each in facts["signatories"]),
        specimen=facts["specimen"],
    )
