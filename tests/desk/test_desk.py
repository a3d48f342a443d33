"""The organizer's home page, the list of seminars and the overview of one: figures match the stored rows."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open


def list_figures(page: Page) -> list[str]:
    """Return the figures of the page, in order."""
    lists = [element for element in page.find_all("dl") if element.get("class") == "figures"]
    return [get_words(figure) for group in lists for figure in group.iter("dd")]


def list_table_figures(page: Page) -> list[str]:
    """Return the figures of the table of seminars, row by row."""
    return [get_words(cell) for cell in page.find_all("td") if cell.get("class") == "number"]


def list_badge_words(page: Page) -> list[str]:
    """Return the texts of the badges on the page, in order."""
    return [get_words(element) for element in page.find_all("span") if "badge" in (element.get("class") or "")]


def test_the_list_of_seminars_has_every_one_with_its_figures(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    register_person(session, past_seminar, YERLAN)
    issue_to_eligible(session, past_seminar)
    register_person(session, seminar, MARINA)
    page = organizer.get("/desk/seminars")
    assert list_table_figures(page) == ["1/10", "0", "2/10", "1"]
    assert [f"/desk/seminars/{other_seminar.id}" for other_seminar in (seminar, past_seminar)] == [
        link for link in page.list_links() if re.fullmatch(r"/desk/seminars/\d+", link)
    ]


def test_the_list_says_which_are_open_closed_held_or_drafts_and_those_to_come_stand_first(
    organizer: Visitor, session: Session, project: Project, past_seminar: Seminar, seminar: Seminar
) -> None:
    create_seminar(session, project, NOON + timedelta(days=6), slug="closed", closes_at=NOON)
    create_seminar(session, project, NOON + timedelta(days=7), slug="draft", opened_at=None)
    create_seminar(session, project, NOON - timedelta(hours=1), slug="under-way")
    create_seminar(session, project, NOON - timedelta(days=40), slug="never-opened", opened_at=None)
    page = organizer.get("/desk/seminars")
    assert list_badge_words(page) == [
        "Бүгін",
        "Тіркеу ашық",
        "Тіркеу аяқталды",
        "Дайындалуда",
        "Аяқталған",
        "Аяқталған",
    ]


@pytest.mark.parametrize("opened_at", [None, NOON - timedelta(days=50)])
@pytest.mark.parametrize("closes_at", [None, NOON - timedelta(days=50), NOON + timedelta(days=50)])
@pytest.mark.parametrize("hours", [-100, -3, -1, 1, 100])
@pytest.mark.parametrize("pressed", ["", "open", "closed"])
def test_badge_button_and_message_of_the_overview_agree_at_any_time(
    organizer: Visitor,
    session: Session,
    project: Project,
    opened_at: datetime | None,
    closes_at: datetime | None,
    hours: int,
    pressed: str,
) -> None:
    seminar = create_seminar(
        session, project, NOON + timedelta(hours=hours), slug="any", opened_at=opened_at, closes_at=closes_at
    )
    session.flush()
    address = f"/desk/seminars/{seminar.id}"
    if pressed:
        token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
        organizer.post(f"{address}/registration", {"csrf_token": token, "state": pressed})
    page = organizer.get(address)
    [badge] = list_badge_words(page)[:1]
    controls = page.find_all("button") + page.find_all("input")
    buttons = [element.get("value") for element in controls if element.get("name") == "state"]
    is_over, is_today = seminar.is_over(NOON), NOON.astimezone(seminar.zone).date() in seminar.days
    assert (buttons == ["closed"]) == is_registration_open(seminar, NOON)
    assert (badge == "Тіркеу ашық") == (is_registration_open(seminar, NOON) and not is_today)
    assert (badge == "Бүгін") == (is_today and not is_over)
    assert (badge == "Аяқталған") == (buttons == []) == is_over
    messages = [get_words(element) for element in page.find_all("div") + page.find_all("p")]
    says_open = any(words.startswith("Тіркеу ашылды:") for words in messages)
    assert says_open == (pressed == "open" and not is_over)
    assert badge != "Дайындалуда" or hours > 0


def test_likely_duplicates_are_counted_and_the_cancelled_are_not(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar)
    assert register_person(session, seminar, AIGUL).is_likely_duplicate
    register_person(session, seminar, YERLAN).status = RegistrationStatus.CANCELLED
    assert list_table_figures(organizer.get("/desk/seminars"))[0] == "2/10"
    assert list_figures(organizer.get(f"/desk/seminars/{seminar.id}"))[0] == "2/10"


def test_an_empty_desk_leads_to_the_plan(organizer: Visitor) -> None:
    assert "/desk/plan" in organizer.get("/desk/").list_links()


def test_a_plan_without_seminars_leads_to_a_new_one(organizer: Visitor, project: Project) -> None:
    page = organizer.get("/desk/")
    assert "/desk/seminars/new" in page.list_links()
    assert list_figures(page) == []


def test_a_seminar_at_a_glance(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    yerlan = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, yerlan, AttendanceStatus.PRESENT)
    answer_survey(session, yerlan)
    mark_sessions(
        session, register_person(session, past_seminar, MARINA), AttendanceStatus.ABSENT, AttendanceStatus.ABSENT
    )
    page = organizer.get(f"/desk/seminars/{past_seminar.id}")
    assert list_figures(page) == ["3/10", "2", "2", "1", "1"]


def test_a_seminar_without_survey_and_certificate_has_two_figures(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.has_survey = past_seminar.has_certificate = False
    page = organizer.get(f"/desk/seminars/{past_seminar.id}")
    assert list_figures(page) == ["0/10", "0"]
    assert not any(link.endswith(("/survey", "/certificates")) for link in page.list_links())


def test_the_link_to_share_is_the_public_one(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    [link] = [
        element
        for element in organizer.get(f"/desk/seminars/{seminar.id}").find_all("input")
        if element.get("id") == "link"
    ]
    assert link.get("value") == "https://seminar.example.org/s/care"
    assert link.get("readonly") is not None


def test_a_draft_has_no_link_to_share(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.opened_at = None
    page = organizer.get(f"/desk/seminars/{seminar.id}")
    assert not any(element.get("id") == "link" for element in page.find_all("input"))


def test_the_overview_follows_the_clock(
    organizer: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    mark_sessions(session, register_person(session, seminar), AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    address = f"/desk/seminars/{seminar.id}"
    assert list_figures(organizer.get(address))[1] == "0"
    clock.move_to(seminar.sessions[0].starts_at)
    assert list_figures(organizer.get(address))[1] == "1"


def test_the_desk_is_closed_to_strangers(stranger: Visitor, seminar: Seminar) -> None:
    for address in ("/desk/", f"/desk/seminars/{seminar.id}", "/desk/seminars/999"):
        assert "/desk/sign-in" in str(stranger.get(address, status=302).location)
