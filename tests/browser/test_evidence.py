"""Evidence in the browser: three files, a connection cut in the middle, resumed, sorted in the inbox, seen at the indicator."""

import io
import random
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.factories import create_project
from trainer.evidence.models import EvidenceItem
from trainer.evidence.uploads.receiving import MAX_PART_BYTES
from trainer.storage import Storage

TWO_PARTS = MAX_PART_BYTES * 3 // 4  # the browser sends parts of 8 MB


def make_files(folder: Path) -> list[Path]:
    """Return a photo of two parts, a PDF and a text."""
    noise = random.Random(1).randbytes(TWO_PARTS)
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(photo, "JPEG")
    contents = {"сурет.jpg": photo.getvalue() + noise, "plan.pdf": b"%PDF-1.7\n", "notes.txt": "Жоспар".encode()}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def open_upload_page(page: Page) -> None:
    """Open the page of uploads, with its script at work."""
    page.goto("/desk/evidence/upload")
    expect(page.locator("[data-drop-hint]")).to_be_visible()


def test_files_are_uploaded_resumed_sorted_and_seen(
    browser: Browser, served: tuple[Flask, str], served_session: Session, tmp_path: Path
) -> None:
    app, address = served
    project = create_project(served_session)
    served_session.commit()
    page, files = open_desk(browser, address, served_session), make_files(tmp_path)
    cuts: list[str] = []

    def cut_second_part(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            cuts.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/desk/evidence/uploads/*", cut_second_part)
    open_upload_page(page)
    page.set_input_files("#files", files)
    expect(page.locator('.uploads [data-state="done"]')).to_have_count(2)
    while not cuts:
        page.wait_for_timeout(50)
    open_upload_page(page)  # as if the page had been closed in the middle
    page.unroute("**/desk/evidence/uploads/*")
    offsets: list[str] = []
    page.on("request", lambda request: offsets.append(request.headers.get("upload-offset", "")))
    page.set_input_files("#files", files[0])
    expect(page.locator('.uploads [data-state="done"]')).to_have_count(1, timeout=60_000)
    sent = [offset for offset in offsets if offset]
    assert sent == [str(8 * 1024 * 1024)], "only what was missing is sent"

    page.goto("/desk/evidence")
    for name in ("сурет.jpg", "plan.pdf", "notes.txt"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    page.get_by_label("сурет.jpg", exact=True).check()
    page.locator(".actions-bar button").first.click()
    activity = next(each for each in project.activities if each.code == "T2.A1")
    page.select_option("#activity", str(activity.id))
    page.locator("form.card button").first.click()
    page.locator('form.card[method="post"] button').click()
    expect(page.locator(".message.success")).to_be_visible()
    served_session.rollback()
    indicator = next(each for each in activity.indicators if each.kind in ("photo", "photo_video"))
    page.goto(f"/desk/evidence/activities/{activity.id}?indicator={indicator.id}")
    expect(page.locator(".tiles .file-name")).to_have_text("сурет.jpg")
    item = served_session.scalars(select(EvidenceItem).where(EvidenceItem.file_name == "сурет.jpg")).one()
    content = Storage.from_settings(app.extensions["settings"]).load_content(item.sha256)
    assert content == files[0].read_bytes()
