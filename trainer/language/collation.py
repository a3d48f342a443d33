"""Sorting and comparing names: order of the Kazakh alphabet, and folding of letters that are typed for each other."""

import re
import unicodedata

# Twin: static/js/tablet/normalize.js, held equal by tests/browser/test_tablet_rules.py.
KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"  # in the order of the CLDR collation for kk
# Only digits sort the same way in every collation of every database, so a key consists of two digits per character.
SORT_CODES = {
    **{digit: f"1{digit}" for digit in "0123456789"},
    **{letter: str(20 + index) for index, letter in enumerate(KAZAKH_ALPHABET)},
    **{letter: str(65 + index) for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
}
BLANK_SORT_CODE = "00"  # sorts before every letter, so that the shorter of two names comes first

APOSTROPHES = "'’‘`´ʹʻʼʽʾʿˈ′"
APOSTROPHE_TABLE = str.maketrans(dict.fromkeys(APOSTROPHES))
# Letters that are typed for one another are folded into one: Kazakh letters missing on a keyboard, Latin look-alikes, Ё.
FOLDING_TABLE = str.maketrans(
    {
        **dict(zip("әғқңөұүһіёй", "агкноуухиеи", strict=True)),
        **dict(zip("abcehkmoptxyi", "авсенкмортхуи", strict=True)),
        "ı": "и",
        "ь": None,
        "ъ": None,
    }
)


def build_sort_key(text: str) -> str:
    """Return a digit string that sorts in the order of the Kazakh alphabet under any database collation."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(SORT_CODES.get(character) or get_sort_code(character) for character in folded)


def get_sort_code(character: str) -> str:
    """Return the sort code of a character outside both alphabets: marks before every letter, foreign letters after."""
    return f"99{ord(character):07d}" if character.isalnum() else BLANK_SORT_CODE


def fold_text(text: str) -> str:
    """Return the text for comparison: without case, marks, Kazakh and Russian twin letters, Latin look-alikes and hyphens.

    Names have more spellings than that: trainer/people/spelling.py.
    """
    plain = unicodedata.normalize("NFC", remove_marks(unicodedata.normalize("NFD", text.casefold())))
    return " ".join(re.sub(r"[^\w\s]|_", " ", remove_apostrophes(plain).translate(FOLDING_TABLE)).split())


class MarkTable(dict[int, int | None]):
    """A table for `str.translate` that removes combining marks, such as stress marks, and invisible characters."""

    def __missing__(self, code: int) -> int | None:
        return None if unicodedata.category(chr(code)) in ("Mn", "Me", "Cf") else code


MARKS = MarkTable(
    {code: code for code in range(0x20, 0x300) if code != 0xAD} | {code: code for code in range(0x400, 0x483)}
)


def remove_marks(text: str) -> str:
    """Return the text without combining marks, such as stress marks, and without invisible characters."""
    return text.translate(MARKS)


def remove_apostrophes(text: str) -> str:
    """Return the text without apostrophes and the letters that look like them: Oʻktamov, Оʼтегенова."""
    return text.translate(APOSTROPHE_TABLE)
