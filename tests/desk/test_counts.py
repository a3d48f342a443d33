"""Every kind of work that Today lists is counted on a tab of its seminar or in the menu, so that nobody has to know where it waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item
from tests.factories import (
    AIGUL,
    NOON,
    YERLAN,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.page import Page, get_words
from tests.registration.announcements.factories import create_announcement, create_manual_message
from tests.visitor import Visitor
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus, Device, RefusedItem, SheetScan
from trainer.desk.today.board import TASKS
from trainer.issuing.models import NameCorrection
from trainer.messages.models import MessageStatus
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar

PRESENT, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT


def apply_for_seat(_organizer: Visitor, session: Session, _held: Seminar, coming: Seminar) -> None:
    """Register somebody who waits for approval."""
    register_person(session, coming).status = RegistrationStatus.APPLIED


def register_twice(_organizer: Visitor, session: Session, _held: Seminar, coming: Seminar) -> None:
    """Register somebody twice."""
    register_person(session, coming)
    register_person(session, coming, AIGUL)


def change_date(organizer: Visitor, session: Session, _held: Seminar, coming: Seminar) -> None:
    """Change where a seminar takes place that somebody is registered for."""
    register_person(session, coming)
    organizer.submit(f"/desk/seminars/{coming.id}/edit", {"venue-kk": "Басқа жер", "venue-ru": "Другое место"})


def queue_manual_message(_organizer: Visitor, session: Session, _held: Seminar, coming: Seminar) -> None:
    """Queue a message that the organizer sends."""
    create_manual_message(session, register_person(session, coming), create_announcement(session, coming))


def fail_message(organizer: Visitor, session: Session, held: Seminar, coming: Seminar) -> None:
    """Queue a message that fails."""
    message = create_manual_message(session, register_person(session, coming), create_announcement(session, coming))
    message.status, message.channel = MessageStatus.FAILED, "email"


def ask_for_erasure(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Request erasure for somebody who attended."""
    registration = register_person(session, held)
    mark_sessions(session, registration, PRESENT, PRESENT)
    registration.person.erasure_requested_at = NOON


