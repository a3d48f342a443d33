"""The tablet's scripts and the server apply the same rules: folding, sorting, resolving marks, and ids."""

import random
import uuid
from dataclasses import astuple
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.people.name_pairs import list_pairs
from trainer.attendance.ledger import derive_session_attendance
from trainer.attendance.models import AttendanceStatus
from trainer.language.collation import build_sort_key, fold_text
from trainer.people.similarity import count_edits, get_allowed_edits
from trainer.people.spelling import list_spellings
from trainer.web.text import clean_text, find_unprintable_characters, has_html_tag, has_iin

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяabcdefghijklmnopqrstuvwxyz0123456789' ’-–_.ııſßÉé№\u0301"
NAMES = ("Өтегенова Айгүл", "Қожахметов-Әлиев", "Iнкәр", "Ёлкина Нюра", "O'Brien", "STRASSE", "Straße", "  ", "ΣΊΣΥΦΟΣ")


@pytest.fixture
def page(browser: Browser, served: tuple[Flask, str]) -> Page:
    """Return a page that can import the tablet's scripts."""
    page = browser.new_page(base_url=served[1])
    page.goto("/tablet/")
    return page


def test_names_fold_and_sort_as_on_the_server(page: Page) -> None:
    dice = random.Random(5)
    texts = ["".join(dice.choices(LETTERS + LETTERS.upper(), k=dice.randint(0, 30))) for _each in range(2000)]
    texts += NAMES
    texts += [chr(code) for block in ((0x20, 0x250), (0x370, 0x530), (0x1E00, 0x2100)) for code in range(*block)]
    answers = page.evaluate(
        """async (texts) => {
            const { buildSortKey, foldText } = await import("/static/js/tablet/normalize.js");
            return texts.map((text) => [foldText(text), buildSortKey(text)]);
        }""",
        texts,
    )
    for text, answer in zip(texts, answers, strict=True):
        assert answer == [fold_text(text), build_sort_key(text)], text


def test_names_are_spelled_and_compared_as_on_the_server(page: Page) -> None:
    dice = random.Random(7)
    texts = ["".join(dice.choices(LETTERS + LETTERS.upper(), k=dice.randint(0, 14))) for _each in range(2000)]
    texts += [*NAMES, *(text for pair in list_pairs() for name in (pair.first, pair.second) for text in astuple(name))]
    texts += [chr(code) for block in ((0x20, 0x250), (0x370, 0x530), (0x1E00, 0x2100)) for code in range(*block)]
    pairs = [(one[:8], other[:8]) for one, other in pairwise(texts) if len(one) < 15]
    spellings, edits = page.evaluate(
        """async ([texts, pairs]) => {
            const { listSpellings } = await import("/static/js/tablet/spelling.js");
            const { countEdits, getAllowedEdits } = await import("/static/js/tablet/search.js");
            return [texts.map(listSpellings), pairs.map(([one, other]) => [countEdits(one, other), getAllowedEdits(one)])];
        }""",
        [texts, pairs],
    )
    for text, answer in zip(texts, spellings, strict=True):
        assert answer == list(list_spellings(text)), text
    for (one, other), answer in zip(pairs, edits, strict=True):
        assert answer == [count_edits(one, other), get_allowed_edits(one)], (one, other)


def test_what_may_be_typed_is_what_the_server_keeps_as_it_is(page: Page) -> None:
    dice = random.Random(8)
    texts = [
        "8 701 555 01 01",
        "№ 3 емхана",
        "900101300017",
        "ЖСН 900101300017.",
        "9001013000170",
        "900101300018",
        "🙂",
    ]
    texts += ["<b>x", "a < b", "a <b", "x\u200by", "tab\there", "Ⓐ", "\ue000", "\x00", "\u2028", "C++ 25 ° ©", ""]
    texts += ["".join(dice.choices(LETTERS + "<>/🙂️№≤●", k=dice.randint(0, 12))) for _each in range(1500)]
    texts += ["".join(dice.choices("0123456789", k=dice.choice((11, 12, 12, 13)))) for _each in range(500)]
    texts += [f"8{dice.randint(0, 9)}0{dice.randint(1, 9)}1{dice.randint(0, 9)}4{dice.randint(0, 99999):05d}"] * 3
    texts += [f"85010140{dice.randint(0, 9999):04d}" for _each in range(500)]
    answers = page.evaluate(
        """async (texts) => {
            const { findTextProblem } = await import("/static/js/tablet/typed.js");
            return texts.map(findTextProblem);
        }""",
        texts,
    )
    assert set(answers) == {"", "iin", "odd"}
    for typed, answer in zip(texts, answers, strict=True):
        cleaned = clean_text(typed)
        odd = "odd" if find_unprintable_characters(cleaned) or has_html_tag(cleaned) else ""
        assert answer == ("iin" if has_iin(cleaned) else odd), typed


