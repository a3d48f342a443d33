"""Addresses as people copy them: with the full stop, bracket or quotation mark of their sentence, a slash, or in capitals.

What ends a path or a part of it without meaning anything is dropped, so that /r/TOKEN. opens /r/TOKEN. Control characters are
not dropped: nobody copies them by accident.
"""

import re
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

EDGE_PATTERN = re.compile("[ .,;:!?)\\]}>«»“”„‘’\"'`*…\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*/*$")
FILE_ENDPOINT = "static"


def register_address_cleaning(app: Flask) -> None:
    """Clean the parts of every address before its view reads them."""

    @app.url_value_preprocessor
    def clean_address_parts(endpoint: str | None, parts: dict[str, Any] | None) -> None:
        if parts and endpoint != FILE_ENDPOINT:
            parts.update({name: drop_edge(part) for name, part in parts.items() if isinstance(part, str)})


def drop_edge(text: str) -> str:
    """Drop the punctuation that a text ends with; a text of punctuation alone stays as it is."""
    return EDGE_PATTERN.sub("", text) or text


def find_cleaned_address() -> str:
    """Return the address of the page that a path without one means; "" if there is none. Only GET and HEAD have one."""
    path = drop_edge(request.path)
    first, separator, rest = path[1:].partition("/")
    adapter = current_app.create_url_adapter(request)
    if request.method not in ("GET", "HEAD") or request.url_rule is not None or adapter is None:
        return ""
    for cleaned in (path, f"/{first.lower()}{separator}{rest}"):
        if cleaned not in ("/", request.path) and has_own_page(adapter, cleaned):
            query = request.query_string.decode("ascii", "replace")
            return quote(cleaned) + (f"?{query}" if query else "")
    return ""


def has_own_page(adapter: MapAdapter, path: str) -> bool:
    """Return whether a path has a page of its own; a redirect is none."""
    try:
        endpoint, _parts = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return bool(endpoint != FILE_ENDPOINT)
