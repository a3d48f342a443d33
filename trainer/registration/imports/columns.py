"""Finding the columns of a list: by their headings in any usual wording, checked against what stands below them.

A heading counts by how clearly it names a column: an exact spelling more than a word in it, and a heading such as "Number"
only if phone numbers stand below. A column of phone numbers or e-mail addresses is found whatever its heading says. Headings
may take two rows, the upper one over several columns.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from trainer.documents.upload_limits import Table
from trainer.language.collation import fold_text

HEADER_SEARCH_ROWS = 10
# Spellings of column headings in the three languages, separated by semicolons.
COLUMN_SPELLINGS = {
    "full_name": "ТАӘ; Т.А.Ә.; тегі, аты, әкесінің аты; тегі аты әкесінің аты; аты-жөні; аты жөні; толық аты-жөні; қатысушы; "
    "қатысушының аты-жөні; тегі және аты; тегі, аты; ФИО; Ф.И.О.; фамилия, имя, отчество; фамилия имя отчество; фамилия и имя; "
    "фамилия имя; участник; ФИО участника; full name; name; participant; surname and name",
    "surname": "тегі; фамилиясы; фамилия; surname; last name; family name",
    "given_name": "аты; есімі; имя; given name; first name; forename",
    "patronymic": "әкесінің аты; отчество; patronymic; middle name",
    "phone": "телефон; телефоны; телефон нөмірі; телефон номері; ұялы телефон; ұялы телефоны; байланыс телефоны; байланыс; "
    "байланыс ақпараттары; байланыс деректері; тел; номер телефона; мобильный; мобильный телефон; моб. телефон; сотовый; "
    "сотовый телефон; контактный телефон; контакты; контакт; контактные данные; phone; phone number; mobile; mobile phone; "
    "telephone; tel; contact",
    "email": "электрондық пошта; эл. пошта; пошта; поштасы; электронная почта; эл. почта; почта; адрес электронной почты; e-mail; "
    "email; mail; имейл; емейл; e-mail address; email address",
    "workplace": "жұмыс орны; мекеме; мекемесі; ұйым; ұйымы; место работы; организация; учреждение; workplace; place of work; "
    "organization; organisation; employer",
    "position": "лауазымы; лауазым; қызметі; должность; position; job title; job; post",
    "language": "тіл; тілі; язык; language; сертификат пен хабарламалардың тілі; язык сертификата и сообщений; "
    "language of the certificate and messages",
}
# Beginnings of words that name a column; the first column with one of them in the heading counts.
COLUMN_WORDS = {
    "email": "mail; почт; пошта; имейл; емейл",
    "phone": "тел; моб; сот; ұялы; whatsapp; ватсап; вотсап; telegram; phone; mobile; cell; tel; контактный номер; байланыс нөмір",
    "workplace": "место работ; организац; учрежден; мекеме; ұйым; жұмыс орн; компани; workplace; organi; employer; company",
    "position": "должност; лауазым; қызмет; position; job",
    "full_name": "фио; ф и о; таә; т а ә; аты жөн; фамилия имя; фамилия и имя; тегі аты; тегі және аты; full name; "
    "name surname; surname name",
    "patronymic": "отчеств; әкесінің; patronymic; middle name",
    "surname": "фамили; тегі; surname; last name; family name",
    "given_name": "имя; есім; given name; first name",
    "language": "язык; тілі; language",
}
NUMBER_HEADINGS = "номер; нөмір; нөмірі; номері; number; контакт; байланыс"
NAME_COLUMNS = ("full_name", "surname", "given_name", "patronymic")
EXACT, BY_WORD, BY_NUMBER = 3, 2, 1  # how clearly a heading names a column
PHONE_CELL = re.compile(r"\+?[\d\s()./\-‐-―]{10,24}")
EMAIL_CELL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
MIN_SHARE = 0.5  # of the filled cells of a column that is known by its content


def normalise_heading(heading: str) -> str:
    """Return a heading for comparing: folded, without spaces, punctuation and text in brackets."""
    return fold_text(re.sub(r"\([^)]*\)", " ", heading)).replace(" ", "")


def index_by_spelling(spellings: dict[str, str]) -> dict[str, str]:
    """Return column names by normalised spelling."""
    return {normalise_heading(name): key for key, names in spellings.items() for name in names.split(";")}


def build_words_pattern(words: str) -> re.Pattern[str]:
    """Return the pattern of a folded text in which a word begins like one of these."""
    return re.compile("|".join(rf"\b{fold_text(word)}" for word in words.split(";")))


COLUMN_BY_SPELLING = index_by_spelling(COLUMN_SPELLINGS)
COLUMN_PATTERNS = {name: build_words_pattern(words) for name, words in COLUMN_WORDS.items()}
PHONE_NUMBER_HEADINGS = {normalise_heading(name) for name in NUMBER_HEADINGS.split(";")}
ROW_NUMBER_HEADINGS = {normalise_heading(name) for name in ("№", "No", "N", "р/с", "п/п", "№ п/п", "р/н")}


@dataclass(frozen=True)
class Headings:
    """The headings of a table: the index of the first row below them, their texts, and the columns that were found."""

    end: int
    texts: list[str]
    columns: dict[str, int]

    @property
    def unknown_texts(self) -> list[str]:
        """Return the headings of columns that are not read, without that of row numbers."""
        return [
            text
            for index, text in enumerate(self.texts)
            if index not in self.columns.values() and normalise_heading(text) not in ROW_NUMBER_HEADINGS
        ]


def find_headings(table: Table) -> Headings | None:
    """Return the first headings near the top that name the required columns; two rows if these name more columns."""
    contents = find_columns_by_content(table)
    for start in range(min(HEADER_SEARCH_ROWS, len(table))):
        found = [
            headings
            for headings in (build_headings(table, start, 1, contents), build_headings(table, start, 2, contents))
            if headings is not None and has_required_columns(headings.columns)
        ]
        if found:
            return max(found, key=lambda headings: (len(headings.columns), headings.end))
    return None


def build_headings(table: Table, start: int, height: int, contents: dict[str, list[int]]) -> Headings | None:
    """Return the headings that begin in a row; None if it names nothing, or the row below can't be its second row."""
    texts = table[start]
    if not any(map(rate_heading, texts)):
        return None
    if height == 2:
        if start + 1 >= len(table) or not is_second_heading_row(texts, table[start + 1]):
            return None
        texts = join_heading_rows(texts, table[start + 1])
    return Headings(start + height, texts, locate_columns(texts, contents))


