"""Typefaces of the documents: which characters they have, and how wide texts are.

All faces have the same characters: the letters of names in every language of the region. A character that they lack is drawn as
its typographic twin if it has one (another hyphen, another apostrophe, a full-width letter). Combining marks are not in the
faces: what has a letter of its own is composed to it (é), and a stress mark on a Cyrillic vowel (е́) belongs to no name, so forms
ask for the name without it, and lists leave it out.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont


FONTS_FOLDER = Path(__file__).resolve().parents[1] / "fonts"
SERIF, ITALIC, SANS, BOLD = "PaperSerif-SemiBold", "PaperSerif-Italic", "PaperSans-Regular", "PaperSans-SemiBold"
FACES = {"serif": SERIF, "italic": ITALIC, "sans": SANS, "bold": BOLD}
"""Faces by their names in designs."""
TWINS = {
    **dict.fromkeys("\u2010\u2043\u2212\u02d7\u1806", "-"),
    **dict.fromkeys("\u02b9\u02bc\u02be\u02c8\u02ca\u02ee\u2032\u055a\ua78c\u05f3", "\u2019"),
    **dict.fromkeys("\u02bb\u02bd\u02bf\u02cb\u201b\u2035", "\u2018"),
    **dict.fromkeys("\u2012\u2013", "-"),
    "\u2015": "\u2014",
}
"""Typographic twins: hyphens, apostrophes and dashes."""


def get_font_path(name: str) -> Path:
    """Return the path of a face's TTF file."""
    return FONTS_FOLDER / f"{name}.ttf"


@cache
def load_face(name: str) -> "TTFont":
    """Load a face; its file is read once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, str(get_font_path(name)), asciiReadable=False)  # embed only the letters used, not all of ASCII
    pdfmetrics.registerFont(font)
    return font


@cache
def measure_letters(name: str) -> dict[str, float]:
    """Return the width of each letter of a face at a size of one point."""
    return {chr(code): width / 1000 for code, width in load_face(name).face.charWidths.items()}


@lru_cache(maxsize=512)  # of the texts of a certificate only the name differs from those of the others
def measure_width(text: str, name: str, size: float, tracking: float = 0) -> float:
    """Return the width of a text in points; letters that the face lacks count as 0."""
    letter_widths = measure_letters(name)
    return size * sum([letter_widths.get(letter, 0.0) for letter in text]) + tracking * max(0, len(text) - 1)


@cache
def list_paper_characters() -> frozenset[str]:
    """Return the characters that every face has."""
    return frozenset.intersection(*map(list_face_characters, FACES.values()))


def replace_twins(text: str) -> str:
    """Return a text in NFC with twins for the characters that the faces lack, as far as they have twins."""
    if list_paper_characters().issuperset(text):
        return text
    return "".join(map(get_twin, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def get_twin(character: str) -> str:
    """Return how the faces show a character: by itself, by its twin, or, if they have neither, the character itself."""
    candidates = (character, TWINS.get(character, character), unicodedata.normalize("NFKC", character))
    return next((candidate for candidate in candidates if list_paper_characters().issuperset(candidate)), character)


def list_unprintable_letters(text: str) -> list[str]:
    """Return what of a text the faces cannot show, in reading order, as a person can read it.

    A combining mark is shown on its letter, and what has no form of its own by its number, such as U+200D.
    """
    letters: dict[str, None] = {}
    previous = ""
    for character in replace_twins(text):
        if character not in list_paper_characters():
            letters[format_letter(character, previous)] = None
        previous = character
    return list(letters)


def format_letter(character: str, previous: str) -> str:
    """Return a character as a person can read it; `previous` is the character that a combining mark belongs to."""
    if unicodedata.combining(character) and previous.isalpha():
        return previous + character
    is_visible = character.isprintable() and not character.isspace() and unicodedata.category(character)[0] != "M"
    return character if is_visible else f"U+{ord(character):04X}"


@cache
def list_face_characters(name: str) -> frozenset[str]:
    """Return the characters that a face has."""
    return frozenset(chr(code) for code in load_face(name).face.charToGlyph)
