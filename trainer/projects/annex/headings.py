"""What headings and labels of an annex mean, in Kazakh, Russian and English, by the stems of their words."""

import re
from collections.abc import Sequence

# The first role whose stems occur in a heading is the role of its column.
PLAN_COLUMNS = {
    "names": ("сандық", "сапалық", "количествен", "качествен", "көрсеткіш", "показател", "quantitative"),
    "values": ("жоспар", "планир", "планов", "индикатор", "мәні", "значени", "planned", "indicator"),
    "period": ("мерзім", "срок", "период", "уақыты", "күні", "дата", "period", "date"),
    "place": ("орны", "арна", "место", "канал", "аумағ", "территор", "venue", "place", "channel"),
    "activity": ("шара", "мероприят", "activit"),
}
IMPACT_COLUMNS = {
    "unit": ("өлшем", "единиц", "ед изм", "unit"),
    "values": ("жоспар", "планир", "планов", "деңгей", "уровен", "значени", "мәні", "planned"),
    "names": ("индикатор", "көрсеткіш", "показател", "indicator"),
}
PROJECT_LABELS = {
    "grant_giver": ("грант беруші", "грантодател", "grant giver"),
    "grantee": ("грантты алушы", "грант алушы", "грантополучател", "получател гранта", "ұйым атауы", "grantee"),
    "priority_direction": ("басым", "приоритет", "priority"),
    "target_group": ("мақсатты то", "нысаналы то", "целев", "target group"),
    "expected_results": ("күтілетін", "ожидаем", "expected"),
    "period": ("кезең", "мерзім", "период", "срок", "period"),
    "partners": ("әріптес", "серіктес", "партн", "partner"),
    "region": ("аумағ", "аймағ", "территор", "географ", "регион", "region"),
    "goal": ("мақсат", "цел", "goal"),
    "title": ("тақырыб", "атауы", "тема", "наименован", "назван", "title"),
}
TASK_HEADING = re.compile(
    r"^(?:блок\W+)?(?:(?P<before>\d{1,2})\W{0,3}(?:ші\W)?(?:міндет|задача|task)\w*|(?:міндет|задача|task)\w{0,3}\W{0,3}№?\s?(?P<after>\d{1,2}))\b[\s.:–—-]*",
    re.IGNORECASE,
)
CONTRACT_HEADING = re.compile(r"шарт\w*\s+(талап|бойынша)|(требован|услови)\w*\s+договор|contract", re.IGNORECASE)
BLOCK_HEADING = re.compile(
    r"^(?:[IVX]{1,4}|\d)\W{0,3}(?:блок|block)\w*|^(?:блок|block)\W{0,3}(?:[IVX]{1,4}|\d)\b", re.IGNORECASE
)
WORD = re.compile(r"[^\W_]+|%")
RUSSIAN_LETTERS, KAZAKH_LETTERS = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[әғқңөұүһі]", re.IGNORECASE)


def split_words(text: str) -> str:
    """Return the words of a text in small letters, separated and surrounded by single blanks."""
    return " ".join(["", *WORD.findall(text.casefold()), ""])


def has_stem(words: str, stem: str) -> bool:
    """Return whether a word of `split_words` begins with a stem, or neighbouring words with the words of a stem.

    A stem with an exclamation mark is a whole word.
    """
    if stem.endswith("!"):
        return f" {stem[:-1]} " in words
    pattern = r" " + r"[^ ]* ".join(map(re.escape, stem.split()))
    return re.search(pattern, words) is not None


def find_role(text: str, roles: dict[str, tuple[str, ...]]) -> str | None:
    """Return the first role of which a stem occurs in a text."""
    words = split_words(text)
    return next((role for role, stems in roles.items() if any(has_stem(words, stem) for stem in stems)), None)


def find_columns(headings: Sequence[str], roles: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the index of the first heading of each role."""
    columns: dict[str, int] = {}
    for index, heading in enumerate(headings):
        role = find_role(heading, roles)
        if role:
            columns.setdefault(role, index)
    return columns


def detect_language(text: str) -> str:
    """Return the language of a text by its letters: kk, ru or en."""
    if KAZAKH_LETTERS.search(text):
        return "kk"
    return "ru" if RUSSIAN_LETTERS.search(text) else "en"
