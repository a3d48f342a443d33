"""A link by which a colleague without account uploads for one activity, for some days, and reads nothing."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, draw_jpeg, find_activity
from tests.evidence.uploads.protocol import TUS, fetch_token, send, send_part
from tests.factories import NOON
from tests.visitor import Visitor
from trainer.evidence.models import EvidenceItem, UploadLink
from trainer.projects.models import Project

pytestmark = pytest.mark.one_database


def make_link(organizer: Visitor, project: Project) -> str:
    """Make a link on the page of an activity and return its path."""
    activity = find_activity(project, "T2.A1")
    address = f"/desk/evidence/activities/{activity.id}"
    fields = organizer.get(address).read_form(-1)[1]
    page = organizer.post(f"{address}/links", {**fields, "label": "Фотограф", "days": "3"}, status=200)
    found = re.search(r"https://seminar\.example\.org(/u/[\w-]+)", page.text)
    assert found
    return found[1]


def test_a_colleague_uploads_for_the_activity_of_the_link(
    organizer: Visitor, stranger: Visitor, project: Project, session: Session
) -> None:
    path = make_link(organizer, project)
    assert path.removeprefix("/u/") not in str(session.scalars(select(UploadLink.token_sha256)).one())
    page = stranger.get(path)
    assert page.response.headers["Cache-Control"] == "no-store"
    created = send(stranger, "POST", f"{path}/uploads", 201, headers={**TUS, "Upload-Length": "3"})
    send(stranger, "HEAD", created.location, 200, headers=TUS)
    send_part(stranger, created.location, 0, b"abc")
    item = session.scalars(select(EvidenceItem)).one()
    assert item.activity_id == find_activity(project, "T2.A1").id
    assert (item.uploaded_by_id, item.upload_link_id is None) == (None, False)


def test_the_form_of_a_link_works_without_javascript(
    organizer: Visitor, stranger: Visitor, project: Project, session: Session
) -> None:
    path = make_link(organizer, project)
    token = fetch_token(stranger, path)
    files = [(io.BytesIO(draw_jpeg(1)), "1.jpg"), (io.BytesIO(draw_jpeg(2)), "2.jpg")]
    stranger.follow(stranger.post(path, {"csrf_token": token, "files": files}))
    assert session.scalars(select(EvidenceItem.file_name)).all() == ["1.jpg", "2.jpg"]
    empty = [(io.BytesIO(b""), "empty.jpg")]
    refused = stranger.post(path, {"csrf_token": token, "files": empty}, status=422)
    assert "empty.jpg" in refused.text


def test_nothing_can_be_read_by_a_link(
    organizer: Visitor, stranger: Visitor, project: Project, session: Session
) -> None:
    path = make_link(organizer, project)
    item = create_item(session, project, b"abc", "secret-name.txt", activity_id=find_activity(project, "T2.A1").id)
    created = send(stranger, "POST", f"{path}/uploads", 201, headers={**TUS, "Upload-Length": "3"})
    answer = send_part(stranger, created.location, 0, b"abc")
    assert "Evidence-Already-There" not in answer.headers, "it would tell whether somebody has a file"
    assert "secret-name" not in stranger.get(path).text
    stranger.get(f"/desk/evidence/items/{item.id}/file", status=302)


@pytest.mark.parametrize("end", ["expires", "is revoked"])
def test_a_link_that_has_ended_takes_nothing(
    organizer: Visitor,
    stranger: Visitor,
    project: Project,
    session: Session,
    clock: time_machine.Traveller,
    end: str,
) -> None:
    path = make_link(organizer, project)
    token = fetch_token(stranger, path)
    created = send(stranger, "POST", f"{path}/uploads", 201, headers={**TUS, "Upload-Length": "3"})
    if end == "expires":
        clock.move_to(NOON + timedelta(days=3, seconds=1))
    else:
        link = session.scalars(select(UploadLink)).one()
        organizer.post(f"/desk/evidence/links/{link.id}/revocation", {"csrf_token": fetch_token(organizer)})
    stranger.get(path, status=404)
    files = [(io.BytesIO(b"abc"), "1.jpg")]
    stranger.post(path, {"csrf_token": token, "files": files}, status=404)
    send(stranger, "POST", f"{path}/uploads", 404, headers={**TUS, "Upload-Length": "3"})
    send_part(stranger, created.location, 0, b"abc", status=404)
    assert session.scalars(select(EvidenceItem)).all() == []


def test_a_link_does_not_continue_uploads_of_others(organizer: Visitor, stranger: Visitor, project: Project) -> None:
    path, other = make_link(organizer, project), make_link(organizer, project)
    created = send(stranger, "POST", f"{path}/uploads", 201, headers={**TUS, "Upload-Length": "3"})
    send_part(stranger, created.location.replace(path, other), 0, b"abc", status=404)


def test_a_link_takes_a_limited_number_of_new_files_in_a_time(
    organizer: Visitor, stranger: Visitor, project: Project, rate_limits: None
) -> None:
    path = make_link(organizer, project)
    headers = {**TUS, "Upload-Length": "0"}
    codes = [stranger.client.post(f"{path}/uploads", headers=headers).status_code for _number in range(601)]
    assert codes == [400] * 600 + [429]
