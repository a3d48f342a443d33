"""Dates as officials write them: «2025 жылғы 15 мамыр», «15 мая 2025 года», “15 May 2025”, and times beside them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta

DAY = {"kk": "y 'жылғы' d MMMM", "ru": "d MMMM y 'года'", "en": "d MMMM y"}
SAME_MONTH = {"kk": "{y} жылғы {a}–{b} {month}", "ru": "{a}–{b} {month} {y} года", "en": "{a}–{b} {month} {y}"}
WEEKDAY = {"kk": "y 'жылғы' d MMMM, EEEE", "ru": "d MMMM y 'года', EEEE", "en": "EEEE, d MMMM y"}


@lru_cache(maxsize=1000)
def long_date(day: date, language: str) -> str:
    """Write a date in full, as in documents."""
    return format_date(day, DAY[language], locale=language)


def date_with_weekday(day: date, language: str) -> str:
    """Write a date in full with its weekday, as in invitations."""
    return format_date(day, WEEKDAY[language], locale=language)


def short_day(day: date, language: str) -> str:
    """Write day and month only."""
    return format_skeleton("MMMd", datetime(day.year, day.month, day.day), locale=language)  # noqa: DTZ001


@lru_cache(maxsize=1000)
def date_range(first: date, last: date, language: str) -> str:
    """Write the days from first to last; days of one month are joined."""
    if first == last:
        return long_date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        month = format_date(first, "MMMM", locale=language)
        return SAME_MONTH[language].format(y=first.year, a=first.day, b=last.day, month=month)
    return f"{long_date(first, language)} – {long_date(last, language)}"


def days_held(days: Sequence[date], language: str) -> str:
    """Write the days of an event: a range where they follow each other, else one by one."""
    ordered = sorted(set(days))
    if not ordered:
        return ""
    if (ordered[-1] - ordered[0]).days == len(ordered) - 1:
        return date_range(ordered[0], ordered[-1], language)
    return ", ".join(long_date(day, language) for day in ordered)


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write the hour and minute of a moment in a zone."""
    return moment.astimezone(zone).strftime("%H:%M")


def long_moment(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Write a moment with its date in full, in a zone."""
    local = moment.astimezone(zone)
    return f"{long_date(local.date(), language)}, {local:%H:%M}"


def days_of(moments: Iterable[datetime], zone: ZoneInfo) -> list[date]:
    """Give the days on which moments fall in a zone."""
    return sorted({moment.astimezone(zone).date() for moment in moments})


def time_ago(moment: datetime, now: datetime, language: str) -> str:
    """Write how long ago something was: «3 минут бұрын»."""
    return format_timedelta(
        min(moment - now, timedelta(seconds=-1)), threshold=1.5, add_direction=True, locale=language
    )
