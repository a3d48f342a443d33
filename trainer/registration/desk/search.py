"""The search of the list: words in any spelling, phone numbers in any notation, and similar names where nobody is found.

People are found whose search text has every word, as typed, folded, or at the start of a word in a spelling of the name; those
with the words as typed come first. A whole phone number finds that number only, a part of one whatever contains it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Text, and_, case, false, func, literal, or_, select
from sqlalchemy import cast as cast_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.people.similarity import map_similar_words
from trainer.people.spelling import list_spellings
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.web import text
from trainer.web.phones import PhoneInvalid, normalise_phone

MAX_QUERY_LENGTH = 100
MAX_SIMILAR_NAMES = 20
MAX_CANDIDATES = 500  # whose workplaces and the like are searched too
RECORD_SEPARATOR = "\x1f"  # no search text contains it: words are separated by blanks
SPELLINGS_LENGTH = 120  # of the search text, which begins with the spellings of the name
SHORT_NUMBER_LENGTH = 6  # digits that may as well stand in the name of a workplace
PHONE_NUMBER_PART = re.compile(r"[+＋\d()./‐‑‒–—−-]*\d[+＋\d()./‐‑‒–—−-]*")  # one word of a phone number
PHONE_LABELS = {fold_text(label) for label in ("тел", "телефон", "моб", "ұялы", "tel", "phone", "whatsapp")}


class FindText(FunctionElement[int]):
    """The position of a text in another one, 0 if it does not occur. PostgreSQL finds it in a third of the time of LIKE."""

    type = Integer()
    inherit_cache = True


@compiles(FindText, "sqlite")
def compile_for_sqlite(element: FindText, compiler: SQLCompiler, **options: Any) -> str:
    """Return the SQL of SQLite."""
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(FindText, "postgresql")
def compile_for_postgresql(element: FindText, compiler: SQLCompiler, **options: Any) -> str:
    """Return the SQL of PostgreSQL."""
    return f"strpos({compiler.process(element.clauses, **options)})"


@dataclass(frozen=True)
class SearchQuery:
    """The words of a query, and the phone numbers or parts of numbers in it, as typed."""

    words: list[str]
    phones: list[str]


def parse_search_query(query: str) -> SearchQuery:
    """Return the words and phone numbers of a query; consecutive words that look like parts of a number are one number."""
    cleaned = text.clean_text(text.remove_unshowable_characters(query)[:MAX_QUERY_LENGTH])
    words: list[str] = []
    phones: list[str] = []
    for is_phone, run in groupby(cleaned.split(), is_phone_part):
        if is_phone:
            phones.append(" ".join(run))
        else:
            words.extend(word for word in run if fold_text(word) or "@" in word)
    return SearchQuery([word for word in words if not phones or fold_text(word) not in PHONE_LABELS], phones)


def is_phone_part(word: str) -> bool:
    """Return whether a word looks like a part of a phone number, or is a number with a label (tel:+77015550101)."""
    return PHONE_NUMBER_PART.fullmatch(word) is not None or find_phone_number(word) is not None


def find_phone_number(typed: str) -> str | None:
    """Return a whole phone number in E.164, or None."""
    try:
        return normalise_phone(typed)
    except PhoneInvalid:
        return None


def build_search_conditions(query: SearchQuery) -> list[ColumnElement[bool]]:
    """Return the conditions that a person must meet: every word and every phone number occurs."""
    return [*map(build_word_condition, query.words), *map(build_phone_condition, query.phones)]


def build_word_condition(word: str) -> ColumnElement[bool]:
    """Return the condition that a word occurs as typed (for e-mail addresses), folded, or in a spelling of a name."""
    starts = (f" {start}" for spelling in list_spellings(word) for start in list_starts(spelling))
    parts = {word.casefold(), *starts}
    folded = fold_text(word)
    if " " in folded:
        return or_(build_folded_condition(word), *map(build_part_condition, sorted(parts)))
    parts |= {folded} if folded else set()
    # What contains another part is left out: each part takes a look at every person's text.
    needed = (part for part in parts if not any(other in part for other in parts - {part}))
    return or_(*map(build_part_condition, sorted(needed)))


def list_starts(spelling: str) -> list[str]:
    """Return the starts of words that a spelling may be: Ali begins Aliyev, whose spelling is алев."""
    return [spelling, f"{spelling[:-1]}е"] if spelling.endswith("и") else [spelling]


def build_folded_condition(words: str) -> ColumnElement[bool]:
    """Return the condition that every word, split at hyphens, occurs folded; false without words."""
    parts = fold_text(words).split()
    return and_(*map(build_part_condition, parts)) if parts else false()


def build_part_condition(part: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in the search text of a person."""
    return FindText(Person.search_text, literal(part)) > 0


