"""What a heading says about its column, in any usual wording of three languages.

A heading counts by how clearly it names a column: an exact spelling more than a word in it, and a heading such as "Number"
only if phone numbers stand below.
"""

import re
from enum import StrEnum

from trainer.language.collation import fold_text


class ColumnRole(StrEnum):
    """What stands in a column of a list."""

    FULL_NAME = "full_name"  # surname first
    GIVEN_NAME_FIRST = "given_name_first"  # a full name in the other order
    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    PHONE = "phone"
    EMAIL = "email"
    WORKPLACE = "workplace"
    POSITION = "position"
    LANGUAGE = "language"


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
EXACT, BY_WORD, BY_NUMBER = 3, 2, 1  # how clearly a heading names a column


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
