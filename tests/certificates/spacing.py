"""How far apart the texts of a certificate stand, measured at the ink of their letters."""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

from fontTools.ttLib import TTFont

from certificates import Certificate, Design, Issuer
from certificates.drawing import Diamond, Rule, get_font_path
from certificates.layout import fill_slot, lay_out_certificate
from certificates.layout_items import Bounds, PrintProblem, Slot, TextLine
from certificates.texts import get_slot_text


class TextTooLong(Exception):
    """A text that the library refuses to print, because it does not fit."""


@dataclass(frozen=True)
class Ink:
    """A line of text or an ornament: which part of the certificate it belongs to, and the rectangle of its ink."""

    part: str
    text: str
    bounds: Bounds


@cache
def load_glyph_heights(face: str) -> dict[str, tuple[float, float]]:
    """Return bottom and top of each letter of a face, at a size of one point."""
    font = TTFont(get_font_path(face))
    glyphs, scale = font["glyf"], 1 / font["head"].unitsPerEm
    heights = {}
    for code, name in font.getBestCmap().items():
        glyph = glyphs[name]
        if glyph.numberOfContours:
            heights[chr(code)] = glyph.yMin * scale, glyph.yMax * scale
    return heights


def measure_ink(line: TextLine) -> Bounds:
    """Return the rectangle around the ink of a line."""
    left, _bottom, right, _top = line.bounds
    edges = [load_glyph_heights(line.face)[letter] for letter in line.text if letter in load_glyph_heights(line.face)]
    bottom, top = min(edge[0] for edge in edges), max(edge[1] for edge in edges)
    return left, line.y + bottom * line.size, right, line.y + top * line.size


def list_inks(certificate: Certificate, design: Design, issuer: Issuer) -> list[Ink]:
    """Return every line of text and the ornaments between them, in reading order. Raises TextTooLong."""
    layout = lay_out_certificate(certificate, design, issuer)
    if layout.problems:
        raise TextTooLong
    inks, part = [], "head"
    for item in layout.items:
        if isinstance(item, Slot):
            lines = fill_slot(item, get_slot_text(certificate, item.field))
            if isinstance(lines, PrintProblem):
                raise TextTooLong
            inks += [Ink(item.field, line.text, measure_ink(line)) for line in lines]
            part = {"number": "awarded", "recipient": "reason"}.get(item.field, item.field)
        else:
            part = "heading" if item.role == "H1" else part
            inks.append(Ink(part, item.text, measure_ink(item)))
    return [*inks, *list_ornament_inks(design)]


def list_ornament_inks(design: Design) -> list[Ink]:
    """Return the lines and diamonds that stand between the texts."""
    rules = [
        Ink("ornament", "—", (rule.x1, rule.y - rule.thickness / 2, rule.x2, rule.y + rule.thickness / 2))
        for rule in design.ornaments
        if isinstance(rule, Rule)
    ]
    return rules + [
        Ink("ornament", "◆", (mark.x - mark.reach, mark.y - mark.reach, mark.x + mark.reach, mark.y + mark.reach))
        for mark in design.ornaments
        if isinstance(mark, Diamond)
    ]


def list_gaps(inks: list[Ink]) -> list[tuple[float, Ink, Ink]]:
    """Return the vertical distance, in points, of each two lines that stand above each other and of different parts, the nearest first."""
    gaps = []
    for first, second in combinations(inks, 2):
        a, b = first.bounds, second.bounds
        if a[0] < b[2] and b[0] < a[2] and first.part != second.part:
            gaps.append((max(a[1], b[1]) - min(a[3], b[3]), first, second))
    return sorted(gaps, key=lambda gap: gap[0])
