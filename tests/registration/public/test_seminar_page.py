"""The public page of a seminar, in every state of availability."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

ENGLISH_PAGE = "/s/care?lang=en"
FORM_PATH = "/s/care/register"
SEMINAR_URL = "https://seminar.example.org/s/care"
MAX_PAGE_BYTES = 100_000  # of a page with the files that it loads


def list_badges(page: Page) -> list[str]:
    """Return the texts of the badges."""
    return [get_words(element) for element in page.find_all("span") if "badge" in (element.get("class") or "")]


def list_external_hosts(page: Page) -> dict[str, str]:
    """Return the links to other sites by host."""
    hrefs = [element.get("href") for element in page.find_all("a")]
    return {urlsplit(href).netloc: href for href in hrefs if urlsplit(href).netloc}


def test_the_page_shows_what_people_need_before_registering(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.trainers = "Қ. Б. Серғазин"
    seminar.access = Translated("Пандус бар.", "Есть пандус.", "There is a ramp.")
    seminar.project.contact_phone, seminar.project.contact_email = "+77292550101", "help@example.org"
    page = stranger.get(ENGLISH_PAGE)
    for fact in ("7 June 2025", "12:00–18:00", "Aktau", "Rehabilitation centre", "There is a ramp.", "Қ. Б. Серғазин"):
        assert fact in page.words
    assert seminar.project.grantee.get_text("en") in page.words
    links = [element.get("href") for element in page.find_all("a")]
    assert {"tel:+77292550101", "mailto:help@example.org", "/privacy", FORM_PATH} <= set(links)
    assert [get_words(element) for element in page.find_all("h2")].count("Accessibility") == 1


def test_times_are_shown_in_the_time_zone_of_the_project(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.project.timezone = "Asia/Tokyo"
    assert "16:00–22:00" in stranger.get(ENGLISH_PAGE).words


def test_a_place_can_be_taken(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    register_person(session, seminar)
    page = stranger.get(ENGLISH_PAGE)
    assert list_badges(page) == ["Registration is open", "9 places left"]
    assert FORM_PATH in page.list_links()


def test_a_seminar_with_approval_says_that_the_organizer_decides(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.needs_approval = True
    page = stranger.get(ENGLISH_PAGE)
    assert "reviews every registration" in page.words
    assert FORM_PATH in page.list_links()


def test_a_full_seminar_offers_its_waiting_list_and_says_how_many_wait(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    register_person(session, seminar)
    assert list_badges(stranger.get(ENGLISH_PAGE)) == ["Waiting list"]
    register_person(session, seminar, YERLAN)
    register_person(session, seminar, MARINA)
    page = stranger.get(ENGLISH_PAGE)
    assert list_badges(page) == ["Waiting list", "2 people waiting"]
    assert FORM_PATH in page.list_links()


def test_a_free_place_that_somebody_waits_for_is_not_shown_as_free(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    first = register_person(session, seminar)
    register_person(session, seminar, YERLAN)
    first.status = RegistrationStatus.CANCELLED
    assert list_badges(stranger.get(ENGLISH_PAGE)) == ["Waiting list", "1 person waiting"]


def test_a_full_seminar_without_a_waiting_list_takes_nobody(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity, seminar.has_waiting_list = 1, False
    register_person(session, seminar)
    page = stranger.get(ENGLISH_PAGE)
    assert list_badges(page) == ["All places are taken"]
    assert FORM_PATH not in page.list_links()


def test_a_closed_seminar_says_so(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.closes_at = NOON
    page = stranger.get(ENGLISH_PAGE)
    assert list_badges(page) == ["Registration is closed"]
    assert FORM_PATH not in page.list_links()


def test_a_seminar_that_opens_later_says_when(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.opened_at = NOON + timedelta(hours=3)
    page = stranger.get(ENGLISH_PAGE)
    assert list_badges(page) == ["Registration has not opened yet"]
    assert "2 June 2025, 15:00" in page.words
    assert FORM_PATH not in page.list_links()


def test_a_seminar_that_is_over_names_the_next_one_of_the_activity(
    stranger: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    assert list_badges(stranger.get("/s/held?lang=en")) == ["The seminar is over"]
    create_seminar(session, project, NOON + timedelta(days=2), slug="closed", closes_at=NOON)
    full = create_seminar(session, project, NOON + timedelta(days=3), slug="full", capacity=1, has_waiting_list=False)
    register_person(session, full)
    assert not {"/s/closed", "/s/full"} & set(stranger.get("/s/held").list_links())
    create_seminar(session, project, NOON + timedelta(days=9), slug="later")
    create_seminar(session, project, NOON + timedelta(days=5), slug="next")
    links = stranger.get("/s/held").list_links()
    assert "/s/next" in links
    assert "/s/later" not in links


def test_a_seminar_of_another_activity_is_no_next_one(
    stranger: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    other = next(activity for activity in project.activities if activity.code == "T4.A1")
    create_seminar(session, project, slug="other", activity=other)
    assert "/s/other" not in stranger.get("/s/held").list_links()


def test_the_home_page_shows_the_same_availability(
    stranger: Visitor, session: Session, project: Project, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    full = create_seminar(session, project, NOON + timedelta(days=6), slug="full", capacity=1)
    for person in (AIGUL, YERLAN):
        register_person(session, full, person)
    create_seminar(session, project, NOON + timedelta(days=7), slug="closed", closes_at=NOON)
    create_seminar(session, project, NOON - timedelta(days=7), slug="past")
    page = stranger.get("/?lang=en")
    assert list_badges(page) == [
        *("Registration is open", "10 places left"),
        *("Waiting list", "1 person waiting"),
        "Registration is closed",
    ]
    assert "/s/past" in page.list_links()


def test_what_is_not_known_is_left_out_or_announced_later(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.venue = seminar.city = seminar.description = Translated()
    seminar.trainers = seminar.audience = ""
    seminar.sessions.clear()
    page = stranger.get(ENGLISH_PAGE)
    assert "The date will be announced." in page.words
    assert "The venue will be announced." in page.words
    assert list_badges(page) == ["Registration is closed"]
    assert not {"Programme", "Accessibility"} & {get_words(element) for element in page.find_all("h2")}
    assert "Trainers" not in page.words


def test_an_online_seminar_has_no_map_and_no_ramp(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.format, seminar.map_url = "online", "https://map.example.org/1"
    seminar.access = Translated("Пандус бар.")
    page = stranger.get(ENGLISH_PAGE)
    assert "Online" in page.words
    assert "map.example.org" not in list_external_hosts(page)
    assert "Пандус" not in page.words


def test_a_seminar_without_a_certificate_promises_none(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    assert "8 academic hours" in stranger.get(ENGLISH_PAGE).words
    seminar.has_certificate = False
    page = stranger.get(ENGLISH_PAGE)
    assert "8 academic hours" not in page.words
    assert "No certificate is issued" in page.words


def test_the_map_is_a_link_to_another_site_and_says_so(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.map_url = "https://map.example.org/?at=43.65,51.16"
    page = stranger.get(ENGLISH_PAGE)
    [link] = [element for element in page.find_all("a") if element.get("href") == seminar.map_url]
    assert link.get("rel") == "noreferrer"
    assert "Show on the map (opens another site)" in page.words


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//map.example.org/", "/map", "http:", "x["]
)
def test_a_map_that_is_no_web_page_is_not_linked(
    stranger: Visitor, session: Session, seminar: Seminar, address: str
) -> None:
    seminar.map_url = address
    assert address not in [element.get("href") for element in stranger.get(ENGLISH_PAGE).find_all("a")]


def test_the_link_is_shared_by_messengers_as_it_is(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.title = Translated("Күтім & оңалту: 100% #1?")
    page = stranger.get(ENGLISH_PAGE)
    [field] = [element for element in page.find_all("input") if element.get("id") == "link"]
    assert field.get("value") == SEMINAR_URL
    shared = list_external_hosts(page)
    assert parse_qs(urlsplit(shared["wa.me"]).query) == {"text": [f"{seminar.title.kk}\n{SEMINAR_URL}"]}
    assert parse_qs(urlsplit(shared["t.me"]).query) == {"url": [SEMINAR_URL], "text": [seminar.title.kk]}


@pytest.mark.parametrize(
    "title", ['"><script>alert(1)</script>', "{{ 7 * 7 }} & 'x'", "<!--", "</title><h1>x", "&lt;b&gt;"]
)
def test_a_title_is_escaped(stranger: Visitor, session: Session, seminar: Seminar, title: str) -> None:
    seminar.title = Translated(title, title, title)
    page = stranger.get(ENGLISH_PAGE)
    assert page.heading == title
    assert read_meta_tags(page)["og:title"] == title


def read_meta_tags(page: Page) -> dict[str, str]:
    """Return the meta tags for messengers."""
    named = (
        (element.get("property") or element.get("name"), element.get("content")) for element in page.find_all("meta")
    )
    return {name: content for name, content in named if name}


@pytest.mark.parametrize(("query", "language"), [("", "kk"), ("?lang=ru", "ru"), ("?lang=en", "en")])
def test_a_messenger_finds_title_picture_and_full_addresses(
    stranger: Visitor, session: Session, seminar: Seminar, query: str, language: str
) -> None:
    page = stranger.get(f"/s/care{query}")
    tags = read_meta_tags(page)
    assert tags["og:title"] == seminar.title.get_text(language)
    assert tags["og:url"] == SEMINAR_URL + query
    assert tags["og:image"] == f"{SEMINAR_URL}/preview-{language}.png"
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["twitter:card"] == "summary_large_image"
    assert tags["og:locale"][:2] == language
    assert tags["description"] == tags["og:description"]
    assert seminar.city.get_text(language) in tags["description"]
    assert all(tags.values())
    links = {element.get("rel"): element.get("href") for element in page.find_all("link")}
    assert links["canonical"] == SEMINAR_URL + query
    others = {
        element.get("hreflang"): element.get("href")
        for element in page.find_all("link")
        if element.get("rel") == "alternate"
    }
    assert others == {
        **{language: f"{SEMINAR_URL}?lang={language}" for language in ("kk", "ru", "en")},
        "x-default": SEMINAR_URL,
    }


def measure_page_bytes(visitor: Visitor, address: str) -> int:
    """Return the unpacked size of a page with everything that it loads, in bytes."""
    page = visitor.get(address)
    loaded = {
        element.get("src") or element.get("href")
        for element in page.tree.iter()
        if element.tag in ("script", "img")
        or (element.tag == "link" and {"stylesheet", "icon", "preload", "manifest"} & {element.get("rel")})
    }
    total = len(page.response.get_data())
    for file in sorted(loaded):
        with visitor.client.get(file) as answer:
            content = answer.get_data()
        total += len(content)
        for imported in re.findall(r'(?:from|import)\s*"\./([^"]+)"|url\(["\']?([^)"\']+)', content.decode()):
            raise AssertionError(f"{file} loads {imported}: count it too")
    assert len(loaded) >= 2
    return total


def test_a_page_with_its_files_is_small(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.description = Translated(kk="Тақырыптық семинар. " * 90)
    for address in ("/", "/s/care", "/s/care/register"):
        assert measure_page_bytes(stranger, address) < MAX_PAGE_BYTES, address