def mark_differently(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Record two marks of somebody that contradict each other."""
    registration = register_person(session, held)
    for status in (PRESENT, ABSENT):
        append_mark(session, registration, held.sessions[0], status, after=None, now=NOON)


def mark_unlisted(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Mark somebody who had cancelled."""
    registration = register_person(session, held)
    mark_sessions(session, registration, PRESENT)
    registration.status = RegistrationStatus.CANCELLED


def refuse_item(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Store an item of a tablet that the server refused."""
    device = Device(name="1", created_at=NOON)
    session.add(device)
    session.flush()
    item = {"item_id": "", "fingerprint": "1", "reason": "malformed", "content": "null", "received_at": NOON}
    session.add(RefusedItem(seminar_id=held.id, device_id=device.id, **item))


def upload_scan(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Upload a scanned page that nobody has checked."""
    session.add(SheetScan(seminar_id=held.id, sha256="0" * 64, media_type="image/jpeg", uploaded_at=NOON))


def ask_for_correction(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Request another spelling of a holder's name."""
    register_eligible_person(session, held)
    [certificate] = issue_to_eligible(session, held)
    session.add(NameCorrection(certificate_id=certificate.id, requested_name="Өтегенова Айгүл", requested_at=NOON))


def let_qualify(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Register somebody who qualifies for a certificate."""
    register_eligible_person(session, held, YERLAN)


def upload_file(_organizer: Visitor, session: Session, held: Seminar, _coming: Seminar) -> None:
    """Upload a photo that nobody has sorted."""
    create_item(session, held.project)


def miss_settings(_organizer: Visitor, session: Session, _held: Seminar, _coming: Seminar) -> None:
    """Leave the settings of a new project as they are: there is no BIN, and no mail server."""


SITUATIONS: dict[str, Callable[[Visitor, Session, Seminar, Seminar], None]] = {
    "organisation": miss_settings,
    "server": miss_settings,
    "applications": apply_for_seat,
    "duplicates": register_twice,
    "changes": change_date,
    "manual_messages": queue_manual_message,
    "failed_messages": fail_message,
    "erasure_requests": ask_for_erasure,
    "conflicts": mark_differently,
    "unlisted": mark_unlisted,
    "refused_items": refuse_item,
    "scans": upload_scan,
    "corrections": ask_for_correction,
    "certificates": let_qualify,
    "unsorted_files": upload_file,
    "missing_evidence": register_twice,  # nobody is marked present, and the deadline of the activity is near
}


IN_THE_MENU = {
    "organisation": "/desk/settings",
    "server": "/desk/settings",
    "erasure_requests": "/desk/",
    "unsorted_files": "/desk/plan",
}
"""What concerns no seminar is counted in the menu."""


WITH_A_PAGE = {"missing_evidence": "counting it takes the whole plan, so no page counts it but its own"}
"""What nobody decides, and what is counted where it is listed."""


def list_counted(page: Page) -> list[str]:
    """Return the addresses in the menu and of the tabs of a seminar that have a count."""
    frames = [page.find_all("nav")[0], *(part for part in page.find_all("div") if "seminar-frame" in part.classes)]
    links = [link for frame in frames for link in frame.iter("a")]
    return [
        urlsplit(link.get("href")).path
        for link in links
        if any(part.get("class") == "count" for part in link.iter("span"))
    ]


def read_to_do(page: Page) -> dict[str, str]:
    """Return the addresses of the buttons of what is to be done, with their sentences."""
    items = page.get_element("main").find(".//*[@id='to-do']").iter("li")
    return {get_words(item): link.get("href") for item in items for link in item.iter("a")}


def test_every_kind_of_work_has_a_situation_here() -> None:
    assert {task.name for task in TASKS} == SITUATIONS.keys()


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_waits_is_counted_where_it_is_decided(
    organizer: Visitor, session: Session, project: Project, past_seminar: Seminar, seminar: Seminar, name: str
) -> None:
    if name not in ("organisation", "server"):
        project.business_number, project.contact_phone = "123456789012", "+77015550100"
    SITUATIONS[name](organizer, session, past_seminar, seminar)
    session.flush()
    today = read_to_do(organizer.get("/desk/?lang=kk"))
    task = next(task for task in TASKS if task.name == name)
    with session.info["app"].test_request_context("/?lang=kk"):
        words = task.describe(1).lstrip("1 ")
    [address] = {address for sentence, address in today.items() if words in sentence} or {""}
    assert address or name in ("organisation", "server"), f"Today does not list it: {today}"
    if name in IN_THE_MENU:
        assert IN_THE_MENU[name] in list_counted(organizer.get("/desk/seminars"))
    elif name in WITH_A_PAGE:
        assert urlsplit(address).path in [urlsplit(link).path for link in organizer.get("/desk/plan").list_links()]
    else:
        page = organizer.get(address)
        [tab] = [link for link in page.find_all("a") if link.get("aria-current") == "true" and is_in_tabs(link)]
        assert urlsplit(tab.get("href")).path in list_counted(page), "it is counted on the tab where it is decided"


def is_in_tabs(link: Any) -> bool:
    """Return whether a link is a tab of a seminar."""
    return any(above.get("class") == "tabs" for above in link.iterancestors("ul"))


def test_where_nothing_waits_nothing_is_counted(
    organizer: Visitor, session: Session, project: Project, seminar: Seminar
) -> None:
    project.business_number, project.contact_phone = "123456789012", "+77015550100"
    register_person(session, seminar)
    assert set(list_counted(organizer.get(f"/desk/seminars/{seminar.id}"))) <= {"/desk/settings"}


def test_the_day_before_the_seminar_an_application_counts_and_afterwards_not(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    for each in (past_seminar, seminar):
        register_person(session, each).status = RegistrationStatus.APPLIED
    seminar.opened_at = NOON - timedelta(days=1)
    address = "/desk/seminars/{}/registrations"
    assert address.format(seminar.id) in list_counted(organizer.get(address.format(seminar.id)))
    assert address.format(past_seminar.id) not in list_counted(organizer.get(address.format(past_seminar.id)))