def build_random_marks(dice: random.Random) -> list[dict[str, Any]]:
    """Return marks of a few tablets and the desk; each follows one that its maker knew, or none."""
    marks: list[dict[str, Any]] = []
    for number in range(dice.randint(0, 9)):
        known = [None, *(mark["id"] for mark in marks), str(uuid.UUID(int=number + 900))]
        marks.append(
            {
                "id": str(uuid.UUID(int=number + 1)),
                "after": dice.choice(known),
                "status": str(dice.choice(list(AttendanceStatus))),
                "decides": dice.random() < 0.1,
                "at": "2025-06-02T07:00:00.000Z",
            }
        )
    dice.shuffle(marks)
    return marks


def test_tablet_and_server_resolve_marks_alike(page: Page) -> None:
    dice = random.Random(11)
    ledgers = [build_random_marks(dice) for _each in range(1500)]
    answers = page.evaluate(
        """async (ledgers) => {
            const { deriveSessionAttendance } = await import("/static/js/tablet/ledger.js");
            return ledgers.map(deriveSessionAttendance);
        }""",
        ledgers,
    )
    for marks, answer in zip(ledgers, answers, strict=True):
        expected = derive_session_attendance([SimpleNamespace(**mark) for mark in marks])
        assert (answer["status"], answer["latestId"], answer["statuses"]) == (
            expected.status,
            expected.last_mark_id,
            list(expected.latest_statuses),
        ), marks


def test_the_order_in_which_marks_arrive_does_not_matter(page: Page) -> None:
    dice = random.Random(23)
    ledgers = [build_random_marks(dice) for _each in range(500)]
    answers = page.evaluate(
        """async (ledgers) => {
            const { Ledger } = await import("/static/js/tablet/ledger.js");
            return ledgers.map((marks) => {
                const ledger = new Ledger();
                const heard = marks.map((mark, place) => ({ ...mark, person: 1, session: 2, order: place + 1 }));
                for (const mark of [...heard].sort(() => Math.random() - 0.5)) ledger.addMark({ ...mark, order: null });
                for (const mark of [...heard, ...heard].sort(() => Math.random() - 0.5)) ledger.addMark(mark);
                return [ledger.getAttendance(1, 2), ledger.listMarks(1, 2).length];
            });
        }""",
        ledgers,
    )
    for marks, (answer, count) in zip(ledgers, answers, strict=True):
        expected = derive_session_attendance([SimpleNamespace(**mark) for mark in marks])
        assert count == len(marks)
        assert (answer["status"], answer["latestId"]) == (expected.status, expected.last_mark_id), marks


def test_mark_ids_are_uuid_version_7_and_sort_by_creation(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
            const { uuid7 } = await import("/static/js/tablet/uuid.js");
            const begun = Date.now();
            const early = uuid7();
            return [begun, early, ...Array.from({ length: 500 }, () => uuid7()), uuid7(begun - 3600_000)];
        }"""
    )
    begun, *names = answer
    ids = [uuid.UUID(mark_id) for mark_id in names]
    assert {(mark_id.version, mark_id.variant) for mark_id in ids} == {(7, uuid.RFC_4122)}
    assert ids == sorted(ids)
    assert 0 <= (ids[0].int >> 80) - begun < 1000


def test_the_clock_uses_the_fastest_response(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
            const { Clock } = await import("/static/js/tablet/clock.js");
            const clock = new Clock(), now = Date.now(), at = (moment) => new Date(moment).toISOString();
            const seen = [clock.skew];
            clock.recordServerTime(at(now + 5000 + 1000), now, now + 2000); seen.push(clock.skew);
            clock.recordServerTime(at(now + 4000 + 100), now, now + 200); seen.push(clock.skew);
            clock.recordServerTime(at(now + 9000), now, now + 3000); seen.push(clock.skew);
            return seen;
        }"""
    )
    assert answer == [None, 5000, 4000, 4000]


