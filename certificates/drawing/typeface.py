"""The faces of the paper: what they can show, how wide a text is."""

from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SERIF, ITALIC, SANS, BOLD = "PaperSerif-SemiBold", "PaperSerif-Italic", "PaperSans-Regular", "PaperSans-SemiBold"
FACES = {"serif": SERIF, "italic": ITALIC, "sans": SANS, "bold": BOLD}
"""The faces by the names that designs call them."""


@cache
def load_face(name: str) -> TTFont:
    """Give a face, reading its file once."""
    with as_file(files("certificates") / "fonts" / f"{name}.ttf") as path:
        font = TTFont(name, str(path), asciiReadable=False)  # only the letters used, not all of ASCII
    pdfmetrics.registerFont(font)
    return font


@cache
def measure_letters(name: str) -> dict[str, float]:
    """Give how wide each letter of a face is at a size of one point."""
    return {chr(code): width / 1000 for code, width in load_face(name).face.charWidths.items()}


def measure_width(text: str, name: str, size: float, tracking: float = 0) -> float:
    """Give how wide a text is, in points; letters that the face lacks count as nothing."""
    known = measure_letters(name)
    return size * sum([known.get(letter, 0.0) for letter in text]) + tracking * max(0, len(text) - 1)


def list_missing_characters(text: str, name: str) -> str:
    """Give the characters of a text that a face can't show."""
    return "".join(sorted(set(text) - list_face_characters(name)))


@cache
def list_face_characters(name: str) -> frozenset[str]:
    """Give the characters that a face can show."""
    return frozenset(chr(code) for code in load_face(name).face.charToGlyph)
