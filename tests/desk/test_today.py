"""Today: everything that waits for a decision, the seminars to come, and those to finish."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, mark_sessions, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus, Device, DeviceSeminar
from trainer.desk.today.board import TASKS
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar


def list_section(page: Page, name: str) -> list[str]:
    """Return the texts of the entries of a section; none without the section."""
    section = page.get_element("main").find(f".//*[@id='{name}']")
    return [] if section is None else [get_words(item) for item in section.iter("li")]


def test_every_kind_of_work_has_its_name_once() -> None:
    names = [task.name for task in TASKS]
    assert len(names) == len(set(names))
    assert {"duplicates", "conflicts", "unlisted", "refused_items", "manual_messages", "failed_messages"} <= set(names)
    assert {"corrections", "certificates", "erasure_requests", "changes", "organisation", "server"} <= set(names)


def test_what_waits_stands_with_its_number_the_oldest_first(
    organizer: Visitor, session: Session, project: Project, past_seminar: Seminar, seminar: Seminar
) -> None:
    project.business_number, project.contact_phone = "123456789012", "+77015550100"
    first = register_person(session, seminar, AIGUL)
    second = register_person(session, seminar, MARINA)
    second.is_likely_duplicate, second.likely_duplicate_of_id = True, first.id
    applied = register_person(session, seminar, YERLAN)
    applied.status, applied.status_since = RegistrationStatus.APPLIED, NOON - timedelta(days=3)
    session.flush()
    entries = list_section(organizer.get("/desk/?lang=en"), "to-do")
    assert "https address" in entries[0], "what has no time stands first"
    assert "1 application to approve" in entries[1]
    assert "6 indicators are overdue or due within a week" in entries[2], "since yesterday"
    assert "1 likely duplicate" in entries[3]
    assert seminar.title.en in entries[3]


def test_a_cancelled_registration_with_a_mark_is_work(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT)
    registration.status = RegistrationStatus.CANCELLED
    entries = list_section(organizer.get("/desk/?lang=en"), "to-do")
    assert any("1 person marked and not on the list" in entry for entry in entries)


def test_the_next_seminar_says_where_how_many_seats_and_which_tablets(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar)
    [entry] = list_section(organizer.get("/desk/?lang=en"), "next")
    assert "Rehabilitation centre" in entry and "9 places left" in entry and "No tablet is prepared" in entry
    device = Device(name="1", created_at=NOON, paired_at=NOON, roster_fetched_at=NOON, token_sha256="1" * 64)
    session.add_all([device, Device(name="2", created_at=NOON, token_sha256="2" * 64)])
    session.flush()
    session.add_all([DeviceSeminar(device_id=id_, seminar_id=seminar.id) for id_ in (device.id, device.id + 1)])
    [entry] = list_section(organizer.get("/desk/?lang=en"), "next")
    assert "Tablets ready: 1 of 2, not tested offline yet" in entry
    device.rehearsed_at = NOON
    [entry] = list_section(organizer.get("/desk/?lang=en"), "next")
    assert "tested offline: 2 June 2025, 12:00" in entry


def test_a_held_seminar_is_to_finish_until_nothing_is_open(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    registration = register_person(session, past_seminar)
    [entry] = list_section(organizer.get("/desk/?lang=en"), "to-finish")
    assert "Attendance of 1 person is not marked." in entry
    mark_sessions(session, registration, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    assert list_section(organizer.get("/desk/?lang=en"), "to-finish") == []


def test_long_lists_lead_to_all_of_their_entries(organizer: Visitor, session: Session, project: Project) -> None:
    for number in range(25):
        held = create_seminar(session, project, NOON - timedelta(days=number + 1), slug=f"held-{number}")
        mark_sessions(session, register_person(session, held), *[AttendanceStatus.PRESENT] * 2)
        held.survey_required = False
    page = organizer.get("/desk/?lang=en")
    assert len(list_section(page, "to-finish")) == 10
    assert "/desk/seminars?show=to-finish" in page.text
    shown, everything = (list_section(organizer.get(f"/desk/?lang=en{more}"), "to-do") for more in ("", "&all=1"))
    assert len(shown) == 20 < len(everything)
    assert everything[:20] == shown
