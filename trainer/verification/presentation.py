"""What the page of a verdict shows of a certificate: each value as it is printed, by name; what is not there has no name."""

from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from certificates import Signatory, words
from trainer.issuing.issuance.facts import PrintedFacts
from trainer.issuing.wording import REASONS
from trainer.language import dates
from trainer.language.choice import language
from trainer.language.translated import Translated
from trainer.verification.lookup import Found, Withdrawn
from trainer.web.templating import text

CERTIFICATE = Translated(**words.TITLE)
"""The heading of a paper without one of its own."""


def shown(found: Found, zone: ZoneInfo) -> dict[str, str]:
    """Give every value on the page."""
    spoken = language()
    values = {"checked": dates.long_moment(found.checked_at, zone, spoken)}
    if found.facts is not None:
        values |= facts_shown(found.facts, spoken)
    if found.withdrawn is not None:
        values |= withdrawal_shown(found.withdrawn, spoken)
    return values


def facts_shown(facts: PrintedFacts, spoken: str) -> dict[str, str]:
    """Give the printed facts; those named `sealed_…` stand beside them in the form of the seal."""
    found = {
        "code": facts.code,
        "serial": facts.serial,
        "recipient": facts.recipient,
        "heading": text(facts.heading or CERTIFICATE, spoken),
        "awarded_for": text(facts.awarded_for, spoken),
        "held": dates.days_held(facts.held, spoken),
        "place": text(facts.place, spoken) if facts.place else "",
        "hours": str(facts.hours),
        "issuer": text(facts.issuer, spoken),
        "co_issuer": text(facts.co_issuer, spoken) if facts.co_issuer else "",
        "signatories": Markup("; ").join(signatory_shown(each, spoken) for each in facts.signatories),
        "issued": dates.long_date(facts.issued_on, spoken),
        "expires": dates.long_date(facts.expires_on, spoken) if facts.expires_on else "",
        "picture": f"/v/{facts.code}/paper.webp",
        "sealed_title": facts.title.to(facts.languages[0]),
        "sealed_kind": facts.kind,
        "sealed_held": " ".join(day.isoformat() for day in facts.held),
        "sealed_issued": facts.issued_on.isoformat(),
    }
    return {name: value for name, value in found.items() if value}


def signatory_shown(signatory: Signatory, spoken: str) -> Markup:
    """Name somebody who signed, with the position."""
    position = text(Translated.of(signatory.position), spoken)
    return Markup(", ").join(each for each in (signatory.name, position) if each)


def withdrawal_shown(withdrawn: Withdrawn, spoken: str) -> dict[str, str]:
    """Give what is said of a certificate that is no longer in force."""
    values = {"since": dates.long_date(withdrawn.on, spoken), "reason": str(REASONS[withdrawn.reason])}
    if withdrawn.successor:
        values["successor"] = url_for("verification.verdict", code=withdrawn.successor)
    return values
