"""Opening and closing registration, visibility to the public, and slugs."""

import re
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar
from tests.visitor import Visitor
from trainer.language.collation import KAZAKH_ALPHABET
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.registration_window import (
    SeminarOver,
    SeminarStage,
    SessionsMissing,
    build_unique_slug,
    close_registration,
    derive_stage,
    is_registration_open,
    open_registration,
)

pytestmark = pytest.mark.one_database

MINUTE = timedelta(minutes=1)
SPELLED_TITLES = [
    ("Основы ухода", "osnovy-ukhoda"),
    ("Күтім негіздері: 1-семинар", "kutim-negizderi-1-seminar"),
    ("Щётка, объём, Юля", "shchetka-obem-yulya"),
    ("Әғқңөұүһі", "agqnouuhi"),
    ("Care & skin", "care-skin"),
    ("😀 / ? #", "seminar"),
    ("", "seminar"),
    ("Йод и ёж", "iod-i-ezh"),
]


def submit_registration_button(organizer: Visitor, seminar: Seminar, state: str) -> None:
    """Press the button that opens or closes registration."""
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/seminars/{seminar.id}/registration", {"csrf_token": token, "state": state})


def test_a_seminar_is_unseen_until_it_is_opened(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.opened_at = None
    for address in ("/s/care", "/s/care/register", "/s/care/received"):
        stranger.get(address, status=404)
    assert "/s/care" not in stranger.get("/").list_links()
    submit_registration_button(organizer, seminar, "open")
    stranger.get("/s/care/register")
    assert "/s/care" in stranger.get("/").list_links()


def test_a_closed_registration_is_opened_again(organizer: Visitor, stranger: Visitor, seminar: Seminar) -> None:
    assert "/s/care/register" in stranger.get("/s/care").list_links()
    submit_registration_button(organizer, seminar, "closed")
    assert "/s/care/register" not in stranger.get("/s/care").list_links()
    submit_registration_button(organizer, seminar, "open")
    assert "/s/care/register" in stranger.get("/s/care").list_links()


def test_the_desk_offers_the_link_to_share(organizer: Visitor, seminar: Seminar) -> None:
    page = organizer.get(f"/desk/seminars/{seminar.id}")
    [link] = [element.get("value") for element in page.find_all("input") if element.get("id") == "link"]
    assert link == "https://seminar.example.org/s/care"


@pytest.mark.parametrize(
    ("opened", "closes", "begins", "expected"),
    [
        (-MINUTE, None, MINUTE, True),
        (-MINUTE, None, timedelta(), False),
        (-MINUTE, MINUTE, timedelta(days=1), True),
        (-MINUTE, timedelta(), timedelta(days=1), False),
        (timedelta(), MINUTE, timedelta(days=1), True),
        (MINUTE, None, timedelta(days=1), False),
        (None, None, timedelta(days=1), False),
        (-MINUTE, timedelta(days=2), timedelta(days=1), True),
    ],
)
def test_registration_is_open_from_its_opening_to_its_closing_time(
    opened: timedelta | None, closes: timedelta | None, begins: timedelta, expected: bool
) -> None:
    seminar = build_draft_seminar(begins)
    seminar.opened_at = None if opened is None else NOON + opened
    seminar.closes_at = None if closes is None else NOON + closes
    assert is_registration_open(seminar, NOON) is expected


@given(
    begins=st.integers(-500, 500),
    lasts=st.integers(1, 400),
    opened=st.none() | st.integers(-900, 0),
    closes=st.none() | st.integers(-900, 900),
)
def test_opening_opens_until_the_end_or_is_refused(
    begins: int, lasts: int, opened: int | None, closes: int | None
) -> None:
    starts = NOON + begins * MINUTE
    part = SeminarSession(title=Translated(), starts_at=starts, ends_at=starts + lasts * MINUTE)
    seminar = Seminar(sessions=[part])
    seminar.opened_at = None if opened is None else NOON + opened * MINUTE
    seminar.closes_at = None if closes is None else NOON + closes * MINUTE
    try:
        open_registration(seminar, NOON)
    except SeminarOver:
        assert part.ends_at <= NOON
        assert derive_stage(seminar, NOON) == SeminarStage.HELD
    else:
        assert part.ends_at > NOON
        assert derive_stage(seminar, NOON) == SeminarStage.OPEN
    assert not is_registration_open(seminar, part.ends_at)


def test_a_seminar_without_sessions_cannot_be_opened(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.sessions.clear()
    seminar.opened_at = None
    session.flush()
    submit_registration_button(organizer, seminar, "open")
    assert seminar.opened_at is None
    with pytest.raises(SessionsMissing):
        open_registration(seminar, NOON)


def test_people_can_register_for_the_rest_of_a_seminar_that_was_opened_after_its_start(
    organizer: Visitor, stranger: Visitor, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    seminar.opened_at = None
    clock.move_to(seminar.sessions[0].starts_at + MINUTE)
    submit_registration_button(organizer, seminar, "open")
    stranger.get("/s/care/register")
    clock.move_to(seminar.sessions[-1].ends_at)
    assert "/s/care/register" not in stranger.get("/s/care").list_links()


def build_draft_seminar(begins: timedelta) -> Seminar:
    """Return a seminar that is not in the database."""
    starts = NOON + begins
    return Seminar(sessions=[SeminarSession(title=Translated(), starts_at=starts, ends_at=starts + MINUTE)])


def test_a_seminar_without_sessions_is_never_open() -> None:
    seminar = Seminar(opened_at=NOON - MINUTE)
    assert not is_registration_open(seminar, NOON)


@given(st.lists(st.sampled_from(["open", "close"]), max_size=6))
def test_the_last_button_pressed_decides(pressed: list[str]) -> None:
    seminar = build_draft_seminar(timedelta(days=1))
    for place, state in enumerate(pressed):
        (open_registration if state == "open" else close_registration)(seminar, NOON + place * MINUTE)
    assert is_registration_open(seminar, NOON + timedelta(hours=1)) == (pressed[-1:] == ["open"])


def test_the_public_list_tells_what_is_to_come_from_what_was(
    stranger: Visitor, session: Session, project: Project, clock: time_machine.Traveller
) -> None:
    create_seminar(session, project, NOON - timedelta(days=3), slug="past")
    create_seminar(session, project, NOON + timedelta(days=9), slug="later")
    create_seminar(session, project, NOON + timedelta(days=2), slug="soon")
    create_seminar(session, project, slug="draft", opened_at=None)
    links = [link for link in stranger.get("/").list_links() if link.startswith("/s/")]
    assert links == ["/s/soon", "/s/later", "/s/past"]


def test_a_seminars_page_says_what_when_where_and_how_many(stranger: Visitor, seminar: Seminar) -> None:
    page = stranger.get("/s/care?lang=ru")
    assert page.heading == "Основы ухода"
    for said in (
        "7 июня 2025 года",
        "12:00–14:00",
        "16:00–18:00",
        "Реабилитационный центр",
        "10",
    ):
        assert said in page.words


def test_a_title_that_is_not_translated_says_its_language(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.title = Translated("Күтім негіздері")
    page = stranger.get("/s/care?lang=en")
    [heading] = page.find_all("h1")
    assert [text.get("lang") for text in heading] == ["kk"]


def test_an_address_is_spelled_in_latin_letters(session: Session) -> None:
    for title, slug in SPELLED_TITLES:
        assert build_unique_slug(session, title) == slug


@given(
    st.text(st.sampled_from(KAZAKH_ALPHABET + KAZAKH_ALPHABET.upper() + "abc -–«»№1_%\\'"), max_size=120) | st.text()
)
@settings(max_examples=50)
def test_any_title_gives_an_address(session: Session, title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", build_unique_slug(session, title))
    assert len(build_unique_slug(session, title)) <= 60


def test_seminars_with_the_same_title_get_different_slugs(session: Session, project: Project) -> None:
    slugs = []
    for _seminar in range(4):
        slugs.append(build_unique_slug(session, "Күтім"))
        create_seminar(session, project, slug=slugs[-1])
    create_seminar(session, project, slug="kutimdi-oku")
    assert slugs == ["kutim", "kutim-2", "kutim-3", "kutim-4"]
    assert build_unique_slug(session, "Күтімді") == "kutimdi"
