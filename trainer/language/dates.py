"""Dates in the official style of each language: «2025 жылғы 15 мамыр», «15 мая 2025 года», “15 May 2025”."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

LONG_DATE_PATTERNS = {"kk": "y 'жылғы' d MMMM", "ru": "d MMMM y 'года'", "en": "d MMMM y"}
SAME_MONTH_RANGE_PATTERNS = {
    "kk": "{y} жылғы {a}–{b} {month}",
    "ru": "{a}–{b} {month} {y} года",
    "en": "{a}–{b} {month} {y}",
}
WEEKDAY_DATE_PATTERNS = {"kk": "y 'жылғы' d MMMM, EEEE", "ru": "d MMMM y 'года', EEEE", "en": "EEEE, d MMMM y"}


@lru_cache(maxsize=1000)
def format_long_date(day: date, language: str) -> str:
    """Return a date in full, as documents print it."""
    return format_date(day, LONG_DATE_PATTERNS[language], locale=language)


def format_date_with_weekday(day: date, language: str) -> str:
    """Return a date in full with its weekday, as invitations print it."""
    return format_date(day, WEEKDAY_DATE_PATTERNS[language], locale=language)


def format_date_range(first: date, last: date, language: str) -> str:
    """Return the range from the first to the last day; month and year are named once if both days share them."""
    if first == last:
        return format_long_date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        month = format_date(first, "MMMM", locale=language)
        return SAME_MONTH_RANGE_PATTERNS[language].format(y=first.year, a=first.day, b=last.day, month=month)
    return f"{format_long_date(first, language)} – {format_long_date(last, language)}"


def format_event_days(days: Sequence[date], language: str) -> str:
    """Return the days of an event: a range if they are consecutive, else a list. Empty if there are none."""
    ordered = sorted(set(days))
    if not ordered:
        return ""
    if (ordered[-1] - ordered[0]).days == len(ordered) - 1:
        return format_date_range(ordered[0], ordered[-1], language)
    return ", ".join(format_long_date(day, language) for day in ordered)


def format_clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of a moment in a zone as HH:MM."""
    return moment.astimezone(zone).strftime("%H:%M")


def format_long_moment(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return date and time of a moment in a zone."""
    local = moment.astimezone(zone)
    return f"{format_long_date(local.date(), language)}, {local:%H:%M}"


def list_local_days(moments: Iterable[datetime], zone: ZoneInfo) -> list[date]:
    """Return the distinct dates of the moments in a zone, in order."""
    return sorted({moment.astimezone(zone).date() for moment in moments})


def format_time_ago(moment: datetime, now: datetime, language: str) -> str:
    """Return the time since a moment in words, such as «3 минут бұрын»; at least one second."""
    return format_timedelta(
        min(moment - now, timedelta(seconds=-1)), threshold=1.5, add_direction=True, locale=language
    )
