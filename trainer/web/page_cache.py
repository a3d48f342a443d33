"""Pages that differ in a few values only: made once by their template, then filled in, which costs a tenth of making them."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from flask import current_app, render_template, request
from markupsafe import Markup, escape

from trainer.language.choice import get_page_language

MAX_CACHED_PAGES = 500  # kept at once
PLACEHOLDER = re.compile("\ue000(\\w+)\ue001")  # from Unicode's private area: no text of ours holds these
PageParts = list[str]


def render_cached_page(template: str, variant: str, values: Mapping[str, str], **context: object) -> str:
    """Give a page; the template finds `values` by name.

    The page may depend on nothing but its language, the `variant` (which settles `context`), the names of the values, and the
    values themselves, which the template may only print. The address of the page itself is a value too.
    """
    skeletons: dict[tuple[str, ...], PageParts] = current_app.extensions.setdefault("skeletons", {})
    key = (template, get_page_language(), variant, *values)
    parts = skeletons.get(key)
    if parts is None:
        if len(skeletons) >= MAX_CACHED_PAGES:
            skeletons.clear()
        slots = {name: Markup(f"\ue000{name}\ue001") for name in values}  # noqa: S704  # the names are ours
        page = render_template(template, values=slots, **context).replace(quote(request.path), "\ue000own_path\ue001")
        parts = skeletons[key] = PLACEHOLDER.split(page)
    known = {**values, "own_path": quote(request.path)}
    pieces = parts.copy()
    pieces[1::2] = [escape(known[name]) for name in parts[1::2]]
    return "".join(pieces)
