"""Figures in a text: numbers with the words around them that say what they count and how they are meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BLANK = "[ \u00a0\u202f]"
NUMBER = re.compile(rf"\d{{1,3}}(?:{BLANK}\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?")
RANGE = re.compile(r"\d\s*[-–—]\s*\d")
AT_LEAST = re.compile(
    r"кемінде|кем\s+дегенде|кем\s+емес|аз\s+емес|кем\s+болма|артық|не\s+мене|миним|более|свыше|\bот\s+\d"
    r"|at\s+least|minimum|more\s+than|≥|>=|\d\s*\+(?!\d)",
    re.IGNORECASE,
)
AT_MOST = re.compile(r"не\s+более|не\s+больше|көп\s+емес|аспай|at\s+most|≤|<=|максим|maxim|\bдо\s+\d", re.IGNORECASE)
BRACKETS = re.compile(r"\(([^()]*)\)?")
NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "бір один одна одно one",
            "екі два две two",
            "үш три three",
            "төрт четыре four",
            "бес пять five",
            "алты шесть six",
            "жеті семь seven",
            "сегіз восемь eight",
            "тоғыз девять nine",
            "десять ten",
        ),
        1,
    )
    for word in words.split()
}


@dataclass(frozen=True)
class Figure:
    """A number, the words before it and the words that follow it up to the next number, and whether a slash joins it to the one before."""

    value: int | float
    before: str
    after: str
    is_joined: bool = False


def list_figures(text: str) -> list[Figure]:
    """Return the figures of a text; a number in words counts if there is no other."""
    matches = list(NUMBER.finditer(text))
    if not matches:
        return list(iterate_number_words(text))
    figures = []
    for index, match in enumerate(matches):
        start = matches[index - 1].end() if index else 0
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        before = text[start : match.start()]
        figures.append(
            Figure(parse_number(match[0]), before, text[match.end() : end], index > 0 and before.strip() == "/")
        )
    return figures


def iterate_number_words(text: str) -> Iterator[Figure]:
    """Yield the numbers that a text spells in words."""
    for match in re.finditer(r"\w+", text):
        value = NUMBER_WORDS.get(match[0].casefold())
        if value is not None:
            yield Figure(value, text[: match.start()], text[match.end() :])


def parse_number(text: str) -> int | float:
    """Return a number with blanks between thousands and a comma or point before decimals."""
    digits = re.sub(BLANK, "", text).replace(",", ".")
    value = float(digits[:15])
    return int(value) if value.is_integer() else value


def split_brackets(text: str) -> tuple[str, str]:
    """Return a text without what stands in brackets, and what stands there."""
    return BRACKETS.sub(" ", text).strip(), " ".join(BRACKETS.findall(text)).strip()


def find_comparator(text: str) -> str:
    """Return how a figure is meant: at_least if a word says so, else exactly."""
    return "at_least" if AT_LEAST.search(text) and not AT_MOST.search(text) else "exactly"
