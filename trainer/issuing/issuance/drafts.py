"""Drafts of certificates: facts, issuer and design before a certificate gets its number and code."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from certificates import Certificate, Issuer, PrintProblem, Signatory, build_serial, create_code
from trainer.fingerprint import compute_fingerprint
from trainer.issuing.issuance.facts import PrintedFacts, parse_printed_facts
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import get_certificate_zone
from trainer.issuing.reserved_words import list_reserved_problems
from trainer.language.translated import Translated
from trainer.registration.models import Registration
from trainer.seminars.models import COMPLETABLE_KINDS, CertificateKind, Seminar

SAMPLE_CODE = create_code(bytes(10))
SECOND_LANGUAGES = {
    "kk": "ru",
    "ru": "kk",
    "en": "kk",
}  # second language by the first; Kazakh, the state language, is always one of the two


@dataclass(frozen=True)
class SharedDraft:
    """What the certificates of one seminar, day and language share; `facts` lack recipient, number and code."""

    facts: Certificate
    issuer: Issuer
    design: str
    logos: tuple[str, ...]
    zone: ZoneInfo
    prefix: str
    seminar_id: int | None

    @cached_property
    def stored_facts(self) -> dict[str, Any]:
        """Return the facts in the form that the register stores."""
        return serialise_facts(self)

    @cached_property
    def sample_facts(self) -> Certificate:
        """Return the facts with a number and a code as long as those to come."""
        serial = build_serial(self.prefix, self.facts.issued_on.year, 9999)
        return replace(self.facts, serial=serial, code=SAMPLE_CODE)

    @cached_property
    def reserved_problems(self) -> list[PrintProblem]:
        """Return a problem for each reserved word in the texts that all share."""
        return list_reserved_problems(self.facts, self.issuer)

    @cached_property
    def fingerprint(self) -> str:
        """Return a hash of all that is printed besides recipient, number and code."""
        days = [day.isoformat() if day else None for day in (self.facts.issued_on, self.facts.expires_on)]
        return compute_fingerprint([*days, self.prefix, self.issuer.host, self.stored_facts], length=32)


@dataclass(frozen=True)
class CertificateDraft:
    """A certificate before it gets number and code: what it shares with others, its recipient and its owner."""

    shared: SharedDraft
    recipient: str
    registration_id: int | None
    exception_reason: str = ""

    @property
    def facts(self) -> Certificate:
        """Return the facts, without number and code."""
        return self.build_facts("", "")

    def build_facts(self, serial: str, code: str) -> Certificate:
        """Return the facts with number and code."""
        return replace(self.shared.facts, recipient=self.recipient, serial=serial, code=code)


class Recipient(NamedTuple):
    """What a certificate takes from its holder: the language comes first of the two, the name is printed."""

    registration_id: int
    language: str
    name: str
    is_confirmed: bool
    """Whether the holder has confirmed the name."""


class DraftBuilder:
    """Builds the drafts of a seminar's certificates on one day; what they share is built once per language."""

    def __init__(self, seminar: Seminar, host: str, issued_on: date) -> None:
        self.seminar, self.host, self.issued_on = seminar, host, issued_on
        self.shared_drafts: dict[str, SharedDraft] = {}

    def build_draft(self, registration: Registration, exception_reason: str = "") -> CertificateDraft:
        """Build the draft for somebody who qualifies."""
        person = registration.person
        shared = self.get_shared_draft(person.language)
        return CertificateDraft(shared, person.printed_name, registration.id, exception_reason)

    def build_recipient_draft(self, recipient: Recipient) -> CertificateDraft:
        """Build the draft for a recipient who qualifies without an exception, as far as it is printed."""
        return CertificateDraft(self.get_shared_draft(recipient.language), recipient.name, recipient.registration_id)

    def get_shared_draft(self, language: str) -> SharedDraft:
        """Return what the drafts for people of a language share."""
        if language not in self.shared_drafts:
            seminar = self.seminar
            self.shared_drafts[language] = SharedDraft(
                facts=build_facts(seminar, "", language, self.issued_on),
                issuer=build_issuer(seminar, self.host),
                design=seminar.design,
                logos=list_logo_hashes(seminar),
                zone=seminar.zone,
                prefix=seminar.project.serial_prefix,
                seminar_id=seminar.id,
            )
        return self.shared_drafts[language]


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
    shared = SharedDraft(
        facts=rebuild_facts(facts, recipient, issued_on, expires_on),
        issuer=issuer,
        design=stored_facts["design"],
        logos=tuple(stored_facts["logos"]),
        zone=get_certificate_zone(issued),
        prefix=issued.prefix,
        seminar_id=issued.seminar_id,
    )
    return CertificateDraft(shared, recipient, issued.registration_id, issued.exception_reason)


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


def serialise_facts(draft: SharedDraft) -> dict[str, Any]:
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
