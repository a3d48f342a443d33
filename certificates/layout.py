"""Where everything stands on the paper: lines of text fitted to their blocks, slots for what each certificate has of its own,
or a list of what does not fit."""

from dataclasses import dataclass, replace
from math import floor

from certificates import words
from certificates.code import display_code
from certificates.design import Block, Design
from certificates.drawing.typeface import FACES, missing, width
from certificates.facts import Certificate, Issuer, in_language

ASCENDER, DESCENDER = 0.75, 0.25  # how far letters reach above and below their baseline, in sizes

DOT = "\u00a0· "  # between two parts; a line breaks behind it

Corners = tuple[float, float, float, float]
"""Left, bottom, right and top of a rectangle."""
Role = str
"""What a line is to a reader who can't see the paper: H1 for the heading, P for the rest."""


@dataclass(frozen=True)
class Line:
    """A line of text from x along its baseline; lengths in points."""

    text: str
    face: str
    size: float
    x: float
    y: float
    colour: str
    language: str
    role: Role = "P"
    tracking: float = 0

    @property
    def bottom(self) -> float:
        """How far down its letters reach."""
        return self.y - DESCENDER * self.size

    @property
    def corners(self) -> Corners:
        """The rectangle that its letters take."""
        right = self.x + width(self.text, self.face, self.size, self.tracking)
        return self.x, self.bottom, right, self.y + ASCENDER * self.size


@dataclass(frozen=True)
class Slot:
    """A line whose text is each certificate's own: `field` is recipient, number or code. It stands in the first of the blocks
    that it fits into."""

    field: str
    blocks: tuple[Block, ...]
    colour: str
    language: str
    role: Role = "P"


@dataclass(frozen=True)
class Rule:
    """A horizontal line from x1 to x2."""

    x1: float
    x2: float
    y: float
    colour: str
    thickness: float

    @property
    def corners(self) -> Corners:
        """The rectangle that it takes."""
        return self.x1, self.y - self.thickness / 2, self.x2, self.y + self.thickness / 2


@dataclass(frozen=True)
class Problem:
    """Why a certificate can't be printed: characters that the font lacks, or (with none) a text that does not fit; its field
    is `code` where the QR code would stand on the text."""

    field: str
    text: str
    characters: str = ""


