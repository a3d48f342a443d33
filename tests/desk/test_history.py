"""The log of changes on the desk: for organizers, of their own projects, filtered by who, what and when."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, register_person
from tests.registration.announcements.factories import create_announcement
from tests.route_data import create_plan_parameters
from tests.visitor import Visitor, sign_in
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.log import ENTRIES_PER_PAGE
from trainer.projects.models import Project
from trainer.seminars.models import Seminar


def read(visitor: Visitor, arguments: str = "") -> str:
    """Return the text of the page."""
    return visitor.get(f"/desk/history{arguments}").text


def test_a_change_shows_who_what_and_when(organizer: Visitor, seminar: Seminar) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", {"capacity": "17"})
    text = read(organizer, f"?seminar={seminar.id}&lang=en")
    assert "Сәуле" in text
    assert "10 → 17" in text
    assert "2 June 2025" in text


def test_the_page_of_a_person_leads_to_what_was_changed_about_the_person(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    registration = register_person(session, seminar)
    organizer.submit(f"/desk/registrations/{registration.id}", {"workplace": "Емхана"})
    page = organizer.get(f"/desk/registrations/{registration.id}")
    address = f"/desk/history?kind=registration&amp;id={registration.id}"
    assert address in page.response.get_data(as_text=True)
    assert f"{AIGUL.workplace} → Емхана" in read(organizer, f"?kind=registration&id={registration.id}")


def test_filters_show_less(organizer: Visitor, session: Session, seminar: Seminar, project: Project) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", {"capacity": "17"})
    organizer.submit(f"/desk/project/{project.id}", {"serial_prefix": "TT"})
    assert "TT" in read(organizer) and "17" in read(organizer, "?kind=seminar")
    assert "TT" not in read(organizer, "?kind=seminar")
    for nothing in ("?since=2025-06-03", "?until=2025-06-01", "?actor=user:99", "?kind=device", "?seminar=99"):
        assert "→" not in read(organizer, nothing), nothing
    for ignored in ("?since=2025-13-45", "?kind=x&page=-3", "?page=x", "?until=9999-12-31", "?seminar=x"):
        assert "→" in read(organizer, ignored), ignored
    assert "→" in read(organizer, "?since=2025-06-02&until=2025-06-02")


def test_older_entries_are_on_further_pages(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    session.info["actor"] = "user:1"
    for capacity in range(ENTRIES_PER_PAGE + 5):
        seminar.capacity = 100 + capacity
        session.commit()
    first, second = organizer.get("/desk/history"), organizer.get("/desk/history?page=2")
    assert first.text.count("→") == ENTRIES_PER_PAGE
    assert second.text.count("→") == 5
    assert "page=2" in first.response.get_data(as_text=True)


def test_nobody_reads_the_history_of_another_project(
    app: Flask, organizer: Visitor, session: Session, seminar: Seminar, project: Project
) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", {"capacity": "17"})
    other = get_or_create_organizer(session, "other@example.org")
    visitor = sign_in(app, session, other)
    visitor.get(f"/desk/history?seminar={seminar.id}", status=403)
    assistant = get_or_create_organizer(session, "assistant@example.org")
    add_membership(session, assistant, project.id, ProjectRole.ASSISTANT, NOON)
    sign_in(app, session, assistant).get("/desk/history", status=403)


CHANGES = {
    "project": ("/desk/plan/projects/1", "grantee-ru"),
    "organisation": ("/desk/project/1", "grantee-ru"),
    "task": ("/desk/plan/tasks/{task_id}", "title-ru"),
    "activity": ("/desk/plan/activities/{activity_id}", "title-ru"),
    "indicator": ("/desk/plan/indicators/{indicator_id}/edit", "name-ru"),
    "expected result": ("/desk/plan/results/{result_id}", "text-ru"),
    "survey": ("/desk/seminars/1/surveys/1/decisions", "title-ru"),
    "registration": ("/desk/registrations/1", "workplace"),
    "announcement": ("/desk/messages/announcements/1/edit", "subject-ru"),
    "seminar": ("/desk/seminars/1/edit", "trainers"),
}
SHOWN_ON = {"announcement": "/desk/messages/announcements/1", "seminar": "/desk/seminars/1"}


@pytest.mark.parametrize("name", CHANGES)
def test_the_page_of_an_object_leads_to_who_changed_what(
    organizer: Visitor, session: Session, seminar: Seminar, name: str
) -> None:
    register_person(session, seminar)
    create_announcement(session, seminar)
    organizer.submit(CHANGES["survey"][0], {"anonymous": "no"})
    address = CHANGES[name][0].format(**create_plan_parameters(session, seminar.project))
    page = organizer.get(address)
    form = next(number for number in range(len(page.list_forms())) if CHANGES[name][1] in page.read_form(number)[1])
    organizer.submit(address, {CHANGES[name][1]: "Өзгертілген мәтін"}, form)
    [link] = [each for each in organizer.get(SHOWN_ON.get(name, address)).list_links() if "/desk/history?" in each]
    history = organizer.get(link).words
    assert "Өзгертілген мәтін" in history
    assert "Сәуле" in history
