"""Pages that differ in a few values only: made once by their template, then filled in, which costs a tenth of making them."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from flask import current_app, render_template, request
from markupsafe import Markup, escape

from trainer.language.choice import language

MOST = 500  # kept at once
SLOT = re.compile("\ue000(\\w+)\ue001")  # from Unicode's private area: no text of ours holds these
Parts = list[str]


def filled(template: str, shape: str, values: Mapping[str, str], **fixed: object) -> str:
    """Give a page; the template finds `values` by name.

    The page may depend on nothing but its language, the `shape` (which settles `fixed`), the names of the values, and the
    values themselves, which the template may only print. The address of the page itself is a value too.
    """
    skeletons: dict[tuple[str, ...], Parts] = current_app.extensions.setdefault("skeletons", {})
    key = (template, language(), shape, *values)
    parts = skeletons.get(key)
    if parts is None:
        if len(skeletons) >= MOST:
            skeletons.clear()
        slots = {name: Markup(f"\ue000{name}\ue001") for name in values}  # noqa: S704  # the names are ours
        page = render_template(template, values=slots, **fixed).replace(quote(request.path), "\ue000own_path\ue001")
        parts = skeletons[key] = SLOT.split(page)
    known = {**values, "own_path": quote(request.path)}
    pieces = parts.copy()
    pieces[1::2] = [escape(known[name]) for name in parts[1::2]]
    return "".join(pieces)
