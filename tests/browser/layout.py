"""JavaScript expressions and window sizes for checking the layout of pages."""

from playwright.sync_api import ViewportSize

HORIZONTAL_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

SMALL_TARGETS = """[...document.querySelectorAll("button, input")]
    .filter((each) => each.checkVisibility() && (each.offsetHeight < 48 || each.offsetWidth < 48))
    .map((each) => each.id || each.className)"""

TABLET_SIZE: ViewportSize = {"width": 820, "height": 1180}

WINDOW_SIZES: tuple[ViewportSize, ...] = (TABLET_SIZE, {"width": 1180, "height": 820}, {"width": 320, "height": 640})
