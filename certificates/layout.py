"""Where everything stands on the paper: lines of text that have been fitted to their place, or a list of what does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certificates import words
from certificates.code import display_code
from certificates.design import Design
from certificates.facts import Certificate, Issuer, in_language
from certificates.typeface import BOLD, ITALIC, SANS, SERIF, missing, width

Role = str
"""What a line is to a reader who can't see the paper: H1 for the heading, P for the rest."""


@dataclass(frozen=True)
class Line:
    """A line of text on its baseline, centred on x; lengths in points."""

    text: str
    face: str
    size: float
    x: float
    y: float
    colour: str
    language: str
    role: Role = "P"
    tracking: float = 0
    left: bool = False


@dataclass(frozen=True)
class Rule:
    """A horizontal line from x1 to x2."""

    x1: float
    x2: float
    y: float
    colour: str
    thickness: float


@dataclass(frozen=True)
class Problem:
    """Why a certificate can't be printed: characters that the font lacks, or (with none) a text that does not fit."""

    field: str
    text: str
    characters: str = ""


@dataclass(frozen=True)
class Layout:
    """A certificate, laid out."""

    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


class Sheet:
    """Collects the lines of one certificate from the top of the paper downwards."""

    def __init__(self, design: Design) -> None:
        self.design, self.centre = design, design.width / 2
        self.lines: list[Line] = []
        self.rules: list[Rule] = []
        self.problems: list[Problem] = []

    def put(self, field: str, line: Line) -> None:
        """Put a line, noting characters that its face lacks."""
        lacking = missing(line.text, line.face)
        if lacking:
            self.problems.append(Problem(field, line.text, lacking))
        self.lines.append(line)

    def fitted(
        self, field: str, text: str, face: str, sizes: Sequence[float], room: float, tracking: float = 0
    ) -> float:
        """Give the largest of the sizes at which the text fits on one line, noting it when none does."""
        for size in sizes:
            if width(text, face, size, tracking) <= room:
                return size
        self.problems.append(Problem(field, text))
        return sizes[-1]

    def wrapped(
        self, field: str, text: str, face: str, sizes: Sequence[float], room: float, most: int
    ) -> tuple[float, list[str]]:
        """Give the largest size at which the text fits on so many lines, and the lines."""
        for size in sizes:
            lines = wrap(text, face, size, room)
            if len(lines) <= most and all(width(line, face, size) <= room for line in lines):
                return size, balanced(text, face, size, room, len(lines))
        self.problems.append(Problem(field, text))
        return sizes[-1], wrap(text, face, sizes[-1], room)[:most]


def lay_out(facts: Certificate, design: Design, issuer: Issuer) -> Layout:
    """Lay a certificate out; what can't be printed is listed, not hidden."""
    sheet = Sheet(design)
    first, second = (*facts.languages, "")[:2]
    head(sheet, issuer, first, second)
    recipient(sheet, facts, first)
    bottom = body(sheet, facts, first)
    if second:
        beneath(sheet, facts, second, bottom)
    foot(sheet, facts, issuer, first)
    return Layout(tuple(sheet.lines), tuple(sheet.rules), tuple(sheet.problems))


def head(sheet: Sheet, issuer: Issuer, first: str, second: str) -> None:
    """Put the issuer's name in both languages, and the heading."""
    design, y = sheet.design, 516.0
    name = in_language(issuer.name, first)
    size, lines = sheet.wrapped("issuer", name, BOLD, (12.5, 11.5, 10.5, 9.5), 600, 2)
    for line in lines:
        sheet.put("issuer", Line(line, BOLD, size, sheet.centre, y, design.brand, first, tracking=0.4))
        y -= size * 1.3
    other = issuer.name.get(second, "")
    if other and other != name:
        size, lines = sheet.wrapped("issuer", other, SANS, (9, 8.5, 8), 600, 2)
        for line in lines:
            sheet.put("issuer", Line(line, SANS, size, sheet.centre, y, design.soft, second))
            y -= size * 1.3
    sheet.put(
        "heading", Line(words.TITLE[first], SERIF, 50, sheet.centre, 425, design.brand, first, role="H1", tracking=7)
    )
    for side in (-1, 1):
        sheet.rules.append(Rule(sheet.centre + side * 16, sheet.centre + side * 150, 407, design.gold, 1))


def recipient(sheet: Sheet, facts: Certificate, first: str) -> None:
    """Put the name on a line of its own."""
    design = sheet.design
    sheet.put("number", Line(f"№ {facts.serial}", BOLD, 11, sheet.centre, 387, design.soft, first, tracking=0.6))
    if first in words.AWARDED_TO:
        sheet.put("awarded", Line(words.AWARDED_TO[first], ITALIC, 12.5, sheet.centre, 371, design.soft, first))
    size = sheet.fitted("recipient", facts.recipient, SERIF, (36, 34, 32, 30, 28, 26, 24, 22, 20, 18), 640)
    sheet.put("recipient", Line(facts.recipient, SERIF, size, sheet.centre, 340, design.ink, first))
    sheet.rules.append(Rule(sheet.centre - 280, sheet.centre + 280, 328, design.gold, 0.6))


