"""Jinja filters and globals shared by all templates. An undefined name raises an error instead of printing nothing."""

import hashlib
import re
from collections.abc import MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Flask, request
from flask.templating import Environment
from jinja2 import StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from trainer.language import LANGUAGE_NAMES, LANGUAGES, dates
from trainer.language.choice import get_page_language
from trainer.language.translated import Translated
from trainer.web.forms import render_control


class TemplateEnvironment(Environment):
    """Jinja environment whose templates share one dictionary of globals.

    Jinja gives each template a ChainMap, for globals of its own, which ours don't have. It is copied whenever a template is
    rendered and read through whenever one is imported: a twentieth of the time of a page with a form.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class StripIndentation(Extension):
    """Jinja extension that removes the indentation of a template when it is loaded, so that pages stay small."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def format_translated(value: Translated, target_language: str = "") -> str | Markup:
    """Return a text in the page's language.

    A text that is missing in that language is wrapped in a `span` with the `lang` of the language used instead.
    """
    target_language = target_language or get_page_language()
    translation, source = value.get_text(target_language), value.find_text_language(target_language)
    return translation if source == target_language else Markup('<span lang="{}">{}</span>').format(source, translation)


def format_plain(value: Translated) -> str:
    """Return a text in the page's language without markup, for attributes and titles."""
    return value.get_text(get_page_language())


def format_paragraphs(value: str) -> Markup:
    """Return the non-empty lines of a text as escaped HTML paragraphs."""
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in str(escape(value)).split("\n") if line.strip())


def format_percent(value: float) -> str:
    """Return a percentage in the style of the page's language: "70%" in Kazakh and English, "70 %" in Russian.

    At most one decimal, rounded down, and none if it is zero.
    """
    digits = format_decimal(int(value * 10) / 10, format="#,##0.#", locale=get_page_language())
    return f"{digits}\u00a0%" if get_page_language() == "ru" else f"{digits}%"


def build_language_url(target_language: str, page_path: str = "") -> str:
    """Return the URL of the current page in another language.

    `page_path` replaces the path of the request where the response to a form has no page of its own.
    """
    arguments = {**request.args.to_dict(flat=False), "lang": [target_language]}
    path = quote((page_path or request.path).lstrip("/"))  # two leading slashes would refer to another site
    return f"/{path}?{urlencode(arguments, doseq=True)}"


def configure_templates(app: Flask) -> None:
    """Add the filters, globals and extensions to the Jinja environment of the application."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension(StripIndentation)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        text=format_translated,
        plain=format_plain,
        paragraphs=format_paragraphs,
        day=lambda day: dates.format_long_date(day, get_page_language()),
        weekday=lambda day: dates.format_date_with_weekday(day, get_page_language()),
        days=lambda days: dates.format_event_days(days, get_page_language()),
        time=dates.format_clock_time,
        moment=format_moment,
    )
    app.jinja_env.globals["asset_version"] = compute_asset_version(Path(app.static_folder or ""))
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
        page_language=get_page_language,
        build_language_url=build_language_url,
        percent=format_percent,
        render_control=render_control,
    )


def compute_asset_version(folder: Path) -> str:
    """Return a hash of all static files, used in their URLs so that browsers may cache them for a year."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def format_moment(value: datetime, zone: ZoneInfo) -> str:
    """Return date and time of a moment in a time zone and the page's language."""
    return dates.format_long_moment(value, zone, get_page_language())
