"""What an organizer types into the search: words folded as names are, telephone numbers in any writing."""

import re
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, and_, or_

from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.web import text

MAX_QUERY_LENGTH = 100
PHONE_NUMBER_PART = re.compile(r"[+\d()./‐‑–-]*\d[+\d()./‐‑–-]*")  # a piece of a telephone number


def build_search_conditions(query: str) -> list[ColumnElement[bool]]:
    """Give the conditions that a person meets who is searched for: every word occurs, however it is spelled."""
    words = text.remove_unshowable_characters(query)[:MAX_QUERY_LENGTH].split()
    return [condition for words_of_kind in group_search_words(words) for condition in words_of_kind]


def group_search_words(words: list[str]) -> Iterator[list[ColumnElement[bool]]]:
    """Take words that follow each other and look like a telephone number together, the others one by one."""
    for dialled, run in groupby(words, lambda word: PHONE_NUMBER_PART.fullmatch(word) is not None):
        if dialled:
            yield [build_phone_condition(list(run))]
        else:
            yield [build_word_condition(word) for word in run if fold_text(word) or "@" in word]


def build_word_condition(word: str) -> ColumnElement[bool]:
    """A word, or what a hyphen divides, occurs as it is folded; of an e-mail address as it is written."""
    return or_(build_part_condition(word.casefold()), build_all_parts_condition(fold_text(word).split()))


def build_phone_condition(pieces: list[str]) -> ColumnElement[bool]:
    """The digits occur as part of a telephone number, its 8 meaning +7; or each piece occurs by itself."""
    digits = re.sub(r"\D", "", "".join(pieces))
    ways = [
        build_part_condition(digits),
        build_all_parts_condition([each for piece in pieces for each in fold_text(piece).split()]),
    ]
    if digits.startswith("8") and len(digits) > 1:
        ways.append(build_part_condition(f"+7{digits[1:]}"))
    return or_(*ways)


def build_all_parts_condition(pieces: list[str]) -> ColumnElement[bool]:
    """Every piece occurs."""
    return (
        and_(*(build_part_condition(each) for each in pieces)) if pieces else build_part_condition("\n")
    )  # which no search text holds


def build_part_condition(piece: str) -> ColumnElement[bool]:
    """A piece of text occurs in what the search looks through."""
    return Person.search_text.contains(piece, autoescape=True)
