"""Spellings of names: how letters of the region's alphabets are written for one another, and which names may be one.

A name comes from an identity document, from a keyboard without the letters of its language, from a passport in Latin letters.
Every part of a name is read as Cyrillic letters without case, marks, signs and doubled letters. Where a letter is written in
more than one way, the part has several spellings, and two parts that share one may be the same name: Өтегенова is spelled
Отегенова and Утегенова, while Омаров is not Умаров. This is the only folding of names: likely duplicates, the search and the
check of a certificate's surname use it. tests/people/name_pairs.txt is what it is measured with.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple, Protocol

from trainer.language.collation import APOSTROPHES, remove_apostrophes, remove_marks

FOLDED_NAME_LENGTH = 170
MAX_SPELLINGS = 16  # of one part; the rest of a name with more ambiguous letters is left out

# Letters of several readings stay as they are until the end: ә ө қ ң, and of Latin ones ə (ä is ә), x, w, ý, ş.
CYRILLIC_LETTERS = {
    **dict.fromkeys("іїыйӣ", "и"),
    **dict.fromkeys("ұүӱ", "у"),
    **dict.fromkeys("ҳһ", "х"),
    **dict.fromkeys("ғґҕ", "г"),
    **dict.fromkeys("ҷҗӝ", "ж"),
    **dict.fromkeys("эєё", "е"),
    **dict.fromkeys("ўӯ", "ө"),
    **dict.fromkeys("ьъ", ""),
    "ҥ": "ң",
    "ҡ": "қ",
    "щ": "шч",
    "я": "иа",
    "ю": "иу",
}
LATIN_LETTERS_WITH_MARKS = {
    **dict.fromkeys("äá", "ә"),
    **dict.fromkeys("öó", "ө"),
    **dict.fromkeys("üúūŭ", "у"),
    **dict.fromkeys("ñńňŋ", "ң"),
    **dict.fromkeys("ğǵġ", "г"),
    **dict.fromkeys("çč", "ч"),
    **dict.fromkeys("śš", "ш"),
    "ž": "ж",
    "ı": "и",
    "ø": "о",
    "ł": "л",
    "đ": "д",
    "æ": "е",
}
LATIN_LETTERS = dict(zip("abdefghijklmnopqrstuvyz", "абдефгхижклмнопқрстувиз", strict=True))
LATIN_LETTER_GROUPS = [
    *(("shch", "шч"), ("sch", "шч"), ("dzh", "ж"), ("dj", "ж"), ("zh", "ж"), ("kh", "х"), ("gh", "г"), ("sh", "ш")),
    *(("ch", "ч"), ("ts", "ц"), ("tz", "ц"), ("ph", "ф"), ("ck", "к"), (r"c(?=[aeiouyəәөуи])", "ж"), ("c", "к")),
]
LOOK_ALIKES = dict(zip("abcehikmoptxy", "авсеникмортху", strict=True))
LATIN_LETTER = re.compile("[a-zß-ɏə]")
CYRILLIC_LETTER = re.compile("[а-ԯ]")
WORD_OF_LOOK_ALIKES = re.compile("(?!.*ch)(?=.*[cp])[abcehikmoptxy]+")
"""A word that could be Latin as well is taken for Cyrillic if a letter says so: c and p are rare in Latin spellings made of these."""
READINGS = {
    "ө": ("о", "у"),
    "ə": ("а", "е"),
    "ң": ("н", "нг"),
    "x": ("кс", "х"),
    "w": ("в", "у"),
    "ý": ("у", "и"),
    "ş": ("ш", "с"),
    "ә": (),
    "қ": (),
}
"""What letters of several readings stand for; `read_letter` decides on the last two."""
VOWELS = "аеиоу"
CONSONANTS = str.maketrans({**dict.fromkeys(f"{VOWELS}в", ""), "ц": "тс", "ш": "с", "х": "к", "г": "к"})
DOUBLED_LETTER = re.compile(r"(\D)\1+")
PATRONYMIC_ENDING = re.compile(
    "(?P<s>ули|угли|огли|оглу|[ое]?вич|ич)$|(?P<d>[кхг]изи|[ое]вна|инична|ична)$"
)  # in a spelling: ұлы, оғлы, oğlu, oʻgʻli, -ович; қызы, qizi, -овна


class NamedPerson(Protocol):
    """Whatever has the three parts of a name, as typed: a person, an applicant, a row."""

    @property
    def surname(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def patronymic(self) -> str: ...


class PersonName(NamedTuple):
    """The three parts of a name, as typed."""

    surname: str
    given_name: str
    patronymic: str = ""


@dataclass(frozen=True)
class FoldedName:
    """A name for comparison: surname and given name in either order, and the patronymic."""

    key: str
    """Their consonants, as `Person.folded_name` stores them: names that may be the same have the same key, others may have it too."""
    spellings: frozenset[str]
    patronymics: frozenset[str]
    """The father's name in its spellings, each with s for a son or d for a daughter; empty without a patronymic."""

    @property
    def usual_spelling(self) -> str:
        """Return one spelling of name and patronymic, the same for all that differ in letters of one reading only."""
        return f"{min(self.spellings, default='')}\n{min(self.patronymics, default='')}"

    def is_same_as(self, other: "FoldedName") -> bool:
        """Return whether two names are those of one person, as far as names can tell."""
        return not self.spellings.isdisjoint(other.spellings) and not self.has_other_patronymic(other)

    def has_other_patronymic(self, other: "FoldedName") -> bool:
        """Return whether the patronymics are those of different people; one that is not given differs from none."""
        return bool(self.patronymics and other.patronymics) and self.patronymics.isdisjoint(other.patronymics)


