"""Fixtures for browser tests. Without Chromium the tests are skipped, or fail where TRAINER_NOTHING_SKIPPED is set."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy.orm import Session

from tests import databases
from tests.browser.layout import TABLET_SIZE
from tests.browser.server import (
    CHROMIUM,
    CHROMIUM_ARGUMENTS,
    close_context,
    close_contexts,
    find_free_port,
    serve_in_thread,
)
from tests.browser.tablet import TabletSeminar, create_tablet_seminar, find_noon_time_zone
from tests.browser.verification import load_certificate_file, render_certificate_picture
from tests.factories import NOON, create_project, create_seminar, issue_to_eligible, register_eligible_person
from trainer import create_app
from trainer.extensions import limiter
from trainer.issuing.models import IssuedCertificate
from trainer.settings import Settings


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield headless Chromium; there is one for the whole run."""
    if CHROMIUM is None:
        if os.environ.get("TRAINER_NOTHING_SKIPPED"):
            pytest.fail("Chromium is missing, and nothing may be skipped here.")
        pytest.skip("BROWSER TESTS ARE SKIPPED: install Chromium to run them.")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)) as chromium,
    ):
        yield chromium


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Yield Chromium for one test and close what the test opened."""
    with close_contexts(chromium):
        yield chromium


@pytest.fixture
def served(settings: Settings, compiled_pages: FileSystemBytecodeCache) -> Iterator[tuple[Flask, str]]:
    """Yield an application with an empty database that is served on this machine, and its address."""
    port = find_free_port()
    key = {"SIGNING_KEY_FILE": settings.signing_key_file} if settings.signing_key_file else {}
    app = create_app(
        databases.build_settings(
            settings.instance, settings.database_url, PORT=str(port), BASE_URL=settings.base_url, **key
        )
    )
    app.jinja_env.bytecode_cache = compiled_pages
    limiter.enabled = False
    try:
        with serve_in_thread(app, port) as address:
            yield app, address
    finally:
        databases.close_connections(app)


@pytest.fixture
def served_session(served: tuple[Flask, str]) -> Iterator[Session]:
    """Yield a session on the database of the served application."""
    with databases.open_session(served[0]) as session:
        yield session


@pytest.fixture
def certificate(served_session: Session) -> IssuedCertificate:
    """Return an issued certificate."""
    seminar = create_seminar(served_session, create_project(served_session), NOON, slug="held")
    register_eligible_person(served_session, seminar)
    served_session.commit()
    return issue_to_eligible(served_session, seminar)[0]


@pytest.fixture
def phone_context(browser: Browser, served: tuple[Flask, str]) -> Iterator[BrowserContext]:
    """Yield the browser context of a verifier's phone. An error in a script fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, base_url=served[1], locale="en-GB")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    close_context(context)
    assert errors == []


@pytest.fixture
def camera_film(served: tuple[Flask, str], certificate: IssuedCertificate, tmp_path: Path) -> Path:
    """Return a film for Chromium's fake camera that shows the QR code of the certificate."""
    if shutil.which("ffmpeg") is None:
        if os.environ.get("TRAINER_NOTHING_SKIPPED"):
            pytest.fail("ffmpeg is missing, and nothing may be skipped here.")
        pytest.skip("THE CAMERA IS NOT TESTED: install ffmpeg to test it.")
    (tmp_path / "paper.png").write_bytes(render_certificate_picture(load_certificate_file(served, certificate)))
    crop = "crop=iw*0.42:ih*0.45:iw*0.58:ih*0.55,scale=1280:960:force_original_aspect_ratio=decrease,pad=1280:960:-1:-1:gray"
    film = tmp_path / "camera.mjpeg"
    options = f"-v error -loop 1 -i {tmp_path / 'paper.png'} -vf {crop} -t 2 -r 10 -q:v 3 -pix_fmt yuvj420p"
    subprocess.run(["ffmpeg", *options.split(), str(film)], check=True)
    return film


@pytest.fixture
def tablet_seminar(served_session: Session) -> TabletSeminar:
    """Return a seminar that takes place now, with six people."""
    return create_tablet_seminar(served_session)


@pytest.fixture
def tablet_context(browser: Browser, served: tuple[Flask, str]) -> Iterator[BrowserContext]:
    """Yield the browser context of a tablet in English. An error in a script fails the test."""
    context = browser.new_context(
        viewport=TABLET_SIZE,
        base_url=served[1],
        locale="en-GB",
        timezone_id=find_noon_time_zone(),
        accept_downloads=True,
    )
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    close_context(context)
    assert errors == []
