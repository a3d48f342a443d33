"""Cleaning and checks of typed text."""

import re
import unicodedata

# Twin: static/js/tablet/typed.js, held equal by tests/browser/test_tablet_rules.py.
# What nobody sees and what text is pasted with by accident: Unicode's default ignorable characters. Joiners and selectors
# stay where they belong to an emoji. U+202E, which reverses what people read, stays too: it is refused in a field.
INVISIBLE_CHARACTERS = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202d\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0100-\U000e01ef]"
    "|(?<![#*0-9\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff])[\u200d\ufe00-\ufe0f]"
)
HTML_TAG = re.compile(r"<\s*[a-zA-Z/!?]")
PRINTABLE_CATEGORIES = {"L", "M", "N", "P", "Z", "S"}
PRINTABLE_SYMBOLS = set("№°©®™‰§")
FREE_TEXT_CHARACTERS = set("\t\n\r\u200c\u200d")  # the last two join and separate letters and emoji
CYRILLIC_LETTER = re.compile(r"[\u0400-\u052f]")
LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
MAX_QUERY_LENGTH = 100
TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")

UNSHOWABLE_CHARACTERS = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(f"\\U{plane:04x}fffe-\\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
"""Control characters but the line feed, surrogates, and code points that are no characters (`is_noncharacter`)."""


def clean_text(text: str) -> str:
    """Return the text in NFC with invisible characters removed and runs of blanks within a line collapsed."""
    return collapse_blanks(INVISIBLE_CHARACTERS.sub("", text))


def collapse_blanks(text: str) -> str:
    """Return the text in NFC, its lines ended by a line feed, without blanks around them and with single blanks in them."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(re.sub(r"[ \t\u00a0\u202f]+", " ", line).strip() for line in composed.split("\n")).strip()


def clean_free_text(text: str) -> str:
    """Return what somebody wrote in their own words, cleaned; emoji, joiners and angle brackets stay.

    Removed are control characters, lone surrogates, and the invisible characters that only reorder or break text.
    """
    lines = re.sub("\r\n|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return collapse_blanks("".join(character for character in lines if is_writable(character)))


def is_writable(character: str) -> bool:
    """Return whether a character may occur in free text: it can be stored, shown and exported to any of our formats."""
    if character in FREE_TEXT_CHARACTERS or "\U000e0020" <= character <= "\U000e007f":  # the latter end emoji of flags
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs") and not is_noncharacter(character)


def is_noncharacter(character: str) -> bool:
    """Return whether Unicode reserves a code point for no character ever, unlike those that newer versions assign."""
    return "\ufdd0" <= character <= "\ufdef" or ord(character) & 0xFFFE == 0xFFFE


def find_unprintable_characters(text: str) -> str:
    """Return the characters that no document can print, sorted: control characters, emoji, private use."""
    return "".join(sorted({character for character in text if not is_printable(character)}))


def is_printable(character: str) -> bool:
    """Return whether a character can be printed in a document."""
    if character == "\n" or character in PRINTABLE_SYMBOLS:
        return True
    category = unicodedata.category(character)
    return ord(character) <= 0xFFFF and category[0] in PRINTABLE_CATEGORIES and category != "So"


def remove_unshowable_characters(text: str) -> str:
    """Return the text without characters that HTML forbids, so that it can be shown in its field again."""
    return text if text.isprintable() else UNSHOWABLE_CHARACTERS.sub("", text)  # that is ten times as fast


def clean_query(text: str) -> str:
    """Return what was typed into a search field as one line of at most MAX_QUERY_LENGTH characters that can be shown again."""
    return " ".join(remove_unshowable_characters(text).split())[:MAX_QUERY_LENGTH]


def clean_plain_line(text: str) -> str:
    """Return a text as one line without tags, IINs and unprintable characters.

    For input that nobody can be asked to correct, such as items sent by a tablet.
    """
    printable = "".join(character for character in clean_text(text).replace("\n", " ") if is_printable(character))
    untagged = re.sub("[<>]", "", printable) if has_html_tag(printable) else printable
    return clean_text(TWELVE_DIGITS.sub(lambda found: "" if is_iin(found[0]) else found[0], untagged))


def has_html_tag(text: str) -> bool:
    """Return whether the text contains something that looks like an HTML tag."""
    return HTML_TAG.search(text) is not None


def find_mixed_alphabet_word(text: str) -> str:
    """Return the first word that mixes Cyrillic and Latin letters, or an empty string."""
    return next((word for word in text.split() if CYRILLIC_LETTER.search(word) and LATIN_LETTER.search(word)), "")


def find_characters_not_in_names(text: str) -> str:
    """Return the characters other than letters, blanks, hyphens, apostrophes and full stops, sorted."""
    return "".join(sorted({c for c in text if not (unicodedata.category(c)[0] in "LM" or c in " -‐‑'’‘`´ʼ.")}))


def has_iin(text: str) -> bool:
    """Return whether the text contains a valid IIN (individual identification number), which must not be stored."""
    return any(is_iin(digits) for digits in TWELVE_DIGITS.findall(text))


def is_iin(digits: str) -> bool:
    """Return whether twelve digits form a valid IIN.

    Checked are the birth date, the century digit (1 to 6), and the check digit: the weighted sum modulo 11, with a
    second set of weights if the first sum gives 10.
    """
    numbers = [int(digit) for digit in digits]
    month, day, century = int(digits[2:4]), int(digits[4:6]), numbers[6]
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1 <= century <= 6):
        return False
    first = sum(weight * number for weight, number in zip(range(1, 12), numbers, strict=False)) % 11
    if first == 10:
        first = (
            sum(weight * number for weight, number in zip([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], numbers, strict=False))
            % 11
        )
    return first != 10 and first == numbers[11]