@dataclass(frozen=True)
class Layout:
    """What certificates with the same seminar have in common, laid out in reading order."""

    items: tuple[Line | Slot, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


class Sheet:
    """Collects the lines of a paper."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.items: list[Line | Slot] = []
        self.rules: list[Rule] = []
        self.problems: list[Problem] = []
        self.ends: dict[str, float] = {}

    def block(self, name: str) -> Block:
        """Give a block with its height on the paper."""
        block = self.design.blocks[name]
        return replace(block, y=self.ends[block.after] - block.y) if block.after else block

    def write(self, name: str, text: str, language: str, field: str, role: Role = "P") -> None:
        """Write a text into its block; without a text, what hangs on the block moves up."""
        block = self.design.blocks[name]
        if text:
            self.ends[name] = self.fill(self.block(name), text, language, field, role)
        else:
            self.ends[name] = self.ends[block.after] if block.after else block.y

    def write_details(self, facts: Certificate, language: str) -> None:
        """Write how long, where and when; what does not fit into its block is folded in `long_details`, between two parts if it
        can be, else within the place too."""
        whole = unbroken(joined(facts, language))
        place = f"{in_language(facts.place, language)}, "
        tight, wide = self.block("details"), self.block("long_details")
        ways = [(tight, whole), (wide, whole), (wide, whole.replace(unbroken(place), place))]
        block, text = next((each for each in ways if fitted(each[1], each[0])[0]), ways[0])
        self.ends["details"] = self.fill(block, text, language, "place")

    def fill(self, block: Block, text: str, language: str, field: str, role: Role = "P") -> float:
        """Write a text into a block, noting what is wrong with it; give the height of its last line."""
        lacking = missing(text, FACES[block.face])
        if lacking:
            self.problems.append(Problem(field, text, lacking))
        size, lines = fitted(text, block)
        if not size:
            self.problems.append(Problem(field, text))
            return block.y
        colour = self.design.colours[block.colour]
        self.items += set_lines([line.removesuffix("\u00a0·") for line in lines], block, size, colour, language, role)
        return block.y - (len(lines) - 1) * size * block.leading

    def lower(self, distance: float) -> None:
        """Move all lines so far down."""
        self.items = [replace(each, y=each.y - distance) if isinstance(each, Line) else each for each in self.items]

    def leave(self, name: str, language: str, *others: str) -> None:
        """Leave a block open for what is each certificate's own, and others for what does not fit into it."""
        blocks = tuple(self.block(each) for each in (name, *others))
        self.ends[name] = blocks[0].y
        self.items.append(Slot(name, blocks, self.design.colours[blocks[0].colour], language))


def lay_out(facts: Certificate, design: Design, issuer: Issuer) -> Layout:
    """Lay out what does not differ between certificates; what can't be printed is listed, not hidden."""
    sheet = Sheet(design)
    first, second = (*facts.languages, "")[:2]
    head(sheet, facts, issuer, first, second)
    sheet.leave("number", first)
    awarded = words.PRESENTED_TO if facts.heading else words.AWARDED_TO
    sheet.write("awarded", awarded.get(first, ""), first, "awarded")
    sheet.leave("recipient", first, "long_recipient")
    sheet.write("reason", reason(facts, first), first, "title")
    sheet.write_details(facts, first)
    sheet.write("second", in_second_language(facts, second) if second else "", second, "title")
    foot(sheet, issuer, first)
    return Layout(tuple(sheet.items), tuple(sheet.rules), tuple(sheet.problems))


def head(sheet: Sheet, facts: Certificate, issuer: Issuer, first: str, second: str) -> None:
    """Write who issues, in both languages, midway between the top and what they may take at most, and the heading."""
    names = [organisations(issuer, language) for language in (first, second) if language]
    sheet.write("issuer", names[0][0], first, "issuer")
    sheet.write("co_issuer", names[0][1], first, "issuer")
    sheet.write("second_issuer", DOT.join(filter(None, names[-1])) if names[-1] != names[0] else "", second, "issuer")
    sheet.lower((sheet.ends["second_issuer"] - sheet.design.head_bottom) / 2)
    sheet.write("heading", heading(facts, first), first, "heading", role="H1")


def organisations(issuer: Issuer, language: str) -> tuple[str, str]:
    """Name the issuer and who it works with, in a language."""
    other = in_language(issuer.co_issuer, language)
    return in_language(issuer.name, language), words.CO_ISSUER[language].format(name=other) if other else ""


def heading(facts: Certificate, language: str) -> str:
    """Say what this paper is."""
    return in_language(facts.heading, language) or words.TITLE[language]


def reason(facts: Certificate, language: str) -> str:
    """Say what it is awarded for."""
    return words.reason(facts.kind, facts.event, in_language(facts.title, language), language)


def in_second_language(facts: Certificate, language: str) -> str:
    """Say all of it once more, in one sentence."""
    verb = (words.PRESENTED if facts.heading else words.AWARDED)[language]
    said = " ".join(filter(None, (words.as_word(heading(facts, language)), verb, reason(facts, language))))
    return f"{said}. {joined(facts, language)}"


def joined(facts: Certificate, language: str) -> str:
    """Say how long, where and when in one line."""
    place = in_language(facts.place, language)
    when = words.days(facts.held, language)
    parts = [words.hours(facts.hours, language), ", ".join(part for part in (place, when) if part)]
    if facts.expires is not None:
        parts.append(words.VALID_UNTIL[language].format(day=words.day(facts.expires, language)))
    return DOT.join(part for part in parts if part)


def unbroken(text: str) -> str:
    """Let a text of several parts break between them alone."""
    return text.replace(" ", "\u00a0").replace("\u00a0·\u00a0", DOT)


def foot(sheet: Sheet, issuer: Issuer, first: str) -> None:
    """Write the signatories and how to check."""
    row, people = sheet.design.signatories, issuer.signatories[:3]
    room = (row.right - row.left - row.gap * (len(people) - 1)) / max(1, len(people))
    room = min(room, row.widest)
    for number, signatory in enumerate(people):
        left = row.left + number * (room + row.gap)
        sheet.rules.append(Rule(left, left + room, row.y, sheet.design.colours[row.colour], 0.6))
        name, position = (
            replace(sheet.block(each), x=left + room / 2, width=room) for each in ("signatory", "position")
        )
        sheet.fill(name, signatory.name, first, "signatory")
        if in_language(signatory.position, first):
            sheet.fill(position, in_language(signatory.position, first), first, "signatory")
    sheet.write("check", f"{words.CHECK[first]}: {issuer.host}", first, "check")
    sheet.leave("code", first)


def meet(one: Corners, other: Corners) -> bool:
    """Whether two rectangles have a piece in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def own_text(facts: Certificate, field: str) -> str:
    """Give what a certificate says in a slot."""
    if field == "recipient":
        return facts.recipient
    return f"№ {facts.serial}" if field == "number" else display_code(facts.code)


def fill_slot(slot: Slot, text: str) -> list[Line] | Problem:
    """Set the lines of a slot, or say why they can't be."""
    lacking = missing(text, FACES[slot.blocks[0].face])
    if lacking:
        return Problem(slot.field, text, lacking)
    for block in slot.blocks:
        size, lines = fitted(text, block)
        if size:
            return set_lines(lines, block, size, slot.colour, slot.language, slot.role)
    return Problem(slot.field, text)


def set_lines(lines: list[str], block: Block, size: float, colour: str, language: str, role: Role) -> list[Line]:
    """Set the lines of a block one under the other."""
    step = size * block.leading
    return [
        set_line(line, block, size, block.y - number * step, colour, language, role)
        for number, line in enumerate(lines)
    ]


def set_line(text: str, block: Block, size: float, y: float, colour: str, language: str, role: Role) -> Line:
    """Set a line at its place in a block."""
    face = FACES[block.face]
    x = block.x if block.left else block.x - measured(text, block, size) / 2
    return Line(text, face, size, x, y, colour, language, role, tracked(block, size))


def fitted(text: str, block: Block) -> tuple[float, list[str]]:
    """Give the largest size at which a text fits into a block, and its lines; 0 and none if there is no such size."""
    size = one_line(text, block)
    if block.lines == 1 or size == block.largest:
        return size, [text]
    for half_points in range(round(2 * block.largest), round(2 * block.smallest) - 1, -1):
        lines = wrap(text, block, half_points / 2, block.width)
        if len(lines) <= block.lines and all(measured(each, block, half_points / 2) <= block.width for each in lines):
            return half_points / 2, balanced(text, block, half_points / 2, len(lines))
    return 0, []


def one_line(text: str, block: Block) -> float:
    """Give the largest size, in half points, at which a text fits on one line of a block; 0 if there is none."""
    size = floor(2 * block.width / (measured(text, block, 1) or 1)) / 2
    return 0 if size < block.smallest else min(size, block.largest)


def measured(text: str, block: Block, size: float) -> float:
    """Give how wide a text is in a block's face."""
    return width(text, FACES[block.face], size, tracked(block, size))


def tracked(block: Block, size: float) -> float:
    """Give how much stands between letters of a size: small ones stand closer."""
    return block.tracking * size / block.largest


def wrap(text: str, block: Block, size: float, room: float) -> list[str]:
    """Break a text into lines of at most `room` points, at blanks."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and measured(f"{lines[-1]} {word}", block, size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def balanced(text: str, block: Block, size: float, count: int) -> list[str]:
    """Break a text into so many lines of about the same width."""
    best = wrap(text, block, size, block.width)
    for room in range(round(block.width) - 8, round(block.width * 0.4), -8):
        lines = wrap(text, block, size, room)
        if len(lines) > count or any(measured(each, block, size) > block.width for each in lines):
            break
        best = lines
    return best
