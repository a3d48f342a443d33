"""What stands in a cell of a list: recognising phones, addresses and names, and turning the cells of a row into form data."""

import re
from collections.abc import Iterable, Mapping, Sequence

from trainer.registration.imports.headings import index_by_spelling, normalise_heading
from trainer.web.text import find_characters_not_in_names

LANGUAGE_SPELLINGS = {
    "kk": "kk; kz; қаз; қазақша; қазақ; қазақ тілі; казахский; каз; kazakh",
    "ru": "ru; рус; орысша; орыс; орыс тілі; русский; russian",
    "en": "en; ағылшынша; ағылшын; ағылшын тілі; английский; англ; english",
}
LANGUAGE_BY_SPELLING = index_by_spelling(LANGUAGE_SPELLINGS)
PHONE_CELL = re.compile(r"\+?[\d\s()./\-‐-―]{10,24}")
EMAIL_CELL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
BLANK_CELL = re.compile(r"[\s\-‐-―−_.…·*/\\]+")  # what people put into a cell to say that there is nothing
BLANK_WORDS = {
    normalise_heading(word) for word in ("жоқ", "нет", "отсутствует", "no", "none", "n/a", "б/о", "нет данных")
}
COLUMNS_WITH_BLANK_WORDS = ("patronymic", "email", "workplace", "position", "language")
EXPONENT_NUMBER = re.compile(r"(\d)(?:[.,](\d+))?[eEеЕ]\+?(\d+)")
PATRONYMIC_PARTICLE = re.compile(r"ұлы|қызы|улы|кызы|оглы|uly|qyzy", re.IGNORECASE)
SURNAME = re.compile(r"\w{3,}(?:[оеё]ва?|ск(?:ий|ая)|[oe]va?)", re.IGNORECASE)  # no given name ends like this
MAX_NAME_WORDS = 5
MIN_SHARE = 0.5  # of the filled cells of a column that is known by its content


def is_phone_like(cell: str) -> bool:
    """Return whether a cell looks like a phone number: ten digits at least, and nothing but digits and punctuation."""
    return (
        bool(PHONE_CELL.fullmatch(cell)) and 10 <= sum(map(str.isdigit, cell)) <= 13 and not re.search(r"\d{14}", cell)
    )


def is_email_like(cell: str) -> bool:
    """Return whether a cell looks like an e-mail address."""
    return EMAIL_CELL.fullmatch(cell) is not None


def is_name_like(cell: str) -> bool:
    """Return whether a cell looks like a name or a part of one: words of letters, each with a capital."""
    words = [word for word in cell.split() if not PATRONYMIC_PARTICLE.fullmatch(word)]
    is_spelled = 0 < len(words) <= MAX_NAME_WORDS and not find_characters_not_in_names(cell)
    return is_spelled and all(word[0].isalpha() and word[0] == word[0].upper() and len(word) > 1 for word in words)


def are_names_reversed(cells: Sequence[str]) -> bool:
    """Return whether full names begin with the given name: then most of them end with a word that looks like a surname."""
    names = [words for words in map(str.split, cells) if len(words) > 1]
    last = sum(SURNAME.fullmatch(words[-1]) is not None for words in names)
    first = sum(SURNAME.fullmatch(words[0]) is not None for words in names)
    return last > first and last >= MIN_SHARE * len(names)


def is_contact_row(cells: Iterable[str]) -> bool:
    """Return whether a phone number or an e-mail address stands in a row, so that it is no heading."""
    return any(is_phone_like(cell) or is_email_like(cell) for cell in cells)


def build_form_cells(row_cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a row as form data: full names are split, phone and language normalised, dashes emptied."""
    cells = {name: "" if is_blank_cell(name, cell) else " ".join(cell.split()) for name, cell in row_cells.items()}
    parts = split_full_name(cells.pop("full_name", "")) or split_reversed_name(cells.pop("given_name_first", ""))
    for name, part in parts.items():
        cells[name] = cells.get(name) or part
    cells["phone"] = normalise_phone_cell(cells.get("phone", ""))
    language = cells.get("language", "")
    cells["language"] = LANGUAGE_BY_SPELLING.get(normalise_heading(language), language) or "kk"
    return cells


def split_full_name(full_name: str) -> dict[str, str]:
    """Return surname, given name and patronymic of a name that begins with the surname; what is missing is left out."""
    parts = [part for part in full_name.split(maxsplit=2) if not is_blank_cell("patronymic", part)]
    return dict(zip(("surname", "given_name", "patronymic"), parts, strict=False))


def split_reversed_name(full_name: str) -> dict[str, str]:
    """Return the parts of a name that begins with the given name and ends with the surname; a single word is a given name."""
    words = [word for word in full_name.split() if not is_blank_cell("patronymic", word)]
    names = {"given_name": words[:1], "patronymic": words[1:-1], "surname": words[1:][-1:]}
    return {name: " ".join(part) for name, part in names.items() if part}


def is_blank_cell(name: str, cell: str) -> bool:
    """Return whether a cell says that there is nothing: a dash, or a word for "none" where that is no value itself."""
    return bool(BLANK_CELL.fullmatch(cell)) or (
        name in COLUMNS_WITH_BLANK_WORDS and normalise_heading(cell) in BLANK_WORDS
    )


def normalise_phone_cell(cell: str) -> str:
    """Return a phone number that a spreadsheet stored as a number, such as 77015550101.0 or 7.7015550101E+10, as digits.

    A number that it has rounded, such as 7.70156E+10, is returned as it stands: its last digits are lost.
    """
    return expand_exponent(cell) or re.sub(r"(?<=\d{6})[.,]0+$", "", cell)


def expand_exponent(cell: str) -> str:
    """Return the digits of a whole number written with an exponent; empty if it is none, or if digits are missing."""
    number = EXPONENT_NUMBER.fullmatch(cell)
    if number is None:
        return ""
    digits, power = number[2] or "", int(number[3])
    return number[1] + digits[:power] if power <= len(digits) and not digits[power:].strip("0") else ""


def is_rounded_number(cell: str) -> bool:
    """Return whether a cell is a number with an exponent whose last digits the spreadsheet has lost."""
    return EXPONENT_NUMBER.fullmatch(cell) is not None and not expand_exponent(cell)
