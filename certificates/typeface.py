"""The faces of the paper: what they can show, how wide a text is."""

from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SERIF, ITALIC, SANS, BOLD = "PaperSerif-SemiBold", "PaperSerif-Italic", "PaperSans-Regular", "PaperSans-SemiBold"


@cache
def face(name: str) -> TTFont:
    """Give a face, reading its file once."""
    with as_file(files("certificates") / "fonts" / f"{name}.ttf") as path:
        font = TTFont(name, str(path), asciiReadable=False)  # only the letters used, not all of ASCII
    pdfmetrics.registerFont(font)
    return font


def width(text: str, name: str, size: float, tracking: float = 0) -> float:
    """Give how wide a text is, in points."""
    return float(face(name).stringWidth(text, size)) + tracking * max(0, len(text) - 1)


def missing(text: str, name: str) -> str:
    """Give the characters of a text that a face can't show."""
    shown = face(name).face.charToGlyph
    return "".join(sorted({character for character in text if ord(character) not in shown}))