def build_phone_condition(typed: str) -> ColumnElement[bool]:
    """Return the condition that a person has this phone number, or one that contains the digits; a leading 8 means +7.

    Few digits may also stand in the text, each group of them.
    """
    number = find_phone_number(typed)
    if number:
        domestic = [f"8{number[2:]}"] if number.startswith("+7") else []
        return or_(Person.phone == number, build_typed_phone_condition([number, *domestic]))
    digits = "".join(str(int(character)) for character in typed if character.isdecimal())
    parts = [f"+{digits}" if typed.startswith(("+", "＋")) else digits]
    if digits.startswith("8") and len(digits) > 1:
        parts.append(f"+7{digits[1:]}")
    conditions = [*(Person.phone.contains(part) for part in parts), build_typed_phone_condition(parts)]
    if len(digits) <= SHORT_NUMBER_LENGTH or typed == digits:
        conditions.append(build_folded_condition(typed))
    return or_(*conditions)


def build_typed_phone_condition(parts: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a phone which is kept as a walk-in typed it, not in E.164, contains one of the parts."""
    stored: ColumnElement[str] = cast("ColumnElement[str]", Person.phone)
    for mark in " -().":
        stored = func.replace(stored, mark, "")
    is_typed = or_(Person.phone.not_like("+%"), Person.phone.like("% %"))
    return and_(is_typed, or_(*(stored.contains(part) for part in parts)))


def build_search_rank(query: SearchQuery) -> ColumnElement[int]:
    """Return a column to order by: 0 for people with every word as typed, 1 folded, 2 in another spelling."""
    if not query.words:
        return literal(0)
    typed = and_(*(build_part_condition(f"={word.casefold()}") for word in query.words))
    return case((typed, 0), (build_folded_condition(" ".join(query.words)), 1), else_=2)


def find_similar_names(
    session: Session, conditions: Sequence[ColumnElement[bool]], query: SearchQuery
) -> dict[int, int]:
    """Return the ids of the registrations that meet the conditions and whose names have nearly the words, with the edits.

    Where no name has nearly all words, the others may occur anywhere, as in the workplace. The fewest edits come first; there
    are at most MAX_SIMILAR_NAMES.
    """
    if not query.words:
        return {}
    people = list_spelled_names(session, [*conditions, *map(build_phone_condition, query.phones)])
    vocabulary = set(" ".join(people.values()).split())
    similar = [map_similar_words(vocabulary, list_spellings(word)) for word in query.words]
    similar_words = set[str]().union(*similar)
    edits: dict[int, list[int | None]] = {}
    for number, spelled in people.items():
        names = spelled.split()
        if not similar_words.isdisjoint(names):
            edits[number] = [min((word[name] for name in names if name in word), default=None) for word in similar]
    if edits and all(None in each for each in edits.values()):
        mark_found_words(session, query, edits)
    totals = [(sum(filter(None, each)), number) for number, each in edits.items() if None not in each]
    return {number: total for total, number in sorted(totals)[:MAX_SIMILAR_NAMES]}


def list_spelled_names(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[int, str]:
    """Return the spellings of the name of each registration that meets the conditions, with blanks between, by id.

    They are read as one text, which takes a third of the time of reading 10,000 rows.
    """
    record = cast_column(Registration.id, Text) + func.substr(Person.search_text, 1, SPELLINGS_LENGTH)
    statement = select(func.aggregate_strings(record, RECORD_SEPARATOR)).select_from(Registration)
    records = session.scalar(statement.join(Registration.person).where(*conditions)) or ""
    lines = (each.partition("\n")[0].partition(" ") for each in records.split(RECORD_SEPARATOR) if each)
    return {int(number): spelled for number, _blank, spelled in lines}


def mark_found_words(session: Session, query: SearchQuery, edits: dict[int, list[int | None]]) -> None:
    """Set the edits to 0 for the words of a query that occur in the search text, for the nearest of the registrations."""
    nearest = sorted(edits, key=lambda number: (edits[number].count(None), sum(filter(None, edits[number]))))
    statement = select(Registration.id, *map(build_word_condition, query.words)).join(Registration.person)
    for number, *found in session.execute(statement.where(Registration.id.in_(nearest[:MAX_CANDIDATES]))):
        edits[number] = [0 if is_found else each for is_found, each in zip(found, edits[number], strict=True)]


def find_registration_ids(session: Session, seminar: Seminar, query: str) -> set[int]:
    """Return the ids of a seminar's registrations that a query finds, or of those with similar names if it finds none."""
    parsed, of_seminar = parse_search_query(query), Registration.seminar_id == seminar.id
    found = select(Registration.id).join(Registration.person).where(of_seminar, *build_search_conditions(parsed))
    return set(session.scalars(found)) or set(find_similar_names(session, [of_seminar], parsed))
