"""What axe finds wrong with a page, in daylight and in the dark."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOUR_SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")


def list_axe_violations(page: Page) -> list[str]:
    """Each problem of the open page: its scheme, its rule, where. Nothing moves meanwhile: a half faded colour is nobody's."""
    found = []
    for scheme in COLOUR_SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        broken = Axe().run(page).response["violations"]
        found += [f"{page.url} ({scheme}): {each['id']}: {each['nodes'][0]['html'][:120]}" for each in broken]
    return found
