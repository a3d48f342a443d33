"""Waiting for a page or for the database, without fixed sleeps."""

from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page, expect

Value = TypeVar("Value")


def poll_until(page: Page, read: Callable[[], Value], is_enough: Callable[[Value], object] = bool) -> Value:
    """Read a value every 50 ms, while the page runs on, until `is_enough` accepts it, and return it. Fail after 20 s."""
    for _attempt in range(400):
        if is_enough(seen := read()):
            return seen
        page.wait_for_timeout(50)
    raise AssertionError(f"never enough: {seen}")


def wait_for_expression(page: Page, expression: str) -> None:
    """Wait until an expression is true in the page. Playwright's own wait needs eval, which the content security policy forbids."""
    poll_until(page, lambda: page.evaluate(expression))


def wait_until_offline_ready(page: Page) -> None:
    """Wait until the page works offline."""
    expect(page.locator("html")).to_have_attribute("data-ready", "", timeout=15_000)
