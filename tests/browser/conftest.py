"""Fixtures of browser tests: Chromium, and a copy that is served. Without Chromium they are skipped, loudly."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from tests import databases
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS, close_contexts, find_free_port, serve_in_thread
from trainer import create_app
from trainer.extensions import limiter
from trainer.settings import Settings


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, without a window, for the whole run."""
    if CHROMIUM is None:
        if os.environ.get("TRAINER_NOTHING_SKIPPED"):
            pytest.fail("Chromium is missing, and nothing may be skipped here.")
        pytest.skip("BROWSER TESTS ARE SKIPPED: install Chromium to run them.")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)) as found,
    ):
        yield found


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium for one test: whatever the test opened is closed, however it ended."""
    with close_contexts(chromium):
        yield chromium


@pytest.fixture
def served(settings: Settings) -> Iterator[tuple[Flask, str]]:
    """The application of a fresh copy, served on this machine, and its address."""
    port = find_free_port()
    key = {"SIGNING_KEY_FILE": settings.signing_key_file} if settings.signing_key_file else {}
    app = create_app(
        databases.build_settings(
            settings.instance, settings.database_url, PORT=str(port), BASE_URL=settings.base_url, **key
        )
    )
    limiter.enabled = False
    try:
        with serve_in_thread(app, port) as address:
            yield app, address
    finally:
        databases.close_connections(app)
