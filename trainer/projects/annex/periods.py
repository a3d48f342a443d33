"""Reading periods as annexes write them: «1 мамыр 2025 жыл-31 қазан 2025 жыл», «01.05–31.10.2025», «май–октябрь 2025 г.»."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

# Stems of the months in Kazakh, Russian and English.
MONTH_STEMS = (
    ("қаңтар", "январ", "january"),
    ("ақпан", "феврал", "february"),
    ("наурыз", "март", "march"),
    ("сәуір", "апрел", "april"),
    ("мамыр", "май", "мая", "мае", "may"),
    ("маусым", "июн", "june"),
    ("шілде", "июл", "july"),
    ("тамыз", "август", "august"),
    ("қыркүйек", "сентябр", "september"),
    ("қазан", "октябр", "october"),
    ("қараша", "ноябр", "november"),
    ("желтоқсан", "декабр", "december"),
)
MONTHS = {stem: number for number, stems in enumerate(MONTH_STEMS, 1) for stem in stems}
ROMAN_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTER = "[1-4]|iv|i{1,3}"
MONTH_PATTERN = "|".join(sorted(MONTHS, key=len, reverse=True))
TOKEN = re.compile(
    rf"""
    (?P<iso>\b(?P<iso_year>20\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)\b)
  | (?P<numeric>(?<![\d.])(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})(?:[./](?P<year>(?:20)?\d\d)(?!\d))?)
  | (?P<quarter>\b(?:(?P<first_quarter>{QUARTER})\s?[-–]\s?)?(?P<quarter_number>{QUARTER})
      \W{{0,3}}(?:(?:ші|й|ый|th|st|nd|rd)\W)?\W?(?:тоқсан|квартал|quarter)\w*)
  | (?P<month_name>\b(?:{MONTH_PATTERN})\w*)
  | (?P<only_year>\b20\d\d\b)
  | (?P<only_day>(?<![\d.])\d{{1,2}}(?![\d.]))
    """,
    re.VERBOSE,
)
UNTIL = re.compile(r"дейін|\bдо\b|\bпо\b|until|\bby\b", re.IGNORECASE)
WHOLE_PROJECT = re.compile(
    r"(жоба|проект|project)\w*\W+(бойы|барысы|кезең|мерзім|реализац)|бойы|весь (период|срок)|в течение", re.IGNORECASE
)
FROM = re.compile(r"бастап|\bс\b|\bсо\b|from|[-–—]", re.IGNORECASE)


@dataclass(frozen=True)
class PartialDate:
    """A date of which day, month or year may be missing; `months` is how many it spans if the day is missing."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    months: int = 1


def parse_period(text: str, project_period: tuple[date, date] | None = None) -> tuple[date, date] | None:
    """Return the first and last day of a period; None if the text names none, or none that exists.

    A single day, month or quarter is a period. If the period of the project is given, "throughout the project" is that
    period, and "until" a date begins with it.
    """
    dates = complete_dates(list(merge_date_tokens(text.casefold())))
    if not dates and project_period and WHOLE_PROJECT.search(text):
        return project_period
    if not dates or any(partial.month is None or partial.year is None for partial in dates):
        return None
    try:
        start, end = get_first_day(dates[0]), get_last_day(dates[-1])
    except ValueError:
        return None
    is_until = len(dates) == 1 and UNTIL.search(text) and not FROM.search(text.replace("-ға", "").replace("-ге", ""))
    if is_until and project_period:
        start = min(project_period[0], end)
    return (start, end) if start <= end else None


def merge_date_tokens(text: str) -> Iterator[PartialDate]:
    """Yield the dates of a text, with what stands together joined: a day before or after its month, and the year around it."""
    pending = PartialDate()
    position = 0
    for token in TOKEN.finditer(text):
        is_separated = bool(
            re.search(r"[-–—,;]|дейін|бастап|\bпо\b|\bдо\b|\bto\b|\bжәне\b|\bи\b", text[position : token.start()])
        )
        part, position = read_date_token(token), token.end()
        joined = None if is_separated and pending != PartialDate() else join_dates(pending, part)
        if joined is None:
            yield pending
            joined = part
        pending = joined
    if pending != PartialDate():
        yield pending


def read_date_token(token: re.Match[str]) -> PartialDate:
    """Return what a token says of a date."""
    if token["iso"]:
        return PartialDate(int(token["iso_day"]), int(token["iso_month"]), int(token["iso_year"]))
    if token["numeric"]:
        year = int(token["year"]) % 100 + 2000 if token["year"] else None
        return PartialDate(int(token["day"]), int(token["month"]), year)
    if token["quarter"]:
        last = read_quarter_number(token["quarter_number"])
        first = read_quarter_number(token["first_quarter"] or token["quarter_number"])
        return PartialDate(None, 3 * first - 2, None, 3 * max(1, last - first + 1))
    if token["month_name"]:
        return PartialDate(month=next(MONTHS[stem] for stem in MONTHS if token["month_name"].startswith(stem)))
    return PartialDate(year=int(token["only_year"])) if token["only_year"] else PartialDate(day=int(token["only_day"]))


def read_quarter_number(text: str) -> int:
    """Return the number of a quarter in Roman or Arabic digits."""
    return ROMAN_QUARTERS.get(text) or int(text)


def join_dates(first: PartialDate, second: PartialDate) -> PartialDate | None:
    """Return both as one date, or None if both name a day, a month or a year."""
    for name in ("day", "month", "year"):
        if getattr(first, name) is not None and getattr(second, name) is not None:
            return None
    day, month, year = first.day or second.day, first.month or second.month, first.year or second.year
    return PartialDate(day, month, year, max(first.months, second.months))


def complete_dates(dates: list[PartialDate]) -> list[PartialDate]:
    """Return the first and the last of the dates, each with the month and year that only the other one names."""
    if not dates:
        return []
    completed = list(dates)
    for index in range(len(completed) - 2, -1, -1):  # «1–31 мамыр 2025»: what follows holds for what is before
        here, following = completed[index], completed[index + 1]
        year = here.year
        month = here.month if here.month is not None else following.month
        if year is None and following.year is not None:
            is_earlier_year = month is not None and following.month is not None and month > following.month
            year = following.year - is_earlier_year
        completed[index] = replace(here, month=month, year=year)
    for index in range(1, len(completed)):  # «2025 жылғы 1 мамыр – 31 қазан»
        here, before = completed[index], completed[index - 1]
        year = here.year
        month = here.month if here.month is not None else before.month
        if year is None and before.year is not None:
            year = before.year + (month is not None and before.month is not None and month < before.month)
        completed[index] = replace(here, month=month, year=year)
    whole = [partial for partial in completed if partial.month is not None]
    return [whole[0], whole[-1]] if len(whole) > 1 else whole


def get_first_day(partial: PartialDate) -> date:
    """Return the first day of a date. Raises ValueError if it does not exist."""
    return date(partial.year or 0, partial.month or 0, partial.day or 1)


def get_last_day(partial: PartialDate) -> date:
    """Return the last day of a date. Raises ValueError if it does not exist."""
    year, month = partial.year or 0, (partial.month or 0) + partial.months - 1
    return date(year, month, partial.day if partial.day is not None else monthrange(year, month)[1])
