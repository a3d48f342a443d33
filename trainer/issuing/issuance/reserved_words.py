"""Words that only accredited organisations may print, looked for in what is about to be printed."""

from collections.abc import Iterator

from certificates import Certificate, Issuer, Problem
from trainer.seminars.wording import reserved_in_heading, reserved_in_name, reserved_word

FIELD = "reserved"


def reserved_problems(facts: Certificate, issuer: Issuer) -> list[Problem]:
    """List the words of a certificate that its issuer may not print, each once."""
    return [Problem(FIELD, word) for word in dict.fromkeys(reserved_words(facts, issuer)) if word]


def reserved_words(facts: Certificate, issuer: Issuer) -> Iterator[str]:
    """Give what is reserved in each text, empty where there is nothing."""
    yield from map(reserved_in_heading, facts.heading.values())
    yield from map(reserved_word, (*facts.title.values(), *facts.place.values()))
    for name in (issuer.co_issuer, *(each.position for each in issuer.signatories)):
        yield from map(reserved_in_name, name.values())
