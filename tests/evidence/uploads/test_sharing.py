"""A photo from the share menu of a phone lands in the inbox; whoever must sign in or choose first is told so."""

import json
import re
from contextlib import closing

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import draw_jpeg
from tests.factories import load_contract_plan
from tests.page import Page
from tests.visitor import Visitor
from trainer.clock import now
from trainer.evidence.models import EvidenceItem
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects
from trainer.projects.plan import import_plan

pytestmark = pytest.mark.one_database

SHARED = "/desk/evidence/shared"
BOUNDARY = "----MultipartBoundary--yFWmXoGNGWfy8eVkKvLuwJUc0WBUYKkJf3ZqXoV1Fd----"
BY_BROWSER = {
    "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    "Origin": "null",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Upgrade-Insecure-Requests": "1",
}
"""What Chromium sends when files are shared with an installed application."""


def build_body(*files: tuple[str, str, bytes]) -> bytes:
    """Return the body as Chromium's share target builds it: names in UTF-8, a type for each file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'.encode()
        + f"Content-Type: {media_type}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, media_type, content in files
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def share(visitor: Visitor, status: int = 303, site: str = "none") -> Page:
    """Share two photos, one of which has a Kazakh name."""
    body = build_body(("IMG_0001.jpg", "image/jpeg", draw_jpeg(1)), ("Қоңыр сурет.jpg", "image/jpeg", draw_jpeg(2)))
    return visitor.post(SHARED, body, status=status, headers={**BY_BROWSER, "Sec-Fetch-Site": site})


def list_names(session: Session) -> list[str]:
    """Return the names of the files in the inbox."""
    session.expire_all()
    query = select(EvidenceItem.file_name).where(EvidenceItem.activity_id.is_(None))
    return list(session.scalars(query.order_by(EvidenceItem.id)))


def list_choices(page: Page) -> list[str]:
    """Return the addresses of the projects that a page offers."""
    return re.findall(rf'<li><a href="({SHARED}[?]project=\d+)"', page.text)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_manifest_offers_the_dashboard_to_the_share_menu(
    organizer: Visitor, stranger: Visitor, project: Project, language: str
) -> None:
    found = re.search(r'<link rel="manifest" href="([^"]+)"', organizer.get(f"/desk/?lang={language}").text)
    assert found
    manifest = json.loads(stranger.client.get(found[1]).text)
    assert (manifest["lang"], manifest["id"], manifest["scope"]) == (language, "/desk/", "/desk/")
    assert manifest["start_url"].startswith(manifest["scope"])
    target = manifest["share_target"]
    assert (target["action"], target["method"], target["enctype"]) == (SHARED, "POST", "multipart/form-data")
    [files] = target["params"]["files"]
    assert files["name"] == "files"
    assert {"image/*", "video/*", "application/pdf"} <= set(files["accept"])
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for icon in manifest["icons"]:
        with closing(stranger.client.get(icon["src"])) as picture:
            assert picture.data.startswith(b"\x89PNG")


def test_shared_photos_land_in_the_inbox(organizer: Visitor, project: Project, session: Session) -> None:
    page = organizer.follow(share(organizer))
    assert list_names(session) == ["IMG_0001.jpg", "Қоңыр сурет.jpg"]
    assert "Қоңыр сурет.jpg" in page.text
    share(organizer)
    assert len(list_names(session)) == 2


def test_whoever_is_not_signed_in_is_told_and_comes_back_to_the_page(
    stranger: Visitor, project: Project, session: Session
) -> None:
    stranger.get("/?lang=en")
    answer = share(stranger, 302)
    assert "/desk/evidence/shared" in answer.location.replace("%2F", "/")
    assert "share the files again" in stranger.follow(answer).words
    assert list_names(session) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", ""])
def test_no_page_of_a_site_can_send_files_in_the_organizers_name(
    organizer: Visitor, project: Project, session: Session, site: str
) -> None:
    organizer.get("/desk/?lang=en")
    answer = share(organizer, site=site)
    assert list_names(session) == []
    assert "have not been uploaded" in organizer.follow(answer).words


def test_with_several_projects_the_organizer_chooses(organizer: Visitor, project: Project, session: Session) -> None:
    plan = load_contract_plan()
    own = import_plan(session, {**plan, "project": {**plan["project"], "id": "own"}}, "TB")
    claim_ownerless_projects(session, now())
    session.commit()
    page = organizer.follow(share(organizer))
    assert list_names(session) == []
    choices = list_choices(page)
    assert choices == [f"{SHARED}?project={each.id}" for each in (project, own)]
    chosen = organizer.get(choices[1])
    assert f"/desk/evidence/projects/{own.id}/uploads" in chosen.text
    assert list_choices(organizer.get(f"{SHARED}?project=999999")) == choices


def test_the_page_takes_what_the_device_has_kept(organizer: Visitor, project: Project) -> None:
    page = organizer.get(f"{SHARED}?full=yes&lang=en")
    assert 'data-kept="yes"' in page.text
    assert "There is no room for these files on the device" in page.words


def test_the_service_worker_serves_the_whole_site_and_knows_its_words(stranger: Visitor) -> None:
    worker = stranger.client.get("/shared-files-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    words = json.loads(worker.text.partition("\n")[0].removeprefix("const WORDS = ").removesuffix(";"))
    assert [each["language"] for each in words] == ["kk", "ru", "en"]
    assert len({each["sentence"] for each in words}) == 3
    assert f'const PAGE = "{SHARED}";' in worker.text
