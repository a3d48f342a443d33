"""The tus protocol of the desk: created, continued, ended by its owner alone, with sentences for what is refused."""

import io
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.evidence.factories import draw_jpeg, get_settings, list_files_on_the_way
from tests.evidence.uploads.protocol import PART, TUS, create, fetch_token, send, send_part
from tests.factories import NOON
from tests.visitor import Visitor, sign_in
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.uploads.cleaning import finish_uploads
from trainer.projects.models import Project
from trainer.storage import Storage, StorageUnavailable
from trainer.tasks import Job, run_job

pytestmark = pytest.mark.one_database


@pytest.fixture
def assistant(app: Flask, session: Session, project: Project) -> Visitor:
    """Return a visitor who is an assistant in the project."""
    user = get_or_create_organizer(session, "assistant@example.org", name="Дана", language="kk")
    user.roles = []
    add_membership(session, user, project.id, ProjectRole.ASSISTANT, NOON)
    return sign_in(app, session, user)


def test_a_file_in_two_parts_becomes_evidence_of_the_inbox(
    organizer: Visitor, project: Project, session: Session
) -> None:
    content = draw_jpeg()
    address = create(organizer, project, len(content)).location
    assert address.startswith("/desk/evidence/uploads/")
    first = send_part(organizer, address, 0, content[:100])
    assert first.headers["Upload-Offset"] == "100"
    asked = send(organizer, "HEAD", address, 200, headers=TUS)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("100", str(len(content)))
    assert asked.headers["Cache-Control"] == "no-store"
    assert "Evidence-Already-There" not in send_part(organizer, address, 100, content[100:]).headers
    item = session.scalars(select(EvidenceItem)).one()
    assert (item.file_name, item.media_type, item.activity_id) == ("сурет.jpg", "image/jpeg", None)
    assert item.uploaded_by is not None
    assert Storage.from_settings(get_settings(session)).load_content(item.sha256) == content
    assert send(organizer, "HEAD", address, 200, headers=TUS).headers["Upload-Offset"] == str(len(content))
    assert "evidence_item" in set(session.scalars(select(AuditEntry.subject_kind)))


def test_the_same_file_again_is_said_to_be_there(organizer: Visitor, project: Project, session: Session) -> None:
    for known in (None, "1"):
        address = create(organizer, project, 3).location
        answer = send_part(organizer, address, 0, b"abc")
        assert answer.headers.get("Evidence-Already-There") == known
    assert session.scalar(select(func.count(EvidenceItem.id))) == 1


def test_the_last_part_again_is_acknowledged_again(organizer: Visitor, project: Project) -> None:
    address = create(organizer, project, 3).location
    send_part(organizer, address, 0, b"abc")
    send_part(organizer, address, 3, b"")
    send_part(organizer, address, 0, b"abc", status=409)


@pytest.mark.parametrize(("size", "status", "words"), [(0, 400, "0 bytes"), (2 * 1024**3 + 1, 413, "larger than 2 GB")])
def test_what_is_refused_at_once_is_said_in_a_sentence(
    organizer: Visitor, project: Project, size: int, status: int, words: str
) -> None:
    headers = {"Accept-Language": "en", **TUS, "Upload-Length": str(size)}
    page = send(organizer, "POST", f"/desk/evidence/projects/{project.id}/uploads?lang=en", status, headers=headers)
    assert words in page.text


def test_what_is_not_the_protocol_is_refused(organizer: Visitor, project: Project) -> None:
    base = f"/desk/evidence/projects/{project.id}/uploads"
    address = create(organizer, project, 3).location
    send(organizer, "POST", base, 412, headers={"Upload-Length": "3"})
    send(organizer, "POST", base, 400, headers=TUS)
    send(organizer, "POST", base, 400, headers={**TUS, "Upload-Length": "-3"})
    send(organizer, "POST", base, 400, headers={**TUS, "Upload-Length": "3", "Upload-Metadata": "filename !"})
    send(organizer, "HEAD", address, 412)
    send(organizer, "PATCH", address, 415, headers={**TUS, "Upload-Offset": "0"}, data=b"abc")
    send(organizer, "PATCH", address, 400, headers=PART, data=b"abc")
    send_part(organizer, address, 2, b"c", status=409)
    send_part(organizer, address, 0, b"abcd", status=413)
    options = send(organizer, "OPTIONS", base, 204).headers
    assert (options["Tus-Version"], options["Tus-Max-Size"]) == ("1.0.0", str(2 * 1024**3))


def test_a_part_may_have_16_mib_and_other_requests_stay_small(organizer: Visitor, project: Project) -> None:
    size = 16 * 1024**2
    address = create(organizer, project, size + 1).location
    send_part(organizer, address, 0, bytes(size))
    other = create(organizer, project, size + 1).location
    send_part(organizer, other, 0, bytes(size + 1), status=413)


