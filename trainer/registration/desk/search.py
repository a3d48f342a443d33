"""What an organizer types into the search: words folded as names are, telephone numbers in any writing."""

import re
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, and_, or_

from trainer.language.collation import fold
from trainer.people.models import Person
from trainer.web import text

LONGEST = 100
DIALLED = re.compile(r"[+\d()./‐‑–-]*\d[+\d()./‐‑–-]*")  # a piece of a telephone number


def matching(query: str) -> list[ColumnElement[bool]]:
    """Give the conditions that a person meets who is searched for: every word occurs, however it is spelled."""
    words = text.showable(query)[:LONGEST].split()
    return [condition for words_of_kind in kinds(words) for condition in words_of_kind]


def kinds(words: list[str]) -> Iterator[list[ColumnElement[bool]]]:
    """Take words that follow each other and look like a telephone number together, the others one by one."""
    for dialled, run in groupby(words, lambda word: DIALLED.fullmatch(word) is not None):
        if dialled:
            yield [number_occurs(list(run))]
        else:
            yield [word_occurs(word) for word in run if fold(word) or "@" in word]


def word_occurs(word: str) -> ColumnElement[bool]:
    """A word, or what a hyphen divides, occurs as it is folded; of an e-mail address as it is written."""
    return or_(occurs(word.casefold()), all_occur(fold(word).split()))


def number_occurs(pieces: list[str]) -> ColumnElement[bool]:
    """The digits occur as part of a telephone number, its 8 meaning +7; or each piece occurs by itself."""
    digits = re.sub(r"\D", "", "".join(pieces))
    ways = [occurs(digits), all_occur([each for piece in pieces for each in fold(piece).split()])]
    if digits.startswith("8") and len(digits) > 1:
        ways.append(occurs(f"+7{digits[1:]}"))
    return or_(*ways)


def all_occur(pieces: list[str]) -> ColumnElement[bool]:
    """Every piece occurs."""
    return and_(*(occurs(each) for each in pieces)) if pieces else occurs("\n")  # which no search text holds


def occurs(piece: str) -> ColumnElement[bool]:
    """A piece of text occurs in what the search looks through."""
    return Person.search_text.contains(piece, autoescape=True)
