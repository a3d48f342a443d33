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

# Letters that are typed for one another are folded into one: Kazakh letters missing on a keyboard, Latin look-alikes, Ё.
FOLDING_TABLE = str.maketrans(
    {
        **dict(zip("әғқңөұүһіёй", "агкноуухиеи", strict=True)),
        **dict(zip("abcehkmoptxyi", "авсенкмортхуи", strict=True)),
        "ı": "и",
        "'": None,
        "’": None,
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
    """Return the text for comparison: without case, Kazakh and Russian twin letters, Latin look-alikes and hyphens."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(FOLDING_TABLE)
    return " ".join(re.sub(r"[^\w\s]|_", " ", lowered).split())


def fold_name(surname: str, given_name: str) -> str:
    """Return surname and given name folded; the patronymic is often left out, so it is not compared."""
    return f"{fold_text(surname)} {fold_text(given_name)}".strip()
