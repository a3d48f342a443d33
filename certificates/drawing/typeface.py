"""Typefaces of the documents: which characters they have, and how wide texts are."""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS_FOLDER = Path(__file__).resolve().parents[1] / "fonts"
SERIF, ITALIC, SANS, BOLD = "PaperSerif-SemiBold", "PaperSerif-Italic", "PaperSans-Regular", "PaperSans-SemiBold"
FACES = {"serif": SERIF, "italic": ITALIC, "sans": SANS, "bold": BOLD}
"""Faces by their names in designs."""


def get_font_path(name: str) -> Path:
    """Return the path of a face's TTF file."""
    return FONTS_FOLDER / f"{name}.ttf"


@cache
def load_face(name: str) -> TTFont:
    """Load a face; its file is read once."""
    font = TTFont(name, str(get_font_path(name)), asciiReadable=False)  # embed only the letters used, not all of ASCII
    pdfmetrics.registerFont(font)
    return font


@cache
def measure_letters(name: str) -> dict[str, float]:
    """Return the width of each letter of a face at a size of one point."""
    return {chr(code): width / 1000 for code, width in load_face(name).face.charWidths.items()}


def measure_width(text: str, name: str, size: float, tracking: float = 0) -> float:
    """Return the width of a text in points; letters that the face lacks count as 0."""
    letter_widths = measure_letters(name)
    return size * sum([letter_widths.get(letter, 0.0) for letter in text]) + tracking * max(0, len(text) - 1)


def list_missing_characters(text: str, name: str) -> str:
    """Return the characters of a text that a face lacks."""
    return "".join(sorted(set(text) - list_face_characters(name)))


@cache
def list_face_characters(name: str) -> frozenset[str]:
    """Return the characters that a face has."""
    return frozenset(chr(code) for code in load_face(name).face.charToGlyph)
