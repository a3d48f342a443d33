"""Accessibility problems that axe finds on a page, in the light and in the dark colour scheme."""

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN_AXE = "(options) => axe.run({ resultTypes: ['violations'], ...options }).then(({ violations }) => violations)"
ONLY_COLOURS = {"runOnly": ["color-contrast"]}  # no other rule depends on the colour scheme


def list_axe_violations(page: Page) -> list[str]:
    """Return a line for each violation on the open page: address, colour scheme, rule and the first element."""
    page.evaluate(AXE_SCRIPT)
    return [*list_scheme_violations(page, "light", {}), *list_scheme_violations(page, "dark", ONLY_COLOURS)]


def list_scheme_violations(page: Page, scheme: Literal["light", "dark"], options: dict[str, Any]) -> list[str]:
    """Return the violations in one colour scheme. Motion is off, because the colours of a fading element are not final."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return [
        f"{page.url} ({scheme}): {violation['id']}: {violation['nodes'][0]['html'][:120]}"
        for violation in page.evaluate(RUN_AXE, options)
    ]
