"""Page composition: texts fitted to their blocks, slots for the text of each certificate, and problems where texts do not fit."""

from dataclasses import replace

from certificates import words
from certificates.design import Design
from certificates.drawing.text_fitting import Block, fit_text, measure_block_text, scale_tracking
from certificates.drawing.typeface import FACES, list_unprintable_letters, replace_twins
from certificates.facts import Certificate, Issuer, select_translation
from certificates.layout_items import Layout, PrintProblem, Role, SignatureLine, Slot, TextLine
from certificates.texts import (
    PART_SEPARATOR,
    format_details,
    format_organisations,
    format_second_language_text,
    get_award_reason,
    get_heading,
    replace_inner_spaces,
)


class LayoutBuilder:
    """Collects the lines of a certificate."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.items: list[TextLine | Slot] = []
        self.signature_lines: list[SignatureLine] = []
        self.problems: list[PrintProblem] = []
        self.block_ends: dict[str, float] = {}

    def locate_block(self, name: str) -> Block:
        """Return a block with its final height on the page."""
        block = self.design.blocks[name]
        return replace(block, y=self.block_ends[block.after] - block.y) if block.after else block

    def write_block(self, name: str, text: str, language: str, field: str, role: Role = "P") -> None:
        """Write a text into its block; without a text, the blocks placed after it move up."""
        block = self.design.blocks[name]
        if text:
            self.block_ends[name] = self.fill_block(self.locate_block(name), text, language, field, role)
        else:
            self.block_ends[name] = self.block_ends[block.after] if block.after else block.y

    def write_details(self, facts: Certificate, language: str) -> None:
        """Write hours, place and dates.

        If they do not fit into their block they are folded in `long_details`, between two parts if possible, otherwise also within
        the place.
        """
        whole = replace_inner_spaces(format_details(facts, language))
        place = f"{select_translation(facts.city, language)}, "
        tight, wide = self.locate_block("details"), self.locate_block("long_details")
        alternatives = [(tight, whole), (wide, whole), (wide, whole.replace(replace_inner_spaces(place), place))]
        block, text = next(
            (alternative for alternative in alternatives if fit_text(alternative[1], alternative[0])[0]),
            alternatives[0],
        )
        self.block_ends["details"] = self.fill_block(block, text, language, "place")

    def fill_block(self, block: Block, text: str, language: str, field: str, role: Role = "P") -> float:
        """Write a text into a block, record its problems, and return the height of its last line."""
        missing = " ".join(list_unprintable_letters(text))
        if missing:
            self.problems.append(PrintProblem(field, text, missing))
        size, lines = fit_text(replace_twins(text), block)
        if not size:
            self.problems.append(PrintProblem(field, text))
            return block.y
        colour = self.design.colours[block.colour]
        self.items += set_lines([line.removesuffix("\u00a0·") for line in lines], block, size, colour, language, role)
        return block.y - (len(lines) - 1) * size * block.leading

    def move_lines_down(self, distance: float) -> None:
        """Move all lines down by a distance."""
        self.items = [replace(item, y=item.y - distance) if isinstance(item, TextLine) else item for item in self.items]

    def leave_slot(self, name: str, language: str, *alternatives: str) -> None:
        """Leave a block open for the text of each certificate, with alternatives for texts that do not fit into it."""
        blocks = tuple(self.locate_block(block_name) for block_name in (name, *alternatives))
        self.block_ends[name] = blocks[0].y
        self.items.append(Slot(name, blocks, self.design.colours[blocks[0].colour], language))


def lay_out_certificate(facts: Certificate, design: Design, issuer: Issuer) -> Layout:
    """Lay out what certificates share; what cannot be printed is listed as problems."""
    builder = LayoutBuilder(design)
    first, second = (*facts.languages, "")[:2]
    write_head(builder, facts, issuer, first, second)
    builder.leave_slot("number", first)
    awarded = words.PRESENTED_TO if facts.heading else words.AWARDED_TO
    builder.write_block("awarded", awarded.get(first, ""), first, "awarded")
    builder.leave_slot("recipient", first, "long_recipient")
    builder.write_block("reason", get_award_reason(facts, first), first, "title")
    builder.write_details(facts, first)
    builder.write_block("second", format_second_language_text(facts, second) if second else "", second, "title")
    write_foot(builder, issuer, first)
    return Layout(tuple(builder.items), tuple(builder.signature_lines), tuple(builder.problems))


def write_head(
    builder: LayoutBuilder, facts: Certificate, issuer: Issuer, first_language: str, second_language: str
) -> None:
    """Write the issuer in both languages, centred vertically in its area or, if it needs more room, above its end; and the heading."""
    names = [format_organisations(issuer, language) for language in (first_language, second_language) if language]
    builder.write_block("issuer", names[0][0], first_language, "issuer")
    builder.write_block("co_issuer", names[0][1], first_language, "issuer")
    builder.write_block(
        "second_issuer",
        PART_SEPARATOR.join(filter(None, names[-1])) if names[-1] != names[0] else "",
        second_language,
        "issuer",
    )
    room = builder.block_ends["second_issuer"] - builder.design.head_bottom
    builder.move_lines_down(room / 2 if room > 0 else room)
    builder.write_block("heading", get_heading(facts, first_language), first_language, "heading", role="H1")


def write_foot(builder: LayoutBuilder, issuer: Issuer, language: str) -> None:
    """Write the signatories and how to verify the certificate."""
    row, signatories = builder.design.signatories, issuer.signatories[:3]
    width = (row.right - row.left - row.gap * (len(signatories) - 1)) / max(1, len(signatories))
    width = min(width, row.widest)
    for number, signatory in enumerate(signatories):
        left = row.left + number * (width + row.gap)
        builder.signature_lines.append(
            SignatureLine(left, left + width, row.y, builder.design.colours[row.colour], 0.6)
        )
        name, position = (
            replace(builder.locate_block(block_name), x=left + width / 2, width=width)
            for block_name in ("signatory", "position")
        )
        builder.fill_block(name, signatory.name, language, "signatory")
        if select_translation(signatory.position, language):
            builder.fill_block(position, select_translation(signatory.position, language), language, "signatory")
    builder.write_block("check", f"{words.CHECK_INSTRUCTIONS[language]}: {issuer.host}", language, "check")
    builder.leave_slot("code", language)


def fill_slot(slot: Slot, text: str) -> list[TextLine] | PrintProblem:
    """Return the lines of a slot, or the problem that prevents them."""
    missing = " ".join(list_unprintable_letters(text))
    if missing:
        return PrintProblem(slot.field, text, missing)
    printed_text = replace_twins(text)
    for block in slot.blocks:
        size, lines = fit_text(printed_text, block)
        if size:
            return set_lines(lines, block, size, slot.colour, slot.language, slot.role)
    return PrintProblem(slot.field, text)


def set_lines(lines: list[str], block: Block, size: float, colour: str, language: str, role: Role) -> list[TextLine]:
    """Set the lines of a block one below the other."""
    step = size * block.leading
    return [
        set_line(line, block, size, block.y - number * step, colour, language, role)
        for number, line in enumerate(lines)
    ]


def set_line(text: str, block: Block, size: float, y: float, colour: str, language: str, role: Role) -> TextLine:
    """Set a line at its position in a block."""
    face = FACES[block.face]
    x = block.x if block.left else block.x - measure_block_text(text, block, size) / 2
    return TextLine(text, face, size, x, y, colour, language, role, scale_tracking(block, size))
