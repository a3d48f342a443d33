"""The list of seminars, the page of today, the head above every page and the overview say the same of a seminar."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_person,
)
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus
from trainer.desk import views
from trainer.desk.path.position import STEP_NAMES, PathStep
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.seminars.status import STATUS_NAMES, SeminarStatus

PRESENT, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
FATES = ("unmarked", "absent", "unanswered", "answered", "in conflict", "cancelled and marked")
HELD_DAYS_AGO = (1, 9)
OVER = (SeminarStatus.TO_FINISH, SeminarStatus.DONE, SeminarStatus.CANCELLED)
STATUSES_OF_STEPS = {
    PathStep.DESCRIBE: {SeminarStatus.DRAFT},
    PathStep.OPEN: {SeminarStatus.DRAFT},
    PathStep.FILL: {SeminarStatus.OPEN, SeminarStatus.FULL, SeminarStatus.CLOSED},
    PathStep.HOLD: {SeminarStatus.TODAY, SeminarStatus.UNDER_WAY, SeminarStatus.TO_FINISH},
    PathStep.ASK: {SeminarStatus.TO_FINISH},
    PathStep.ISSUE: {SeminarStatus.TO_FINISH},
    PathStep.PROVE: {SeminarStatus.DONE},
}


def create_situations(session: Session, project: Project) -> list[Seminar]:
    """Create seminars in many situations: before, during and after, with people of every fate."""
    coming = [
        create_seminar(session, project, slug="draft", opened_at=None),
        create_seminar(session, project, slug="open"),
        create_seminar(session, project, slug="full", capacity=1),
        create_seminar(session, project, NOON - timedelta(hours=1), slug="today"),
        create_seminar(session, project, slug="cancelled", cancelled_at=NOON),
    ]
    register_person(session, coming[2])
    held = []
    for number, (fate, days, has_survey) in enumerate(product(FATES, HELD_DAYS_AGO, (True, False))):
        starts_at = NOON - timedelta(days=days)
        seminar = create_seminar(session, project, starts_at, slug=f"held-{number}", has_survey=has_survey)
        held.append(seminar)
        meet_fate(session, register_person(session, seminar, AIGUL), fate)
        if number % 2:
            meet_fate(session, register_person(session, seminar, YERLAN), FATES[number % 4])
    for seminar in held[::3]:
        issue_to_eligible(session, seminar)
    return coming + held


def meet_fate(session: Session, registration: Registration, fate: str) -> None:
    """Record what became of somebody."""
    if fate in ("unanswered", "answered", "in conflict"):
        mark_sessions(session, registration, PRESENT, PRESENT)
    if fate == "absent":
        mark_sessions(session, registration, ABSENT, ABSENT)
    if fate == "answered" and registration.seminar.has_survey:
        answer_survey(session, registration)
    if fate == "in conflict":
        append_mark(session, registration, registration.seminar.sessions[0], ABSENT, after=None, now=NOON)
    if fate == "cancelled and marked":
        mark_sessions(session, registration, PRESENT)
        registration.status = RegistrationStatus.CANCELLED
    session.flush()


def read_head(page: Page) -> tuple[str, str]:
    """Return status and button of the head above a page of a seminar; no button on the overview, where the path has it."""
    [head] = [element for element in page.find_all("header") if element.get("class") == "seminar-head"]
    [status] = [get_words(item) for item in head.iter("span") if "badge" in (item.get("class") or "")]
    buttons = [get_words(item) for item in head.iter() if "button" in (item.get("class") or "").split()]
    return status, " ".join(buttons)


def read_overview(page: Page) -> tuple[str, str]:
    """Return present step and button of an overview; empty without a path."""
    section = page.get_element("main").find(".//*[@id='path']")
    if section is None:
        return "", ""
    [step] = [get_words(item) for item in section.iter("li") if item.get("aria-current")]
    [button] = [get_words(item) for item in section.iter() if "button" in (item.get("class") or "").split()]
    return step, button


def read_lines(element: Any, tag: str) -> dict[str, str]:
    """Return the words of the lines or rows that lead to a seminar, by its address."""
    lines = {}
    for line in element.iter(tag):
        for address in (link.get("href") for link in line.iter("a")):
            if address.startswith("/desk/seminars/") and address.rpartition("/")[2].isdigit():
                lines[address] = get_words(line)
    return lines


def test_list_today_head_and_overview_agree_in_every_situation(
    organizer: Visitor, session: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHOWN_SEMINARS", 100)
    seminars = create_situations(session, project)
    with session.info["app"].test_request_context("/?lang=en"):
        steps = {str(name): step for step, name in STEP_NAMES.items()}
        names = {str(name): status for status, name in STATUS_NAMES.items()}
    rows = read_lines(organizer.get("/desk/seminars?lang=en").tree, "tr")
    to_finish = read_lines(organizer.get("/desk/seminars?lang=en&show=to-finish").tree, "tr")
    today = organizer.get("/desk/?lang=en").tree
    coming, finishing = (read_lines(today.get_element_by_id(name), "li") for name in ("next", "to-finish"))
    reached = set()
    for seminar in seminars:
        address = f"/desk/seminars/{seminar.id}"
        overview, other = organizer.get(f"{address}?lang=en"), organizer.get(f"{address}/registrations?lang=en")
        (status, no_button), (status_elsewhere, button_elsewhere) = read_head(overview), read_head(other)
        step, button = read_overview(overview)
        assert (status, no_button) == (status_elsewhere, ""), seminar.slug
        assert button == button_elsewhere, seminar.slug
        assert status in rows[address], seminar.slug
        is_to_finish, is_over = names[status] == SeminarStatus.TO_FINISH, names[status] in OVER
        assert (address in to_finish, address in finishing) == (is_to_finish, is_to_finish), seminar.slug
        assert (address in coming) == (not is_over), seminar.slug
        line = coming.get(address) or finishing.get(address) or f"{status} {button}"
        assert status in line and button in line, seminar.slug
        assert not step or names[status] in STATUSES_OF_STEPS[steps[step]], seminar.slug
        reached.add(steps.get(step))
    assert reached == {None, *PathStep} - {PathStep.DESCRIBE}
