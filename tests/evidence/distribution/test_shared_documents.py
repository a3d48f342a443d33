"""A handbook is downloaded by everybody who has its link, and every download is counted once."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.concurrency import run_concurrently
from tests.evidence.factories import create_item
from tests.factories import NOON
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.audit.models import AuditEntry
from trainer.evidence.distribution.models import DownloadCount, SharedDocument
from trainer.evidence.distribution.shared_documents import count_download, share_document, sum_downloads
from trainer.evidence.models import EvidenceItem, EvidenceKind
from trainer.projects.models import Project

BODY = b"%PDF-1.7 " + bytes(1000)


@pytest.fixture
def handbook(session: Session, project: Project) -> EvidenceItem:
    """Return a handbook."""
    item = create_item(session, project, BODY, "Нұсқаулық 2025.pdf", kind=EvidenceKind.MATERIAL)
    session.commit()
    return item


def share(organizer: Visitor, item: EvidenceItem, state: str = "open") -> None:
    """Press the button that shares a document, or ends that."""
    organizer.post_with_token(f"/desk/evidence/items/{item.id}", "sharing", {"state": state})


def count(session: Session) -> int:
    """Return how many downloads were counted."""
    session.expire_all()
    return sum(session.scalars(select(DownloadCount.downloads)))


def test_a_handbook_is_shared_downloaded_counted_and_closed(
    organizer: Visitor, stranger: Visitor, session: Session, handbook: EvidenceItem
) -> None:
    stranger.get("/d/nusqaulyq-2025", status=404)
    share(organizer, handbook)
    document = session.scalars(select(SharedDocument)).one()
    assert document.slug == "nusqaulyq-2025"
    address = f"/d/{document.slug}"
    assert address in organizer.get(f"/desk/evidence/items/{handbook.id}").text
    page = stranger.get(address)
    assert f"{address}/file" in page.list_links()
    assert count(session) == 0, "a look at the page is no download"
    response = stranger.client.get(f"{address}/file")
    assert response.data == BODY
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert count(session) == 1
    assert "Downloaded 1 time" in organizer.get(f"/desk/evidence/items/{handbook.id}?lang=en").text
    share(organizer, handbook, "closed")
    for path in (address, f"{address}/file"):
        stranger.get(path, status=404)
    share(organizer, handbook)
    assert stranger.client.get(f"{address}/file").status_code == 200, "it has its address back"
    assert count(session) == 2
    actions = select(AuditEntry.action).where(AuditEntry.subject_kind == "shared_document").order_by(AuditEntry.number)
    assert session.scalars(actions).all() == ["created", "changed", "changed"]


def test_only_the_first_byte_counts(session: Session, stranger: Visitor, handbook: EvidenceItem) -> None:
    document = share_document(session, handbook, NOON, None)
    session.commit()
    address = f"/d/{document.slug}/file"
    etag = stranger.client.head(address).headers["ETag"]
    assert stranger.client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert stranger.client.get(address, headers={"Range": "bytes=500-"}).status_code == 206
    assert stranger.client.get(address, headers={"Range": "bytes=5000-"}).status_code == 416
    assert count(session) == 0
    assert stranger.client.get(address, headers={"Range": "bytes=0-99"}).status_code == 206
    assert count(session) == 1


def test_downloads_are_counted_by_the_day_of_the_project(
    session: Session, stranger: Visitor, handbook: EvidenceItem, clock: time_machine.Traveller
) -> None:
    document = share_document(session, handbook, NOON, None)
    session.commit()
    for hours in (0, 13, 14):  # noon, and after midnight in Aqtau, when it is still the same day in UTC
        clock.move_to(NOON + timedelta(hours=hours))
        stranger.client.get(f"/d/{document.slug}/file")
    session.expire_all()
    rows = session.execute(select(DownloadCount.day, DownloadCount.downloads).order_by(DownloadCount.day)).all()
    assert [(day.day, number) for day, number in rows] == [(2, 1), (3, 2)]
    assert sum_downloads(session, document.id).total == 3


def test_downloads_at_once_are_all_counted(app: Flask, session: Session, handbook: EvidenceItem) -> None:
    document = share_document(session, handbook, NOON, None)
    session.commit()
    address = f"/d/{document.slug}/file"
    answers = run_concurrently(*(lambda: app.test_client().get(address, buffered=True) for _each in range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert count(session) == 6


@pytest.mark.parametrize("kind", [EvidenceKind.LIST, EvidenceKind.CV, EvidenceKind.PHOTO, EvidenceKind.REPORT])
def test_what_shows_people_is_not_shared_and_is_closed_when_it_turns_out_to(
    organizer: Visitor, stranger: Visitor, session: Session, handbook: EvidenceItem, kind: EvidenceKind
) -> None:
    share(organizer, handbook)
    handbook.kind = kind
    session.commit()
    stranger.get("/d/nusqaulyq-2025", status=404)
    stranger.get("/d/nusqaulyq-2025/file", status=404)
    other = create_item(session, handbook.project, b"list", "list.csv", kind=kind)
    page = organizer.get(f"/desk/evidence/items/{other.id}")
    assert 'id="sharing"' not in page.text
    fields = {"csrf_token": page.read_form(-1)[1]["csrf_token"], "state": "open"}
    organizer.post(f"/desk/evidence/items/{other.id}/sharing", fields, status=404)


def test_a_removed_document_is_not_downloaded(session: Session, stranger: Visitor, handbook: EvidenceItem) -> None:
    document = share_document(session, handbook, NOON, None)
    handbook.removed_at = NOON
    session.commit()
    stranger.get(f"/d/{document.slug}", status=404)


def test_two_documents_of_one_name_have_two_addresses(session: Session, project: Project) -> None:
    items = [create_item(session, project, bytes([n]), "A.pdf", kind=EvidenceKind.MATERIAL) for n in range(3)]
    assert [share_document(session, item, NOON, None).slug for item in items] == ["a", "a-2", "a-3"]
    nameless = create_item(session, project, b"x", "«».pdf", kind=EvidenceKind.MATERIAL)
    assert share_document(session, nameless, NOON, None).slug == "document"


def test_counting_twice_adds_up(session: Session, handbook: EvidenceItem) -> None:
    document = share_document(session, handbook, NOON, None)
    for _each in range(3):
        count_download(session, document.id, NOON.date())
    assert sum_downloads(session, document.id).total == 3


def test_an_assistant_and_a_monitor_share_nothing(app: Flask, session: Session, handbook: EvidenceItem) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for role in (ProjectRole.MONITOR, ProjectRole.ASSISTANT):
        visitor = sign_in(app, session, create_colleague(session, handbook.project_id, role))
        visitor.post(f"/desk/evidence/items/{handbook.id}/sharing", {"state": "open"}, status=403)
    assert session.scalars(select(SharedDocument)).all() == []
