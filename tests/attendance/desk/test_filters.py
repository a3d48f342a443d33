"""Search, filters and pages of attendance: what is shown is saved, and nothing else."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, mark_sessions, register_person
from tests.page import Page
from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.web.paging import ROWS_PER_PAGE


def count_rows(page: Page) -> int:
    """Return the number of people on the page."""
    return sum(element.get("data-row") is not None for element in page.find_all("li"))


def test_people_are_searched_for_and_filtered_by_status(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul, _yerlan, _marina = [register_person(session, past_seminar, each) for each in (AIGUL, YERLAN, MARINA)]
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    address = f"/desk/seminars/{past_seminar.id}/attendance?"
    assert count_rows(organizer.get(f"{address}query=Sokolova")) == 1
    assert count_rows(organizer.get(f"{address}show=present")) == 1
    assert count_rows(organizer.get(f"{address}show=unmarked")) == 2
    assert count_rows(organizer.get(f"{address}show=unmarked&query=Өтегенова")) == 0
    assert count_rows(organizer.get(f"{address}show=nonsense")) == 3


def test_marks_are_saved_page_by_page_and_the_page_stays(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 500
    people = add_registrations(session, past_seminar, ROWS_PER_PAGE + 4, RegistrationStatus.REGISTERED)
    address = f"/desk/seminars/{past_seminar.id}/attendance?page=2"
    page = organizer.get(address)
    assert count_rows(page) == 4
    shown = [int(element.get("data-row")) for element in page.find_all("li") if element.get("data-row")]
    answer = organizer.submit(address, {f"status-{shown[0]}": "late"}, form="roll")
    assert "page=2" in (answer.location or "")
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 1
    assert shown[0] in {person.id for person in people}


def test_everyone_else_are_the_people_of_all_pages(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    past_seminar.capacity = 500
    add_registrations(session, past_seminar, ROWS_PER_PAGE + 4, RegistrationStatus.REGISTERED)
    organizer.submit(f"/desk/seminars/{past_seminar.id}/attendance", {"everybody": "present"}, form="roll")
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == ROWS_PER_PAGE + 4
