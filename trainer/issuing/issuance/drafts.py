"""Drafts of certificates: facts, issuer and design before a certificate gets its number and code."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from certificates import Certificate, Issuer, Signatory
from trainer.issuing.issuance.facts import PrintedFacts, parse_printed_facts
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import get_certificate_zone
from trainer.language.translated import Translated
from trainer.registration.models import Registration
from trainer.seminars.models import COMPLETABLE_KINDS, CertificateKind, Seminar

SECOND_LANGUAGES = {
    "kk": "ru",
    "ru": "kk",
    "en": "kk",
}  # second language by the first; Kazakh, the state language, is always one of the two


@dataclass(frozen=True)
class CertificateDraft:
    """A certificate before it gets number and code: facts, issuer, design and owner."""

    facts: Certificate
    issuer: Issuer
    design: str
    logos: tuple[str, ...]
    zone: ZoneInfo
    prefix: str
    seminar_id: int | None
    registration_id: int | None
    exception_reason: str = ""


def build_draft(registration: Registration, host: str, issued_on: date, exception_reason: str = "") -> CertificateDraft:
    """Build the draft for somebody who qualifies."""
    seminar, person = registration.seminar, registration.person
    return CertificateDraft(
        facts=build_facts(seminar, person.printed_name, person.language, issued_on),
        issuer=build_issuer(seminar, host),
        design=seminar.design,
        logos=list_logo_hashes(seminar),
        zone=seminar.zone,
        prefix=seminar.project.serial_prefix,
        seminar_id=seminar.id,
        registration_id=registration.id,
        exception_reason=exception_reason,
    )


def build_facts(seminar: Seminar, recipient: str, language: str, issued_on: date) -> Certificate:
    """Return the facts of a seminar's certificate, without number and code."""
    return Certificate(
        serial="",
        code="",
        recipient=recipient,
        heading=seminar.certificate_heading.to_mapping(),
        title=seminar.title.to_mapping(),
        kind="completion" if is_completion(seminar) else "participation",
        event_kind=seminar.kind,
        hours=seminar.hours,
        held_on=tuple(seminar.days),
        city=seminar.city.to_mapping(),
        issued_on=issued_on,
        expires_on=compute_last_valid_day(issued_on, seminar.valid_months),
        languages=(language, SECOND_LANGUAGES[language]),
        specimen=seminar.project.is_example,
    )


def is_completion(seminar: Seminar) -> bool:
    """Return whether a seminar's certificate certifies completion rather than participation."""
    return seminar.certificate_kind == CertificateKind.COMPLETION and seminar.kind in COMPLETABLE_KINDS


def build_replacement_draft(
    issued: IssuedCertificate, host: str, recipient: str, issued_on: date, expires_on: date | None
) -> CertificateDraft:
    """Build the draft that replaces a certificate with another name or term.

    It uses the stored facts, whatever became of seminar and person.
    """
    facts, stored_facts = parse_printed_facts(issued), issued.facts
    issuer = Issuer(
        facts.issuer.to_mapping(),
        host,
        facts.signatories,
        facts.project.to_mapping(),
        co_issuer=facts.co_issuer.to_mapping(),
    )
    return CertificateDraft(
        facts=rebuild_facts(facts, recipient, issued_on, expires_on),
        issuer=issuer,
        design=stored_facts["design"],
        logos=tuple(stored_facts["logos"]),
        zone=get_certificate_zone(issued),
        prefix=issued.prefix,
        seminar_id=issued.seminar_id,
        registration_id=issued.registration_id,
        exception_reason=issued.exception_reason,
    )


def rebuild_facts(facts: PrintedFacts, recipient: str, issued_on: date, expires_on: date | None) -> Certificate:
    """Return printed facts with another name or term, without number and code."""
    return Certificate(
        serial="",
        code="",
        recipient=recipient,
        heading=facts.heading.to_mapping(),
        title=facts.title.to_mapping(),
        kind="completion" if facts.kind == CertificateKind.COMPLETION else "participation",
        event_kind=facts.event_kind,
        hours=facts.hours,
        held_on=facts.held_on,
        city=facts.city.to_mapping(),
        issued_on=issued_on,
        expires_on=expires_on,
        languages=facts.languages,
        specimen=facts.specimen,
    )


def add_number_and_code(draft: CertificateDraft, serial: str, code: str) -> Certificate:
    """Return the facts of a draft with number and code."""
    return replace(draft.facts, serial=serial, code=code)


def build_issuer(seminar: Seminar, host: str) -> Issuer:
    """Return the issuer and signatories of a seminar."""
    return Issuer(
        name=seminar.project.grantee.to_mapping(),
        host=host,
        project=seminar.project.title.to_mapping(),
        co_issuer=seminar.co_issuer.to_mapping(),
        signatories=tuple(
            Signatory(signatory["name"], Translated.from_mapping(signatory["position"]).to_mapping())
            for signatory in seminar.signatories
        ),
    )


def list_logo_hashes(seminar: Seminar) -> tuple[str, ...]:
    """Return the logos on a seminar's certificate by their hash in the storage."""
    return tuple(sha256 for sha256 in [seminar.project.logo_sha256] if sha256)


def compute_last_valid_day(issued_on: date, months: int | None) -> date | None:
    """Return the day `months` later, or the last day of a shorter month; None without expiry."""
    if months is None:
        return None
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    return date(year, month + 1, min(issued_on.day, monthrange(year, month + 1)[1]))


def serialise_facts(draft: CertificateDraft) -> dict[str, Any]:
    """Return the facts in the form that the register stores."""
    facts, issuer = draft.facts, draft.issuer
    return {
        "heading": dict(facts.heading),
        "title": dict(facts.title),
        "kind": facts.kind,
        "event": facts.event_kind,
        "hours": facts.hours,
        "held": [day.isoformat() for day in facts.held_on],
        "place": dict(facts.city),
        "issuer": dict(issuer.name),
        "co_issuer": dict(issuer.co_issuer),
        "project": dict(issuer.project),
        "languages": list(facts.languages),
        "signatories": [
            {"name": signatory.name, "position": dict(signatory.position)} for signatory in issuer.signatories
        ],
        "design": draft.design,
        "logos": list(draft.logos),
        "timezone": draft.zone.key,
        "specimen": facts.specimen,
    }