def body(sheet: Sheet, facts: Certificate, first: str) -> float:
    """Put what it is awarded for, how long it was, where and when; give the height beneath."""
    design, y = sheet.design, 303.0
    sentence = words.reason(facts.kind, facts.event, in_language(facts.title, first), first)
    size, lines = sheet.wrapped("title", sentence, SANS, (15, 14, 13, 12, 11), 580, 3)
    for line in lines:
        sheet.put("title", Line(line, SANS, size, sheet.centre, y, design.ink, first))
        y -= size * 1.35
    details = joined(facts, first)
    size = sheet.fitted("place", details, ITALIC, (14, 13, 12, 11, 10), 620)
    sheet.put("place", Line(details, ITALIC, size, sheet.centre, y - 3, design.soft, first))
    return y - 3 - size


def beneath(sheet: Sheet, facts: Certificate, second: str, top: float) -> None:
    """Put the same in the second language, smaller."""
    design, y = sheet.design, top - 10
    sentence = words.reason(facts.kind, facts.event, in_language(facts.title, second), second)
    sentence = f"{words.TITLE[second].capitalize()} {SECOND_VERB[second]}{sentence}. {joined(facts, second)}"
    size, lines = sheet.wrapped("title", sentence, SANS, (10, 9.5, 9, 8.5, 8), 560, 3)
    for line in lines:
        sheet.put("title", Line(line, SANS, size, sheet.centre, y, design.soft, second))
        y -= size * 1.35


SECOND_VERB = {"kk": "", "ru": "выдан ", "en": "awarded "}


def joined(facts: Certificate, language: str) -> str:
    """Say how long, where and when in one line."""
    place = in_language(facts.place, language)
    when = words.days(facts.held, language)
    parts = [words.hours(facts.hours, language), ", ".join(part for part in (place, when) if part)]
    if facts.expires is not None:
        parts.append(words.VALID_UNTIL[language].format(day=words.day(facts.expires, language)))
    return " · ".join(part for part in parts if part)


def foot(sheet: Sheet, facts: Certificate, issuer: Issuer, first: str) -> None:
    """Put the signatories on the left, the date of issue and how to check beneath."""
    design = sheet.design
    left, right = design.margin + 66, qr_left(design) - 30
    people = issuer.signatories[:3]
    room = (right - left - 24 * max(0, len(people) - 1)) / max(1, len(people))
    room = min(room, 190)
    for place, signatory in enumerate(people):
        x1 = left + place * (room + 24)
        sheet.rules.append(Rule(x1, x1 + room, 138, design.ink, 0.6))
        size = sheet.fitted("signatory", signatory.name, BOLD, (11, 10, 9, 8), room)
        sheet.put("signatory", Line(signatory.name, BOLD, size, x1 + room / 2, 124, design.ink, first))
        position = in_language(signatory.position, first)
        size, lines = sheet.wrapped("signatory", position, SANS, (9.5, 9, 8.5, 8), room, 2)
        for number, line in enumerate(lines):
            sheet.put("signatory", Line(line, SANS, size, x1 + room / 2, 112 - number * size * 1.2, design.soft, first))
    note = f"{words.CHECK[first]}: {issuer.host}"
    size = sheet.fitted("check", note, SANS, (8.5, 8, 7.5, 7), right - left)
    sheet.put("check", Line(note, SANS, size, left, 76, design.soft, first, left=True))
    code = Line(display_code(facts.code), BOLD, 8.5, left, 64, design.soft, first, left=True, tracking=0.5)
    sheet.put("check", code)


def qr_left(design: Design) -> float:
    """Where the room for the QR code begins: the largest that a seal needs, quiet zone included."""
    return design.width - design.margin - 66 - QR_ROOM


QR_ROOM = 116.0
"""Points, some 41 mm: 81 modules and the quiet zone at 0.45 mm."""


def wrap(text: str, face: str, size: float, room: float) -> list[str]:
    """Break a text into lines of at most `room` points, at blanks."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(f"{lines[-1]} {word}", face, size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def balanced(text: str, face: str, size: float, room: float, count: int) -> list[str]:
    """Break a text into so many lines of about the same width."""
    best = wrap(text, face, size, room)
    for narrower in narrower_rooms(room):
        lines = wrap(text, face, size, narrower)
        if len(lines) > count or any(width(line, face, size) > room for line in lines):
            break
        best = lines
    return best


def narrower_rooms(room: float) -> Iterator[float]:
    """Try narrower and narrower."""
    return (room - step for step in range(8, int(room * 0.6), 8))
