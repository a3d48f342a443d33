"""URL converters that reject values no table can hold, and absolute URLs for messages and documents."""

from typing import Any

from flask import Flask, current_app
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

MAX_ROW_NUMBER = 2**31 - 1  # the range of INTEGER in PostgreSQL


class RowNumberConverter(IntegerConverter):
    """An integer that a primary key column of PostgreSQL can hold."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": MAX_ROW_NUMBER, **options})


class TextConverter(UnicodeConverter):
    """A path segment without NUL, which PostgreSQL rejects in text."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **options)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


def build_full_url(endpoint: str, **values: Any) -> str:
    """Return the absolute URL of an endpoint. Works without a request, so background jobs can call it too."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.extensions['settings'].address}{path}"


def register_url_converters(app: Flask) -> None:
    """Make these converters the defaults of the application. Call before any route is added."""
    app.url_map.converters.update(int=RowNumberConverter, default=TextConverter, string=TextConverter)
