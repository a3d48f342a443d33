"""Words and filters that every template may use; an unknown name fails instead of printing nothing."""

import hashlib
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Flask, request
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from trainer.language import LANGUAGES, OWN_NAMES, dates
from trainer.language.choice import language
from trainer.language.translated import Translated


def text(value: Translated, wanted: str = "") -> str | Markup:
    """Show a text in the page's language; one that is not translated is marked with the language it is in."""
    wanted = wanted or language()
    shown, spoken = value.to(wanted), value.spoken_in(wanted)
    return shown if spoken == wanted else Markup('<span lang="{}">{}</span>').format(spoken, shown)


def plain(value: Translated) -> str:
    """Show a text in the page's language without marking, for attributes and titles."""
    return value.to(language())


def paragraphs(value: str) -> Markup:
    """Show lines as paragraphs."""
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in str(escape(value)).split("\n") if line.strip())


def percent(value: float) -> str:
    """Write a percentage as the language does: 70% in Kazakh and English, 70 % in Russian; a decimal only where there is one."""
    digits = format_decimal(int(value * 10) / 10, format="#,##0.#", locale=language())
    return f"{digits}\u00a0%" if language() == "ru" else f"{digits}%"


def in_language(wanted: str, address: str = "") -> str:
    """Give the address of this page in another language; `address` is where it stands when the answer to a form can't be opened."""
    arguments = {**request.args.to_dict(flat=False), "lang": [wanted]}
    path = quote((address or request.path).lstrip("/"))  # two slashes at the front would lead to another site
    return f"/{path}?{urlencode(arguments, doseq=True)}"


def prepare_templates(app: Flask) -> None:
    """Give the templates their filters and words."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        text=text,
        plain=plain,
        paragraphs=paragraphs,
        day=lambda day: dates.long_date(day, language()),
        weekday=lambda day: dates.date_with_weekday(day, language()),
        days=lambda days: dates.days_held(days, language()),
        time=dates.clock_time,
        moment=moment,
    )
    app.jinja_env.globals["asset_version"] = asset_version(Path(app.static_folder or ""))
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES, OWN_NAMES=OWN_NAMES, page_language=language, in_language=in_language
    )


def asset_version(folder: Path) -> str:
    """Name the state of the static files, so that browsers may keep them for a year."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Write a moment with its date, in a zone and the page's language."""
    return dates.long_moment(value, zone, language())
