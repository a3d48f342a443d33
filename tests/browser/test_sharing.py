"""Files that the share menu sends are kept by the service worker, also without a network, and uploaded by the page."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.factories import create_project
from trainer.evidence.models import EvidenceItem

pytestmark = pytest.mark.browser

SHARE = """async () => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "multipart/form-data", action: "/desk/evidence/shared" });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "files", multiple: true });
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array([255, 216, 255, 1])], "сурет.jpg", { type: "image/jpeg" }));
    transfer.items.add(new File(["plan"], "plan.txt", { type: "text/plain" }));
    input.files = transfer.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}"""
IS_INSTALLED = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/desk/evidence/shared");
    return Boolean(registration?.active);
}"""


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_shared_files_wait_for_the_network_and_then_reach_the_inbox(
    browser: Browser, served: tuple[Flask, str], served_session: Session
) -> None:
    _app, address = served
    create_project(served_session)
    served_session.commit()
    page = open_desk(browser, address, served_session)
    page.wait_for_function(IS_INSTALLED, timeout=20_000)
    page.context.set_offline(True)
    page.evaluate(SHARE)
    expect(page.get_by_text("There is no network.")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/desk/evidence/shared")
    expect(page.locator('.uploads [data-state="done"]')).to_have_count(2)
    served_session.rollback()
    names = served_session.scalars(select(EvidenceItem.file_name)).all()
    assert sorted(names) == ["plan.txt", "сурет.jpg"]
    page.reload()
    expect(page.locator("[data-drop-hint]")).to_be_visible()
    expect(page.locator(".uploads li")).to_have_count(0)
