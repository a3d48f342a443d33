"""Values on the verdict page, by name and as printed; missing values have no name."""

from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from certificates import DEFAULT_HEADINGS, Signatory
from trainer.issuing.issuance.facts import PrintedFacts
from trainer.issuing.wording import INVALIDATION_REASONS
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translated import Translated
from trainer.verification.lookup import Invalidation, VerificationResult
from trainer.web.templating import format_translated

DEFAULT_CERTIFICATE_HEADING = Translated(**DEFAULT_HEADINGS)
"""Heading of certificates without one of their own."""


def build_page_values(result: VerificationResult, zone: ZoneInfo) -> dict[str, str]:
    """Return every value on the page."""
    language_code = get_page_language()
    values = {"checked": dates.format_long_moment(result.checked_at, zone, language_code)}
    if result.facts is not None:
        values |= build_fact_values(result.facts, language_code)
    if result.invalidation is not None:
        values |= build_invalidation_values(result.invalidation, language_code)
    return values


def build_fact_values(facts: PrintedFacts, language_code: str) -> dict[str, str]:
    """Return the printed facts; those named `sealed_…` have the form of the seal."""
    values = {
        "code": facts.code,
        "serial": facts.serial,
        "recipient": facts.recipient,
        "heading": format_translated(facts.heading or DEFAULT_CERTIFICATE_HEADING, language_code),
        "awarded_for": format_translated(facts.awarded_for, language_code),
        "held": dates.format_event_days(facts.held_on, language_code),
        "place": format_translated(facts.city, language_code) if facts.city else "",
        "hours": str(facts.hours),
        "issuer": format_translated(facts.issuer, language_code),
        "co_issuer": format_translated(facts.co_issuer, language_code) if facts.co_issuer else "",
        "signatories": Markup("; ").join(format_signatory(signatory, language_code) for signatory in facts.signatories),
        "issued": dates.format_long_date(facts.issued_on, language_code),
        "expires": dates.format_long_date(facts.expires_on, language_code) if facts.expires_on else "",
        "picture": f"/v/{facts.code}/paper.webp",
        "sealed_title": facts.title.get_text(facts.languages[0]),
        "sealed_kind": facts.kind,
        "sealed_held": " ".join(day.isoformat() for day in facts.held_on),
        "sealed_issued": facts.issued_on.isoformat(),
    }
    return {name: value for name, value in values.items() if value}


def format_signatory(signatory: Signatory, language_code: str) -> Markup:
    """Format a signatory with the position."""
    position = format_translated(Translated.from_mapping(signatory.position), language_code)
    return Markup(", ").join(part for part in (signatory.name, position) if part)


def build_invalidation_values(invalidation: Invalidation, language_code: str) -> dict[str, str]:
    """Return the values about a certificate that is no longer in force."""
    values = {
        "since": dates.format_long_date(invalidation.since, language_code),
        "reason": str(INVALIDATION_REASONS[invalidation.reason]),
    }
    successor = invalidation.successor
    if successor is not None:
        values["successor"] = url_for("verification.view_verdict", code=successor.code)
        values["successor_serial"] = successor.serial
    return values
