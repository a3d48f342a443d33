"""What others get of a file: the copy without place and device, and else what an organizer decides."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.evidence.factories import create_item, draw_jpeg, find_activity
from tests.factories import NOON
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.audit.models import AuditEntry
from trainer.evidence.copies import find_open_sha256
from trainer.evidence.models import Cleaning, EvidenceItem, Processing, Publicity
from trainer.projects.models import Project
from trainer.storage import Storage

pytestmark = pytest.mark.one_database
CLEANED = b"without the place"


@pytest.fixture
def monitor(app: Flask, session: Session, project: Project) -> Visitor:
    """Return a visitor who monitors the project."""
    return sign_in(app, session, create_colleague(session, project.id, ProjectRole.MONITOR))


def create_opened_item(session: Session, project: Project, cleaning: Cleaning) -> EvidenceItem:
    """Return a photo of T2.A1 that the worker has opened."""
    settings = session.info["app"].extensions["settings"]
    item = create_item(session, project, activity_id=find_activity(project, "T2.A1").id)
    item.processing, item.cleaning = Processing.DONE, cleaning
    if cleaning == Cleaning.CLEANED:
        [item.cleaned_sha256] = Storage.from_settings(settings).store_contents([CLEANED])
    session.commit()
    return item


def decide(organizer: Visitor, item: EvidenceItem, decision: str, *, status: int = 303) -> None:
    """Press a button of the decision."""
    address = f"/desk/evidence/items/{item.id}"
    token = organizer.get(address).read_form(-1)[1]["csrf_token"]
    organizer.post(f"{address}/cleaning", {"csrf_token": token, "decision": decision}, status=status)


def test_a_monitor_gets_the_cleaned_copy_and_never_the_original(
    monitor: Visitor, project: Project, session: Session
) -> None:
    item = create_opened_item(session, project, Cleaning.CLEANED)
    link = f"/desk/evidence/items/{item.id}/copy"
    assert link in monitor.get(f"/desk/evidence/activities/{item.activity_id}").text
    answer = monitor.get(link).response
    assert answer.data == CLEANED
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    monitor.get(f"/desk/evidence/items/{item.id}/file", status=403)
    monitor.get(f"/desk/evidence/items/{item.id}", status=403)


def test_a_file_that_holds_no_place_is_passed_on_as_it_is(monitor: Visitor, project: Project, session: Session) -> None:
    item = create_opened_item(session, project, Cleaning.NOT_NEEDED)
    assert monitor.get(f"/desk/evidence/items/{item.id}/copy").response.data == draw_jpeg()


@pytest.mark.parametrize(
    "changes",
    [
        {"cleaning": Cleaning.IMPOSSIBLE},
        {"cleaning": Cleaning.KEPT_OUT},
        {"publicity": Publicity.KEPT_OUT},
        {"processing": Processing.WAITING},
        {"removed_at": NOON},
    ],
    ids=lambda changes: next(iter(changes.values())),
)
def test_what_others_may_not_get_has_no_link_and_no_address(
    monitor: Visitor, project: Project, session: Session, changes: dict[str, object]
) -> None:
    item = create_opened_item(session, project, Cleaning.CLEANED)
    for name, value in changes.items():
        setattr(item, name, value)
    session.commit()
    assert "/copy" not in monitor.get(f"/desk/evidence/activities/{item.activity_id}").text
    monitor.get(f"/desk/evidence/items/{item.id}/copy", status=404)


@pytest.mark.parametrize("picture", ["thumbnail", "picture"])
def test_the_picture_of_a_file_that_is_kept_out_is_for_organizers_only(
    organizer: Visitor, monitor: Visitor, project: Project, session: Session, picture: str
) -> None:
    item = create_opened_item(session, project, Cleaning.CLEANED)
    item.thumbnail_sha256 = item.preview_sha256 = item.sha256
    session.commit()
    address, page = f"/desk/evidence/items/{item.id}/{picture}", f"/desk/evidence/activities/{item.activity_id}"
    monitor.get(address)
    assert f"/items/{item.id}/thumbnail" in monitor.get(page).text
    item.publicity = Publicity.KEPT_OUT
    session.commit()
    monitor.get(address, status=404)
    assert f"/items/{item.id}/" not in monitor.get(page).text
    organizer.get(address)


def test_the_organizer_decides_about_a_file_that_cannot_be_cleaned(
    organizer: Visitor, monitor: Visitor, project: Project, session: Session
) -> None:
    item = create_opened_item(session, project, Cleaning.IMPOSSIBLE)
    assert "photo.jpg" in organizer.get("/desk/evidence?show=undecided").text
    decide(organizer, item, "accepted")
    session.expire_all()
    assert item.cleaning == Cleaning.ACCEPTED
    assert monitor.get(f"/desk/evidence/items/{item.id}/copy").response.data == draw_jpeg()
    assert "photo.jpg" not in organizer.get("/desk/evidence?show=undecided").text
    page = organizer.get(f"/desk/evidence/items/{item.id}?lang=en").words
    assert "Others may get this file as it is. Сәуле" in page
    decide(organizer, item, "kept_out")
    session.expire_all()
    assert find_open_sha256(item) is None
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "decided").order_by(AuditEntry.number))
    changes = [json.loads(entry.changes)["cleaning"] for entry in entries]
    assert changes == [["impossible", "accepted"], ["accepted", "kept_out"]]


def test_nothing_else_can_be_decided(organizer: Visitor, monitor: Visitor, project: Project, session: Session) -> None:
    item = create_opened_item(session, project, Cleaning.CLEANED)
    decide(organizer, item, "accepted")
    decide(organizer, item, "cleaned", status=400)
    monitor.post(f"/desk/evidence/items/{item.id}/cleaning", {"decision": "accepted"}, status=400)
    session.expire_all()
    assert item.cleaning == Cleaning.CLEANED