def test_an_upload_that_is_given_up_is_forgotten(organizer: Visitor, project: Project, session: Session) -> None:
    address = create(organizer, project, 3).location
    send_part(organizer, address, 0, b"ab")
    send(organizer, "DELETE", address, 204, headers=TUS)
    send(organizer, "HEAD", address, 404, headers=TUS)
    assert list_files_on_the_way(get_settings(session)) == []


def test_nobody_else_sees_or_continues_an_upload(organizer: Visitor, assistant: Visitor, project: Project) -> None:
    address = create(organizer, project, 3).location
    send(assistant, "HEAD", address, 404, headers=TUS)
    send_part(assistant, address, 0, b"abc", status=404)
    send(assistant, "DELETE", address, 404, headers=TUS)
    send_part(organizer, address, 0, b"abc")


def test_an_assistant_uploads_into_the_inbox_only(assistant: Visitor, project: Project, session: Session) -> None:
    send_part(assistant, create(assistant, project, 3).location, 0, b"abc")
    assert session.scalars(select(EvidenceItem)).one().activity_id is None
    create(assistant, project, 3, status=404, activity=str(project.activities[0].id))
    assistant.get("/desk/evidence/upload")
    assistant.get("/desk/evidence", status=403)


def test_an_organizer_uploads_for_an_activity(organizer: Visitor, project: Project, session: Session) -> None:
    activity = project.activities[0]
    send_part(organizer, create(organizer, project, 3, activity=str(activity.id)).location, 0, b"abc")
    assert session.scalars(select(EvidenceItem)).one().activity_id == activity.id
    create(organizer, project, 3, status=404, activity="999999")


def test_a_request_without_a_token_is_refused_and_a_fresh_one_continues_the_upload(
    organizer: Visitor, project: Project
) -> None:
    address, none = f"/desk/evidence/projects/{project.id}/uploads", {"X-CSRFToken": ""}
    send(organizer, "POST", address, 400, headers={**TUS, "Upload-Length": "3", **none})
    upload = create(organizer, project, 3).location
    send(organizer, "PATCH", upload, 400, headers={**PART, "Upload-Offset": "0", **none}, data=b"abc")
    send_part(organizer, upload, 0, b"abc")


def test_hundreds_of_files_meet_no_rate_limit(organizer: Visitor, project: Project, rate_limits: None) -> None:
    headers = {**TUS, "Upload-Length": "0", "X-CSRFToken": fetch_token(organizer)}
    for _number in range(1300):
        assert (
            organizer.client.post(f"/desk/evidence/projects/{project.id}/uploads", headers=headers).status_code == 400
        )


def test_the_form_without_javascript_handles_each_file_by_itself(
    organizer: Visitor, project: Project, session: Session
) -> None:
    files = [(io.BytesIO(draw_jpeg(1)), "1.jpg"), (io.BytesIO(b""), "empty.jpg"), (io.BytesIO(draw_jpeg(2)), "2.jpg")]
    token = fetch_token(organizer)
    page = organizer.post(f"/desk/evidence/projects/{project.id}/uploads/form", {"csrf_token": token, "files": files})
    text = organizer.follow(page).text
    assert "empty.jpg" in text
    assert sorted(session.scalars(select(EvidenceItem.file_name))) == ["1.jpg", "2.jpg"]
    assert list_files_on_the_way(get_settings(session)) == []


def run_finishing(app: Flask) -> None:
    """Run the background job."""
    assert run_job(app, Job("unfinished uploads", finish_uploads), Event())


def test_the_job_completes_what_has_arrived_and_forgets_what_is_old(
    app: Flask,
    organizer: Visitor,
    project: Project,
    session: Session,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrived, begun = create(organizer, project, 3).location, create(organizer, project, 9).location

    def fail(*_arguments: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "store_file", fail)
        send_part(organizer, arrived, 0, b"abc", status=503)
    send_part(organizer, begun, 0, b"abc")
    assert len(list_files_on_the_way(get_settings(session))) == 2
    run_finishing(app)
    assert session.scalars(select(EvidenceItem)).one().size == 3
    send(organizer, "HEAD", arrived, 200, headers=TUS)
    send(organizer, "HEAD", begun, 200, headers=TUS)
    clock.move_to(NOON + timedelta(days=7, minutes=1))
    run_finishing(app)
    session.commit()
    assert session.scalar(select(func.count(Upload.id))) == 0
    assert list_files_on_the_way(get_settings(session)) == []
    assert session.scalar(select(func.count(EvidenceItem.id))) == 1
