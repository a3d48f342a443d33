"""Dates in the official style of three languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.language import LANGUAGES
from trainer.language.dates import (
    format_clock_time,
    format_date_range,
    format_date_with_weekday,
    format_event_days,
    format_long_date,
    list_local_days,
)

AKTAU = ZoneInfo("Asia/Aqtau")
MONTHS = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_kazakh_date_has_the_year_first_and_the_month_in_small_letters(month: int) -> None:
    assert format_long_date(date(2025, month, 8), "kk") == f"2025 жылғы 8 {MONTHS[month - 1]}"


def test_a_date_in_russian_and_english() -> None:
    assert format_long_date(date(2025, 5, 15), "ru") == "15 мая 2025 года"
    assert format_long_date(date(2025, 5, 15), "en") == "15 May 2025"


def test_a_date_with_its_weekday() -> None:
    assert format_date_with_weekday(date(2025, 6, 2), "kk") == "2025 жылғы 2 маусым, дүйсенбі"
    assert format_date_with_weekday(date(2025, 6, 2), "ru") == "2 июня 2025 года, понедельник"
    assert format_date_with_weekday(date(2025, 6, 2), "en") == "Monday, 2 June 2025"


@pytest.mark.parametrize(
    ("language", "written"),
    [("kk", "2025 жылғы 12–13 мамыр"), ("ru", "12–13 мая 2025 года"), ("en", "12–13 May 2025")],
)
def test_days_of_one_month_are_joined(language: str, written: str) -> None:
    assert format_date_range(date(2025, 5, 12), date(2025, 5, 13), language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("kk", "2025 жылғы 30 мамыр – 2025 жылғы 2 маусым"),
        ("ru", "30 мая 2025 года – 2 июня 2025 года"),
        ("en", "30 May 2025 – 2 June 2025"),
    ],
)
def test_days_across_months_are_written_in_full(language: str, written: str) -> None:
    assert format_date_range(date(2025, 5, 30), date(2025, 6, 2), language) == written


def test_the_same_month_of_another_year_is_not_joined() -> None:
    assert "2024" in format_date_range(date(2024, 5, 30), date(2025, 5, 30), "kk")


def test_one_day_is_no_range() -> None:
    assert format_date_range(date(2025, 5, 12), date(2025, 5, 12), "kk") == "2025 жылғы 12 мамыр"


def test_days_that_are_not_consecutive_are_listed() -> None:
    days = [date(2025, 5, 19), date(2025, 5, 12), date(2025, 5, 12)]
    assert format_event_days(days, "kk") == "2025 жылғы 12 мамыр, 2025 жылғы 19 мамыр"


@given(st.lists(st.dates(date(2020, 1, 1), date(2035, 1, 1)), max_size=5), st.sampled_from(LANGUAGES))
def test_days_are_written_alike_in_any_order(days: list[date], language: str) -> None:
    assert format_event_days(days, language) == format_event_days(days[::-1], language)
    assert bool(format_event_days(days, language)) == bool(days)


def test_a_time_is_shown_on_the_clock_of_the_project() -> None:
    assert format_clock_time(datetime(2025, 6, 2, 4, 5, tzinfo=UTC), AKTAU) == "09:05"


def test_a_late_evening_in_utc_is_the_next_day_in_aktau() -> None:
    moments = [datetime(2025, 6, 2, 20, 0, tzinfo=UTC), datetime(2025, 6, 2, 18, 59, tzinfo=UTC)]
    assert list_local_days(moments, AKTAU) == [date(2025, 6, 2), date(2025, 6, 3)]
