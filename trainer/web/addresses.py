"""Addresses: what may stand in one (only numbers that a table counts to and texts that it can hold), and writing one in full."""

from typing import Any

from flask import Flask, current_app
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

LARGEST = 2**31 - 1  # of a row's number in PostgreSQL


class RowNumber(IntegerConverter):
    """The number of a row."""

    def __init__(self, url_map: Map, *arguments: Any, **more: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": LARGEST, **more})


class Text(UnicodeConverter):
    """A part of an address without the character that PostgreSQL keeps in no text."""

    def __init__(self, url_map: Map, *arguments: Any, **more: Any) -> None:
        super().__init__(url_map, *arguments, **more)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


def full_address(endpoint: str, **values: Any) -> str:
    """Write the full address of a page, for messages and documents; needs no request, so the worker can call it too."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.extensions['settings'].address}{path}"


def limit_addresses(app: Flask) -> None:
    """Let the parts of every address be of these kinds; before any route is made."""
    app.url_map.converters.update(int=RowNumber, default=Text, string=Text)
