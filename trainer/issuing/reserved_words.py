"""Detects words that only accredited organisations may print."""

from collections.abc import Iterator

from certificates import Certificate, Issuer, PrintProblem
from trainer.seminars.wording import find_reserved_words, find_reserved_words_in_heading, find_reserved_words_in_name

RESERVED_FIELD = "reserved"


def list_reserved_problems(facts: Certificate, issuer: Issuer) -> list[PrintProblem]:
    """Return a problem for each reserved word on a certificate."""
    return [PrintProblem(RESERVED_FIELD, word) for word in dict.fromkeys(list_reserved_words(facts, issuer)) if word]


def list_reserved_words(facts: Certificate, issuer: Issuer) -> Iterator[str]:
    """Yield the reserved word of each text, empty if it has none."""
    yield from map(find_reserved_words_in_heading, facts.heading.values())
    yield from map(find_reserved_words, (*facts.title.values(), *facts.city.values()))
    for name in (issuer.co_issuer, *(signatory.position for signatory in issuer.signatories)):
        yield from map(find_reserved_words_in_name, name.values())
