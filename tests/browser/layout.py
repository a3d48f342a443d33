"""JavaScript expressions and window sizes for checking the layout of pages."""

from playwright.sync_api import ViewportSize

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

TOO_SMALL = """[...document.querySelectorAll("button, input")]
    .filter((each) => each.checkVisibility() && (each.offsetHeight < 48 || each.offsetWidth < 48))
    .map((each) => each.id || each.className)"""

TABLET: ViewportSize = {"width": 820, "height": 1180}

SIZES: tuple[ViewportSize, ...] = (TABLET, {"width": 1180, "height": 820}, {"width": 320, "height": 640})
