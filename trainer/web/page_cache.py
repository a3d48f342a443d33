"""Cache of rendered pages with placeholders for the values of one request.

Filling in a cached page takes a tenth of the time of rendering its template, measured on the page that verifies a
certificate. `tests/test_architecture.py` lists the modules that may import this one.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from flask import current_app, render_template, request
from markupsafe import Markup, escape

from trainer.language.choice import get_page_language

MAX_CACHED_PAGES = 500
PLACEHOLDER = re.compile("\ue000(\\w+)\ue001")  # private-use characters, which no text of ours contains
PageParts = list[str]


def render_cached_page(template: str, variant: str, values: Mapping[str, str], **context: object) -> str:
    """Render a template once per language, variant and set of value names, then fill in the values of this request.

    The template reads the values as `values.<name>` and may only print them. Everything else on the page must depend on
    nothing but the language and `variant`, which determines `context`. The path of the page is handled as a value too.
    """
    skeletons: dict[tuple[str, ...], PageParts] = current_app.extensions.setdefault("skeletons", {})
    key = (template, get_page_language(), variant, *values)
    parts = skeletons.get(key)
    if parts is None:
        if len(skeletons) >= MAX_CACHED_PAGES:
            skeletons.clear()
        slots = {name: Markup(f"\ue000{name}\ue001") for name in values}  # noqa: S704  # the names come from our code
        page = render_template(template, values=slots, **context).replace(quote(request.path), "\ue000own_path\ue001")
        parts = skeletons[key] = PLACEHOLDER.split(page)
    all_values = {**values, "own_path": quote(request.path)}
    pieces = parts.copy()
    pieces[1::2] = [escape(all_values[name]) for name in parts[1::2]]
    return "".join(pieces)
