"""What a certificate says: from the seminar and the person to the library's facts, and to the register's own copy and back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates import Certificate, Issuer, Signatory
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.people.models import Person
from trainer.seminars.models import CertificateKind, Seminar

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
    title: Translated
    kind: str
    event: str
    hours: int
    held: tuple[date, ...]
    place: Translated
    issuer: Translated
    project: Translated
    issued_on: date
    expires_on: date | None
    specimen: bool


def certificate_of(seminar: Seminar, person: Person, serial: str, code: str, issued_on: date) -> Certificate:
    """Put together what is printed and sealed."""
    return Certificate(
        serial=serial,
        code=code,
        recipient=person.full_name,
        title=seminar.title.parts(),
        kind="completion" if seminar.certificate_kind == CertificateKind.COMPLETION else "participation",
        event=seminar.kind,
        hours=seminar.hours,
        held=tuple(seminar.days),
        place=seminar.city.parts(),
        issued=issued_on,
        expires=None,
        languages=(person.language, SECOND[person.language]),
        specimen=seminar.project.is_example,
    )


def issuer_of(seminar: Seminar, host: str) -> Issuer:
    """Put together who issues and signs."""
    return Issuer(
        name=seminar.project.grantee.parts(),
        host=host,
        project=seminar.project.title.parts(),
        signatories=tuple(
            Signatory(each["name"], Translated.of(each["position"]).parts()) for each in seminar.signatories
        ),
    )


def kept(certificate: Certificate, issuer: Issuer) -> dict[str, Any]:
    """Give the register's own copy of the facts."""
    return {
        "title": dict(certificate.title),
        "kind": certificate.kind,
        "event": certificate.event,
        "hours": certificate.hours,
        "held": [day.isoformat() for day in certificate.held],
        "place": dict(certificate.place),
        "issuer": dict(issuer.name),
        "project": dict(issuer.project),
        "languages": list(certificate.languages),
        "signatories": [{"name": each.name, "position": dict(each.position)} for each in issuer.signatories],
        "specimen": certificate.specimen,
    }


def printed(issued: IssuedCertificate) -> PrintedFacts:
    """Read the facts of an entry of the register."""
    facts = issued.facts
    return PrintedFacts(
        serial=issued.serial,
        code=issued.code,
        recipient=issued.recipient,
        title=Translated.of(facts["title"]),
        kind=facts["kind"],
        event=facts["event"],
        hours=facts["hours"],
        held=tuple(date.fromisoformat(day) for day in facts["held"]),
        place=Translated.of(facts["place"]),
        issuer=Translated.of(facts["issuer"]),
        project=Translated.of(facts["project"]),
        issued_on=issued.issued_on,
        expires_on=issued.expires_on,
        specimen=facts["specimen"],
    )