def test_what_is_made_after_the_clock_was_moved_names_no_skew_until_it_is_measured_anew(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
            const { Clock } = await import("/static/js/tablet/clock.js");
            const clock = new Clock(), real = Date.now, server = () => new Date(real()).toISOString();
            const learn = (trip) => clock.recordServerTime(server(), Date.now() - trip, Date.now());
            const about = (skew) => skew === null ? null : Math.round(skew / 1000), seen = [about(clock.reliableSkew)];
            Date.now = () => real() + 3 * 3600_000; learn(10); seen.push(about(clock.reliableSkew));
            Date.now = real; seen.push(about(clock.reliableSkew));
            learn(900); seen.push(about(clock.reliableSkew));
            return seen;
        }"""
    )
    assert answer == [None, -10800, None, 0]


def test_a_roster_without_what_is_over_and_with_what_is_new(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
            const { Roster, applyChanges, removePastSeminars } = await import("/static/js/tablet/roster.js");
            const now = Date.parse("2025-06-03T09:00:00Z");
            const seminar = (id, ends_at, people) => ({ id, ends_at, people, sessions: [{ id: id * 10, starts_at: ends_at, ends_at }] });
            const person = (id, sort, more) => ({ id, seminar: 1, sort, name: sort, ...more });
            const roster = { seminars: [
                seminar(1, "2025-06-02T09:00:01Z", [person(1, "b"), person(2, "c"), person(3, "d")]),
                seminar(2, "2025-06-02T09:00:00Z", []),
            ] };
            const left = removePastSeminars(roster, now);
            const changed = applyChanges(left, [person(2, "a"), person(9, "e", { pass: "x" })], [3]);
            const known = new Roster(changed, [{ id: "w", person: 9, seminar: 1, sort: "z", walkIn: true }]);
            const people = known.listPeople(1).map((person) => [person.id, person.sort]);
            return [left.seminars.map((seminar) => seminar.id), people, known.findPersonByPass("x").id];
        }"""
    )
    assert answer == [[1], [[2, "a"], [1, "b"], ["w", "e"]], "w"]


def test_the_time_on_the_tablet_is_read_as_the_server_reads_it(page: Page) -> None:
    written = page.evaluate("new Date(1748847600123).toISOString()")
    assert datetime.fromisoformat(written).timestamp() == 1748847600.123


def test_a_time_of_another_day_is_told_with_its_day(page: Page) -> None:
    texts = page.evaluate(
        """async () => {
            const { formatMoment } = await import("/static/js/tablet/zone.js");
            return [formatMoment(new Date(), 300), formatMoment("2025-06-02T20:05:00Z", 300)];
        }"""
    )
    assert len(texts[0]) == 5
    assert texts[1] == "03.06 01:05"


@pytest.mark.parametrize("device_zone", ["Asia/Almaty", "Asia/Dhaka", "Pacific/Kiritimati", "America/St_Johns"])
def test_times_are_those_of_the_zone_that_the_server_names_on_any_device(
    browser: Browser, served: tuple[Flask, str], device_zone: str
) -> None:
    dice = random.Random(31)
    zones = [ZoneInfo(name) for name in ("Asia/Almaty", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "UTC")]
    moments = [datetime.fromtimestamp(dice.randrange(1_600_000_000, 1_900_000_000), zone) for zone in zones * 100]
    offsets = [(moment.utcoffset() or timedelta()) // timedelta(minutes=1) for moment in moments]
    page = browser.new_page(base_url=served[1], timezone_id=device_zone)
    page.goto("/tablet/")
    shown = page.evaluate(
        """async (cases) => {
            const { formatSessionTime, getDay } = await import("/static/js/tablet/zone.js");
            return cases.map(([starts_at, utc_offset]) =>
                [formatSessionTime({ starts_at, ends_at: starts_at, utc_offset }), getDay(starts_at, utc_offset)]);
        }""",
        [[moment.isoformat(), offset] for moment, offset in zip(moments, offsets, strict=True)],
    )
    page.close()
    for moment, (hours, day) in zip(moments, shown, strict=True):
        assert (hours, day) == (f"{moment:%d.%m · %H:%M–%H:%M}", f"{moment:%Y-%m-%d}")


def test_a_time_difference_is_written_in_hours_and_minutes(page: Page) -> None:
    written = page.evaluate(
        """async () => {
            const { formatOffset } = await import("/static/js/tablet/zone.js");
            return [300, 345, 0, -210].map(formatOffset);
        }"""
    )
    assert written == ["UTC+5", "UTC+5:45", "UTC+0", "UTC−3:30"]