def fold_name(person: NamedPerson) -> FoldedName:
    """Return the name of a person for comparison."""
    given_name, patronymic = separate_patronymic(person.given_name, person.patronymic)
    parts = list_spellings(person.surname), list_spellings(given_name)
    spellings = [" ".join(sorted(filter(None, pair))) for pair in product(*(part or ("",) for part in parts))]
    key = " ".join(sorted(extract_consonants(part[0]) for part in parts if part))
    return FoldedName(
        key[:FOLDED_NAME_LENGTH],
        frozenset(filter(None, spellings)),
        frozenset(father for spelling in list_spellings(patronymic) for father in list_fathers(spelling)),
    )


@lru_cache(maxsize=20_000)
def list_spellings(part: str) -> tuple[str, ...]:
    """Return the spellings of a part of a name, at most MAX_SPELLINGS; none of a text without letters and digits.

    Blanks and hyphens do not count: Нұр-Сұлтан is Нурсултан.
    """
    lowered = remove_marks(unicodedata.normalize("NFC", part).casefold())
    letters = remove_apostrophes(re.sub(f"о[{APOSTROPHES}]", "ө", re.sub(f"o[{APOSTROPHES}]", "ö", lowered)))
    read = "".join(read_word(word) for word in re.findall(r"[^\W_]+", letters))
    spelled = islice(product(*list_readings(read)), MAX_SPELLINGS)
    return tuple(dict.fromkeys(filter(None, (simplify_spelling("".join(each)) for each in spelled))))


def read_word(word: str) -> str:
    """Return a word of small letters in Cyrillic ones, those of several readings excepted."""
    is_latin = LATIN_LETTER.search(word) and not CYRILLIC_LETTER.search(word)
    if not is_latin or WORD_OF_LOOK_ALIKES.fullmatch(word):
        return translate_letters(word, LATIN_LETTERS | CYRILLIC_LETTERS | LOOK_ALIKES)
    word = translate_letters(word, LATIN_LETTERS_WITH_MARKS)
    for group, letters in LATIN_LETTER_GROUPS:
        word = re.sub(group, letters, word)
    return translate_letters(word, LATIN_LETTERS | CYRILLIC_LETTERS)


def translate_letters(word: str, table: dict[str, str]) -> str:
    """Return a word with the letters of a table replaced; a letter with an unknown mark is taken for the one without."""
    known = table.keys() | READINGS.keys()
    return "".join(
        table.get(plain, plain) for letter in word for plain in (letter if letter in known else strip_letter(letter))
    )


def strip_letter(letter: str) -> str:
    """Return a letter without its marks."""
    return unicodedata.normalize("NFC", remove_marks(unicodedata.normalize("NFD", letter)))


def list_readings(word: str) -> list[tuple[str, ...]]:
    """Return what each letter of a word can stand for, the usual reading first."""
    return [
        read_letter(letter, word[place - 1 : place], is_last=place == len(word) - 1)
        for place, letter in enumerate(word)
    ]


def read_letter(letter: str, previous: str, is_last: bool) -> tuple[str, ...]:
    """Return what a letter can stand for: қ within a word is written х too (Бақыт, Бахыт), ә after л я (Ләззат, Ляззат)."""
    if letter == "ә":
        return ("а", "иа") if previous == "л" else ("а",)
    if letter == "қ":
        return ("к", "х") if previous and previous in VOWELS and not is_last else ("к",)
    return READINGS.get(letter, (letter,))


def simplify_spelling(spelling: str) -> str:
    """Return a spelling with one letter for what is written as two: Джамбул is Жамбул, Алиев is Алев, Геннадий is Генади."""
    for group, letter in (("дж", "ж"), ("тс", "ц"), (DOUBLED_LETTER, r"\1"), ("и[ео]", "е"), (DOUBLED_LETTER, r"\1")):
        spelling = re.sub(group, letter, spelling)
    return spelling


def extract_consonants(spelling: str) -> str:
    """Return what all spellings of a part have in common: its consonants, those with more than one reading made equal."""
    return re.sub(DOUBLED_LETTER, r"\1", re.sub("([ткн])[кс]+", r"\1", spelling.translate(CONSONANTS)))


def separate_patronymic(given_name: str, patronymic: str) -> tuple[str, str]:
    """Return given name and patronymic, which may stand in the field of the given name: Динара Ерланқызы, Динара Ерлан қызы."""
    words = given_name.split()
    for size in (1, 2):
        rest = " ".join(words[-size:])
        ends = [PATRONYMIC_ENDING.search(spelling) for spelling in list_spellings(rest)]
        if not patronymic and len(words) > size and any(end and end.start() for end in ends):
            return " ".join(words[:-size]), rest
    return given_name, patronymic


def list_fathers(patronymic: str) -> list[str]:
    """Return the father's name of a spelling of a patronymic for a son (s), a daughter (d), or both where it has no ending.

    Its last vowels are left out: Сергей makes Сергеевич and Сергейұлы.
    """
    ending = PATRONYMIC_ENDING.search(patronymic)
    father = (patronymic[: ending.start()] if ending else patronymic).rstrip(VOWELS)
    return [f"{father} {child}" for child in ("s", "d") if not ending or ending.lastgroup == child]
