"""The difference between two schedules in words: never more, never less than what changed for the reader."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.seminars.difference import describe_difference, list_unchanged_languages
from trainer.seminars.schedule import Schedule, ScheduledSession

pytestmark = pytest.mark.one_database

ZONE, HOUR, DAY = ZoneInfo("Asia/Aqtau"), timedelta(hours=1), timedelta(days=1)
START = datetime(2025, 6, 7, 7, 0, tzinfo=UTC)
TEXTS = st.builds(Translated, *[st.sampled_from(["", "Зал А", "Зал Б"])] * 3)
SESSIONS = st.builds(
    lambda number, title, start, length: ScheduledSession(
        f"session-{number}", Translated(title), START + start * HOUR, START + (start + length) * HOUR
    ),
    number=st.integers(1, 4),
    title=st.sampled_from(["", "Таңғы сабақ"]),
    start=st.integers(0, 60),
    length=st.integers(1, 3),
)
SCHEDULES = st.builds(
    Schedule,
    format=st.sampled_from(["offline", "online"]),
    venue=TEXTS,
    city=TEXTS,
    sessions=st.lists(SESSIONS, max_size=4, unique_by=lambda session: session.uid).map(
        lambda sessions: tuple(sorted(sessions, key=lambda session: session.starts_at))
    ),
    is_cancelled=st.booleans(),
    reason=TEXTS,
)


def build_example(*sessions: tuple[int, int, str]) -> Schedule:
    """Return a schedule with sessions of two hours, given by number, hours after the start, and title."""
    return Schedule(
        "offline",
        Translated("А залы", "Зал А", "Hall A"),
        Translated(),
        tuple(
            ScheduledSession(f"session-{number}", Translated(title), START + hour * HOUR, START + (hour + 2) * HOUR)
            for number, hour, title in sessions
        ),
    )


def describe(app: Flask, before: Schedule, after: Schedule, language: str = "en") -> tuple[str, list[str]] | None:
    """Return headline and lines of the difference."""
    with app.test_request_context(f"/?lang={language}"):
        difference = describe_difference(before, after, ZONE, language)
        return None if difference is None else (difference.headline, difference.list_lines())


@hypothesis_settings(max_examples=60)
@given(before=SCHEDULES, after=SCHEDULES)
def test_a_difference_never_repeats_a_fact_and_its_way_back_is_a_difference(
    app: Flask, before: Schedule, after: Schedule
) -> None:
    with app.test_request_context():
        for language in LANGUAGES:
            assert describe_difference(before, before, ZONE, language) is None
            there = describe_difference(before, after, ZONE, language)
            times = [[(item.starts_at, item.ends_at) for item in one.sessions] for one in (before, after)]
            if before.is_cancelled != after.is_cancelled:
                assert there is not None and there.is_cancelled == after.is_cancelled
            elif not after.is_cancelled and sorted(times[0]) != sorted(times[1]):
                assert there is not None
            if there is not None:
                assert there.headline and all(fact.was != fact.now for fact in there.facts)
                for fact in there.facts:
                    assert not set(filter(None, fact.was.split("; "))) & set(fact.now.split("; "))
        stored = json.loads(json.dumps(after.to_mapping()))
        assert Schedule.from_mapping(stored) == after


BASE = build_example((1, 0, "Morning"), (2, 4, "Afternoon"), (3, 24, "Second day"))


@pytest.mark.parametrize(
    ("after", "headline", "lines"),
    [
        (
            build_example((1, 0, ""), (2, 4, ""), (3, 48, "")),
            "The date has changed",
            ["Was: 8 June 2025, 12:00–14:00", "Now: 9 June 2025, 12:00–14:00"],
        ),
        (
            build_example((1, 1, ""), (2, 4, ""), (3, 24, "")),
            "The time has changed",
            ["Was: 7 June 2025, 12:00–18:00", "Now: 7 June 2025, 13:00–18:00"],
        ),
        (
            build_example((1, 0, ""), (2, 4, "")),
            "The date has changed",
            ["No longer planned: 8 June 2025, 12:00–14:00"],
        ),
        (
            build_example((1, 0, ""), (2, 4, ""), (3, 24, ""), (4, 48, "")),
            "The date has changed",
            ["Newly planned: 9 June 2025, 12:00–14:00"],
        ),
        (
            build_example((1, 4, "Morning"), (2, 0, "Afternoon"), (3, 24, "Second day")),  # swapped inside one day
            "The time has changed",
            [
                "Was: 7 June 2025, 12:00–14:00, Morning; 7 June 2025, 16:00–18:00, Afternoon",
                "Now: 7 June 2025, 12:00–14:00, Afternoon; 7 June 2025, 16:00–18:00, Morning",
            ],
        ),
        (
            build_example((1, 0, "Morning"), (2, 4, "Afternoon"), (4, 2, "Added"), (3, 24, "Second day")),
            "The time has changed",
            ["Newly planned: 7 June 2025, 14:00–16:00, Added"],
        ),
        (replace(BASE, format="online"), "The venue has changed", ["Was: Hall A", "Now: Online, Hall A"]),
        (
            replace(BASE, is_cancelled=True, reason=Translated("", "Болезнь тренера")),
            "Will not take place",
            [
                "Reason: Болезнь тренера",
                "Was planned: 7 June 2025, 12:00–18:00; 8 June 2025, 12:00–14:00",
            ],
        ),
    ],
)
def test_a_change_is_said_in_few_words(app: Flask, after: Schedule, headline: str, lines: list[str]) -> None:
    sessions = tuple(sorted(after.sessions, key=lambda session: session.starts_at))
    assert describe(app, BASE, replace(after, sessions=sessions)) == (headline, lines)


def test_what_a_reader_could_not_notice_is_no_difference(app: Flask) -> None:
    renamed = build_example((1, 0, "First"), (2, 4, ""), (3, 24, "Third"))
    replaced = build_example((4, 0, "Morning"), (2, 4, "Afternoon"), (3, 24, "Second day"))
    corrected = replace(BASE, venue=Translated("А залы", "Зал «А»", "Hall A"))
    for after in (renamed, replaced, corrected):
        assert describe(app, BASE, after) is None
    assert describe(app, corrected, BASE, "ru") is not None
    added = replace(BASE, venue=Translated("А залы"))
    assert describe(app, added, BASE, "ru") is None  # who read the Kazakh text knows the place
    assert list_unchanged_languages(BASE, corrected) == ["kk", "en"]
    assert list_unchanged_languages(BASE, renamed) == []
