"""What the page of a verdict shows of a certificate: each value as it is printed, by name; what is not there has no name."""

from zoneinfo import ZoneInfo

from flask import url_for

from trainer.issuing.facts import PrintedFacts
from trainer.issuing.wording import KINDS, REASONS
from trainer.language import dates
from trainer.language.choice import language
from trainer.verification.lookup import Found, Withdrawn
from trainer.web.templating import moment, text


def shown(found: Found, zone: ZoneInfo) -> dict[str, str]:
    """Give every value on the page."""
    values = {"checked": moment(found.checked_at, zone)}
    if found.facts is not None:
        values |= facts_shown(found.facts)
    if found.withdrawn is not None:
        values |= withdrawal_shown(found.withdrawn)
    return values


def facts_shown(facts: PrintedFacts) -> dict[str, str]:
    """Give the printed facts; those named `sealed_…` stand beside them in the form of the seal."""
    spoken = language()
    found = {
        "code": facts.code,
        "serial": facts.serial,
        "recipient": facts.recipient,
        "kind": str(KINDS[facts.kind]),  # type: ignore[index]  # a kind is its value
        "title": text(facts.title, spoken),
        "held": dates.days_held(facts.held, spoken),
        "place": text(facts.place, spoken) if facts.place else "",
        "hours": str(facts.hours),
        "issuer": text(facts.issuer, spoken),
        "co_issuer": text(facts.co_issuer, spoken) if facts.co_issuer else "",
        "issued": dates.long_date(facts.issued_on, spoken),
        "expires": dates.long_date(facts.expires_on, spoken) if facts.expires_on else "",
        "picture": f"/v/{facts.code}/paper.webp",
        "sealed_title": facts.title.to(facts.languages[0]),
        "sealed_kind": facts.kind,
        "sealed_held": " ".join(day.isoformat() for day in facts.held),
        "sealed_issued": facts.issued_on.isoformat(),
    }
    return {name: value for name, value in found.items() if value}


def withdrawal_shown(withdrawn: Withdrawn) -> dict[str, str]:
    """Give what is said of a certificate that is no longer in force."""
    values = {"since": dates.long_date(withdrawn.on, language()), "reason": str(REASONS[withdrawn.reason])}
    if withdrawn.successor:
        values["successor"] = url_for("verification.verdict", code=withdrawn.successor)
    return values
