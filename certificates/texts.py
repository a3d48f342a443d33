"""The texts of a certificate, composed of its facts and the words of each language."""

from certificates import words
from certificates.code import format_code
from certificates.facts import Certificate, Issuer, select_translation

PART_SEPARATOR = "\u00a0· "  # between two parts; lines break after it


def format_organisations(issuer: Issuer, language: str) -> tuple[str, str]:
    """Return the issuer, and the phrase with the co-organizer or "", in a language."""
    co_issuer = select_translation(issuer.co_issuer, language)
    phrase = words.CO_ISSUER_PHRASES[language].format(name=co_issuer) if co_issuer else ""
    return select_translation(issuer.name, language), phrase


def get_heading(facts: Certificate, language: str) -> str:
    """Return the heading of a certificate."""
    return select_translation(facts.heading, language) or words.DEFAULT_HEADINGS[language]


def get_award_reason(facts: Certificate, language: str) -> str:
    """Return the sentence that says what it is awarded for."""
    return words.format_award_reason(facts.kind, facts.event_kind, select_translation(facts.title, language), language)


def format_second_language_text(facts: Certificate, language: str) -> str:
    """Return the whole statement in the second language as one sentence."""
    verb = (words.PRESENTED if facts.heading else words.AWARDED)[language]
    statement = " ".join(
        filter(
            None, (words.format_heading_as_word(get_heading(facts, language)), verb, get_award_reason(facts, language))
        )
    )
    return f"{statement}. {format_details(facts, language)}"


def format_details(facts: Certificate, language: str) -> str:
    """Return hours, place and dates in one line."""
    place = select_translation(facts.city, language)
    dates = words.format_printed_days(facts.held_on, language)
    parts = [words.format_academic_hours(facts.hours, language), ", ".join(part for part in (place, dates) if part)]
    if facts.expires_on is not None:
        parts.append(
            words.VALID_UNTIL_PHRASES[language].format(day=words.format_printed_day(facts.expires_on, language))
        )
    return PART_SEPARATOR.join(part for part in parts if part)


def replace_inner_spaces(text: str) -> str:
    """Replace spaces so that a text of several parts breaks only between them."""
    return text.replace(" ", "\u00a0").replace("\u00a0·\u00a0", PART_SEPARATOR)


def get_slot_text(facts: Certificate, field: str) -> str:
    """Return the text of a certificate in a slot."""
    if field == "recipient":
        return facts.recipient
    return f"№ {facts.serial}" if field == "number" else format_code(facts.code)
