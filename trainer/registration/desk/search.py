"""The search of the list: words in any spelling, phone numbers in any notation."""

import re
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, and_, or_

from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.web import text

MAX_QUERY_LENGTH = 100
PHONE_NUMBER_PART = re.compile(r"[+\d()./‐‑–-]*\d[+\d()./‐‑–-]*")  # one word of a phone number


def build_search_conditions(query: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a person must meet: every word of the query occurs in the search text."""
    words = text.remove_unshowable_characters(query)[:MAX_QUERY_LENGTH].split()
    return [condition for group in group_search_words(words) for condition in group]


def group_search_words(words: list[str]) -> Iterator[list[ColumnElement[bool]]]:
    """Yield the conditions of a query; consecutive words that look like parts of a phone number are one number."""
    for is_phone, run in groupby(words, lambda word: PHONE_NUMBER_PART.fullmatch(word) is not None):
        if is_phone:
            yield [build_phone_condition(list(run))]
        else:
            yield [build_word_condition(word) for word in run if fold_text(word) or "@" in word]


def build_word_condition(word: str) -> ColumnElement[bool]:
    """Return the condition that a word occurs as typed (for e-mail addresses) or folded, in parts split at hyphens."""
    return or_(build_part_condition(word.casefold()), build_all_parts_condition(fold_text(word).split()))


def build_phone_condition(pieces: list[str]) -> ColumnElement[bool]:
    """Return the condition that the digits occur in a phone number, a leading 8 meaning +7, or that each part occurs."""
    digits = re.sub(r"\D", "", "".join(pieces))
    alternatives = [
        build_part_condition(digits),
        build_all_parts_condition([part for piece in pieces for part in fold_text(piece).split()]),
    ]
    if digits.startswith("8") and len(digits) > 1:
        alternatives.append(build_part_condition(f"+7{digits[1:]}"))
    return or_(*alternatives)


def build_all_parts_condition(pieces: list[str]) -> ColumnElement[bool]:
    """Return the condition that every part occurs; false without parts."""
    return (
        and_(*(build_part_condition(piece) for piece in pieces)) if pieces else build_part_condition("\n")
    )  # no search text contains a line break


def build_part_condition(piece: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in the search text of a person."""
    return Person.search_text.contains(piece, autoescape=True)
