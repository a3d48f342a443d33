"""How names and words are compared: the Kazakh alphabet's order, and folding of letters that are mistaken for each other."""

import re
import unicodedata

KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"  # the order of CLDR's kk collation
# Digits alone sort alike in every collation of every database, so a key is made of them: two for each character.
SORT_CODES = {
    **{digit: f"1{digit}" for digit in "0123456789"},
    **{letter: str(20 + place) for place, letter in enumerate(KAZAKH_ALPHABET)},
    **{letter: str(65 + place) for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
}
BLANK_SORT_CODE = "00"  # before every letter, so that the shorter of two names comes first

# One letter stands for all that are typed in its place: Kazakh letters without a Kazakh keyboard, Latin look-alikes, Ё.
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
    """Give a string whose plain order is the order of the Kazakh alphabet; kept in a column, it sorts in any database."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(SORT_CODES.get(character) or get_sort_code(character) for character in folded)


def get_sort_code(character: str) -> str:
    """Give the place of a character that the alphabets do not name: marks before every letter, foreign letters after."""
    return f"99{ord(character):07d}" if character.isalnum() else BLANK_SORT_CODE


def fold_text(text: str) -> str:
    """Give the text as it is compared: case, Kazakh and Russian twins, Latin look-alikes and hyphens no longer differ."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(FOLDING_TABLE)
    return " ".join(re.sub(r"[^\w\s]|_", " ", lowered).split())


def fold_name(surname: str, given_name: str) -> str:
    """Give what two spellings of a person's name have in common; the patronymic is often left out, so it does not count."""
    return f"{fold_text(surname)} {fold_text(given_name)}".strip()
