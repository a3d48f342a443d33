"""Addresses: what may stand in one (only numbers that a table counts to and texts that it can hold), and writing one in full."""

from typing import Any

from flask import Flask, current_app
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

MAX_ROW_NUMBER = 2**31 - 1  # of a row's number in PostgreSQL


class RowNumberConverter(IntegerConverter):
    """The number of a row."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": MAX_ROW_NUMBER, **options})


class TextConverter(UnicodeConverter):
    """A part of an address without the character that PostgreSQL keeps in no text."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **options)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


def build_full_url(endpoint: str, **values: Any) -> str:
    """Write the full address of a page, for messages and documents; needs no request, so the worker can call it too."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.extensions['settings'].address}{path}"


def register_url_converters(app: Flask) -> None:
    """Let the parts of every address be of these kinds; before any route is made."""
    app.url_map.converters.update(int=RowNumberConverter, default=TextConverter, string=TextConverter)
