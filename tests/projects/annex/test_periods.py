"""Periods in the ways in which annexes write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.language.dates import format_date_range
from trainer.projects.annex.periods import parse_period

PROJECT = (date(2025, 5, 1), date(2025, 10, 31))
WHOLE = ("2025-05-01", "2025-10-31")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 мамыр 2025 жыл-31 қазан 2025 жыл", WHOLE),
        ("01.05.2025-31.10.2025", WHOLE),
        ("01.05.25 – 31.10.25 ж.", WHOLE),
        ("2025 жылғы 1 мамыр – 31 қазан", WHOLE),
        ("2025 жылғы 1 мамырдан 31 қазанға дейін", WHOLE),
        ("2025 жылдың 1 мамыры мен 31 қазаны аралығында", WHOLE),
        ("мамыр-қазан 2025", WHOLE),
        ("2025 ж. мамыр-қазан", WHOLE),
        ("с 1 мая по 31 октября 2025 года", WHOLE),
        ("май – октябрь 2025 г.", WHOLE),
        ("2025-05-01 – 2025-10-31", WHOLE),
        ("1 May – 31 October 2025", WHOLE),
        ("до 31 октября 2025 г.", WHOLE),
        ("2025 жылғы 31 қазанға дейін", WHOLE),
        ("жоба бойы", WHOLE),
        ("в течение реализации проекта", WHOLE),
        ("15.05.–31.10.2025", ("2025-05-15", "2025-10-31")),
        ("1–31 мамыр 2025", ("2025-05-01", "2025-05-31")),
        ("2025 жылдың мамыр айы", ("2025-05-01", "2025-05-31")),
        ("15 мая 2025 г.", ("2025-05-15", "2025-05-15")),
        ("II тоқсан 2025", ("2025-04-01", "2025-06-30")),
        ("2-3 квартал 2025 г.", ("2025-04-01", "2025-09-30")),
        ("декабрь 2025 – январь 2026", ("2025-12-01", "2026-01-31")),
        ("ноябрь – февраль 2026", ("2025-11-01", "2026-02-28")),
        ("май, июнь, июль 2025", ("2025-05-01", "2025-07-31")),
    ],
)
def test_a_period_is_read_however_it_is_written(text: str, expected: tuple[str, str]) -> None:
    assert parse_period(text, PROJECT) == tuple(map(date.fromisoformat, expected))


@pytest.mark.parametrize("text", ["", "күзде", "31.02.2025", "2025", "31.10.2025–01.05.2025", "мамыр", "45.13.2025"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_period(text, PROJECT) is None


@given(st.dates(date(2010, 1, 1), date(2090, 1, 1)), st.integers(0, 400), st.sampled_from(["kk", "ru", "en"]))
def test_what_the_product_writes_it_reads(first: date, days: int, language: str) -> None:
    last = first + timedelta(days=days)
    assert parse_period(format_date_range(first, last, language)) == (first, last)


@given(st.text(alphabet="0123456789 ./-–майқзнтсоөІV,", max_size=40) | st.text())
def test_any_text_is_a_period_or_none(text: str) -> None:
    period = parse_period(text, PROJECT)
    assert period is None or period[0] <= period[1]