def is_second_heading_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a row continues the headings above: it divides one of them, and has nothing where a name would stand."""
    if any(re.search(r"\d{3}|@", cell) for cell in lower):
        return False
    pairs = [(above, below) for above, below in zip_longest(upper, lower, fillvalue="") if below]
    divides = any(not above and rate_heading(below) for above, below in pairs)
    return divides and all(is_heading_below(above, below) for above, below in pairs)


def is_heading_below(above: str, below: str) -> bool:
    """Return whether a cell may be a heading: below the heading of a name only another one for names."""
    _strength, name = rate_heading(above) or (0, "")
    return name not in NAME_COLUMNS or (rate_heading(below) or (0, ""))[1] in NAME_COLUMNS


def join_heading_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return one heading for each column; an upper heading also stands over the columns right of it that have none."""
    texts, over = [], ""
    for index in range(max(len(upper), len(lower))):
        above, below = (row[index] if index < len(row) else "" for row in (upper, lower))
        over = above or (over if below else "")
        texts.append(below if rate_heading(below) else f"{over} {below}".strip())
    return texts


def rate_heading(heading: str) -> tuple[int, str] | None:
    """Return how clearly a heading names a column, and its name; of a heading in two languages, one known part is enough."""
    parts = [normalise_heading(part) for part in (heading, *re.split(r"[/|\n]", heading))]
    exact = next((COLUMN_BY_SPELLING[part] for part in parts if part in COLUMN_BY_SPELLING), None)
    if exact:
        return (EXACT, exact)
    folded = fold_text(heading)
    by_word = next((name for name, pattern in COLUMN_PATTERNS.items() if pattern.search(folded)), None)
    if by_word:
        return (BY_WORD, by_word)
    return (BY_NUMBER, "phone") if any(part in PHONE_NUMBER_HEADINGS for part in parts) else None


def locate_columns(texts: Sequence[str], contents: dict[str, list[int]]) -> dict[str, int]:
    """Return the index of each column; of two headings the clearer one counts, of two equal ones the first."""
    columns: dict[str, int] = {}
    strengths: dict[str, int] = {}
    for index, text in enumerate(texts):
        strength, name = rate_heading(text) or (0, "")
        if strength == BY_NUMBER and index not in contents["phone"]:
            continue
        if strength > strengths.get(name, 0):
            columns[name], strengths[name] = index, strength
    for name, indexes in contents.items():
        free_index = next((index for index in indexes if index not in columns.values()), None)
        if name not in columns and free_index is not None:
            columns[name] = free_index
    return columns


def find_columns_by_content(table: Table) -> dict[str, list[int]]:
    """Return the indexes of the columns in which phone numbers and e-mail addresses stand."""
    checks: dict[str, Callable[[str], bool]] = {"phone": is_phone_like, "email": is_email_like}
    width = max(map(len, table), default=0)
    filled_columns = [[row[index] for row in table if index < len(row) and row[index]] for index in range(width)]
    return {
        name: [
            index
            for index, cells in enumerate(filled_columns)
            if cells and sum(map(check, cells)) >= max(1, MIN_SHARE * (len(cells) - 1))
        ]
        for name, check in checks.items()
    }


def is_phone_like(cell: str) -> bool:
    """Return whether a cell looks like a phone number: ten digits at least, and nothing but digits and punctuation."""
    return (
        bool(PHONE_CELL.fullmatch(cell)) and 10 <= sum(map(str.isdigit, cell)) <= 13 and not re.search(r"\d{14}", cell)
    )


def is_email_like(cell: str) -> bool:
    """Return whether a cell looks like an e-mail address."""
    return EMAIL_CELL.fullmatch(cell) is not None


def has_required_columns(columns: dict[str, int]) -> bool:
    """Return whether a name and a phone number can be read."""
    return "phone" in columns and ("full_name" in columns or {"surname", "given_name"} <= set(columns))
