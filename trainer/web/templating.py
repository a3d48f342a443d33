"""Words and filters that every template may use; an unknown name fails instead of printing nothing."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Flask, request
from jinja2 import StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from trainer.language import LANGUAGE_NAMES, LANGUAGES, dates
from trainer.language.choice import get_page_language
from trainer.language.translated import Translated


class StripIndentation(Extension):
    """Templates are indented for their readers; browsers are sent no indentation."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def format_translated(value: Translated, target_language: str = "") -> str | Markup:
    """Show a text in the page's language; one that is not translated is marked with the language it is in."""
    target_language = target_language or get_page_language()
    shown, spoken = value.get_text(target_language), value.find_text_language(target_language)
    return shown if spoken == target_language else Markup('<span lang="{}">{}</span>').format(spoken, shown)


def format_plain(value: Translated) -> str:
    """Show a text in the page's language without marking, for attributes and titles."""
    return value.get_text(get_page_language())


def format_paragraphs(value: str) -> Markup:
    """Show lines as paragraphs."""
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in str(escape(value)).split("\n") if line.strip())


def format_percent(value: float) -> str:
    """Write a percentage as the language does: 70% in Kazakh and English, 70 % in Russian; a decimal only where there is one."""
    digits = format_decimal(int(value * 10) / 10, format="#,##0.#", locale=get_page_language())
    return f"{digits}\u00a0%" if get_page_language() == "ru" else f"{digits}%"


def build_language_url(target_language: str, page_path: str = "") -> str:
    """Give the address of this page in another language; `page_path` is where it stands when the answer to a form can't be opened."""
    arguments = {**request.args.to_dict(flat=False), "lang": [target_language]}
    path = quote((page_path or request.path).lstrip("/"))  # two slashes at the front would lead to another site
    return f"/{path}?{urlencode(arguments, doseq=True)}"


def configure_templates(app: Flask) -> None:
    """Give the templates their filters and words."""
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
        LANGUAGES=LANGUAGES, OWN_NAMES=LANGUAGE_NAMES, page_language=get_page_language, in_language=build_language_url
    )


def compute_asset_version(folder: Path) -> str:
    """Name the state of the static files, so that browsers may keep them for a year."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def format_moment(value: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its date, in a zone and the page's language."""
    return dates.format_long_moment(value, zone, get_page_language())
