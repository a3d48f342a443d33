"""The evidence of an activity by indicator, and the page of one file."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, draw_jpeg, find_activity
from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.monitoring.factories import get_indicator, measure
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.evidence.links import list_current_links, set_indicators
from trainer.evidence.models import EvidenceItem, EvidenceLink, ShownPerson
from trainer.projects.models import Indicator, Project
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def find_indicator(project: Project, activity: str, kind: str) -> Indicator:
    """Return the first indicator of a kind of an activity."""
    return next(each for each in find_activity(project, activity).indicators if each.kind == kind)


@pytest.fixture
def item(session: Session, project: Project) -> EvidenceItem:
    """Return a photo that proves the photos of T2.A1."""
    activity = find_activity(project, "T2.A1")
    item = create_item(session, project, activity_id=activity.id)
    photos = [each.id for each in activity.indicators if each.kind in ("photo", "photo_video")]
    set_indicators(session, item, photos[:1], NOON, None)
    session.commit()
    return item


def test_an_activity_shows_its_files_by_indicator_with_counts(
    organizer: Visitor, project: Project, session: Session, item: EvidenceItem
) -> None:
    create_item(session, project, draw_jpeg(2), "unlinked.jpg", activity_id=item.activity_id)
    create_item(session, project, draw_jpeg(3), "removed.jpg", activity_id=item.activity_id, removed_at=NOON)
    address = f"/desk/evidence/activities/{item.activity_id}"
    page = organizer.get(f"{address}?lang=en")
    assert "photo.jpg" in page.text
    assert "unlinked.jpg" in page.text
    assert "removed.jpg" not in page.text
    indicator = list_current_links(session, item)[0].indicator_id
    assert "unlinked.jpg" not in organizer.get(f"{address}?indicator={indicator}").text
    unlinked = organizer.get(f"{address}?indicator=none").text
    assert "unlinked.jpg" in unlinked
    assert "photo.jpg" not in unlinked


def test_what_is_known_about_a_file_is_changed(
    organizer: Visitor, project: Project, session: Session, item: EvidenceItem
) -> None:
    other = (
        find_indicator(project, "T2.A1", "coffee_break_photo")
        if any(each.kind == "coffee_break_photo" for each in find_activity(project, "T2.A1").indicators)
        else find_activity(project, "T2.A1").indicators[0]
    )
    changes = {
        "caption-kk": "Ашылу салты",
        "caption-ru": "Открытие",
        "taken_at": "2025-06-01T10:30",
        "publicity": "harmless",
        "indicators": [str(other.id)],
    }
    organizer.submit(f"/desk/evidence/items/{item.id}", changes, "evidence")
    session.expire_all()
    assert (item.caption.kk, item.caption.ru, item.publicity, item.taken_source) == (
        "Ашылу салты",
        "Открытие",
        "harmless",
        "entered",
    )
    assert item.taken_at is not None
    assert item.taken_at.isoformat() == "2025-06-01T05:30:00+00:00"
    assert [link.indicator_id for link in list_current_links(session, item)] == [other.id]
    assert len(session.scalars(select(EvidenceLink)).all()) == 2, "the earlier link is kept with its end"


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(
    organizer: Visitor, session: Session, item: EvidenceItem
) -> None:
    address = f"/desk/evidence/items/{item.id}"
    _action, fields = organizer.get(address).read_form("evidence")
    item.publicity = "kept_out"
    session.commit()
    page = organizer.post(address, {**fields, "publicity": "harmless"}, status=409)
    session.expire_all()
    assert item.publicity == "kept_out"
    assert page.status == 409


def test_a_removed_file_counts_nowhere_until_it_is_restored(
    organizer: Visitor, session: Session, item: EvidenceItem
) -> None:
    address = f"/desk/evidence/items/{item.id}"
    token = organizer.get(address).read_form(-1)[1]["csrf_token"]
    organizer.post(f"{address}/removal", {"csrf_token": token})
    assert "photo.jpg" not in organizer.get(f"/desk/evidence/activities/{item.activity_id}").text
    assert "photo.jpg" in organizer.get("/desk/evidence?show=removed").text
    organizer.post(f"{address}/restoration", {"csrf_token": token})
    assert "photo.jpg" in organizer.get(f"/desk/evidence/activities/{item.activity_id}").text


def test_the_original_comes_as_a_download_and_is_never_shown(
    organizer: Visitor, project: Project, session: Session
) -> None:
    page = b"<script>alert(1)</script>"
    item = create_item(session, project, page, 'сурет "1".html')
    response = organizer.get(f"/desk/evidence/items/{item.id}/file").response
    assert response.data == page
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    organizer.get(f"/desk/evidence/items/{item.id}/thumbnail", status=404)


def test_people_without_photo_consent_are_named_and_can_be_marked(
    organizer: Visitor, past_seminar: Seminar, session: Session
) -> None:
    registration = register_person(session, past_seminar, AIGUL)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    item = create_item(session, past_seminar.project, activity_id=past_seminar.activity_id)
    address = f"/desk/evidence/items/{item.id}"
    page = organizer.get(address)
    assert registration.person.full_name in page.text
    activity_page = organizer.get(f"/desk/evidence/activities/{item.activity_id}?publicity=unchecked")
    assert registration.person.full_name in activity_page.text
    token = page.read_form(-1)[1]["csrf_token"]
    organizer.post(f"{address}/people", {"csrf_token": token, "person": str(registration.person_id)})
    organizer.post(f"{address}/people", {"csrf_token": token, "person": str(registration.person_id)})
    assert session.scalars(select(ShownPerson.person_id)).all() == [registration.person_id]
    organizer.post(f"{address}/people", {"csrf_token": token, "person": "999999"}, status=404)
    changes = {"csrf_token": token, "person": str(registration.person_id), "remove": "yes"}
    organizer.post(f"{address}/people", changes)
    session.expire_all()
    assert session.scalars(select(ShownPerson)).all() == []


def test_another_activity_that_asks_for_the_same_can_be_proved_too(
    organizer: Visitor, project: Project, session: Session, item: EvidenceItem
) -> None:
    text = organizer.get(f"/desk/evidence/items/{item.id}?lang=en").text
    assert "so it counts twice" in text


def test_a_media_plan_counts_in_the_month_that_it_is_for(
    organizer: Visitor, project: Project, session: Session
) -> None:
    indicator = get_indicator(session, project, "C2.A1.I5")
    item = create_item(session, project, b"%PDF-1.7", "plan.pdf", activity_id=indicator.activity_id)
    address = f"/desk/evidence/items/{item.id}"
    assert 'name="month"' not in organizer.get(address).text
    organizer.submit(address, {"kind": "media_plan", "indicators": [str(indicator.id)]}, "evidence")
    page = organizer.get(f"{address}?lang=en")
    assert "October 2025" in page.text
    assert "no month chosen" in organizer.get(f"/desk/evidence/activities/{item.activity_id}").text
    organizer.submit(address, {"month": "2025-10"}, "evidence")
    session.expire_all()
    assert item.month == date(2025, 10, 1)
    assert "October 2025" in organizer.get(f"/desk/evidence/activities/{item.activity_id}").text
    parts = measure(session, project, "C2.A1.I5").targets[0].parts
    assert [part.month for part in parts if part.actual] == [date(2025, 10, 1)]
    organizer.submit(address, {"month": "2024-01"}, "evidence", status=422)
    organizer.submit(address, {"kind": "digest", "month": "2025-10"}, "evidence")
    session.expire_all()
    assert item.month is None
