"""Which language a page speaks: the one chosen, else the person's own, else the browser's, else Kazakh."""

from babel import Locale
from flask import Flask, g, request
from flask_babel import get_locale
from flask_security import current_user
from werkzeug.exceptions import HTTPException

from trainer.language import LANGUAGES

LANGUAGE_COOKIE = "language"
LOCALES = {each: Locale.parse(each) for each in LANGUAGES}


def get_page_language() -> str:
    """Give the language of the page being made."""
    locale = get_locale()
    return locale.language if locale is not None else LANGUAGES[0]


def choose_locale() -> Locale:
    """Give Flask-Babel the language of this request, ready to use."""
    return LOCALES[choose_language()]


def choose_language() -> str:
    """Choose for this request; `g.own_language` is set by pages that belong to one person."""
    for wanted in (
        request.args.get("lang"),
        find_pressed_language(),
        request.cookies.get(LANGUAGE_COOKIE),
        g.get("own_language"),
    ):
        if wanted in LANGUAGES:
            return str(wanted)
    if request.cookies and current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def find_pressed_language() -> str | None:
    """Give the language of the button that sent a form; a form that can't be read pressed none."""
    if request.method != "POST":
        return None
    try:
        return request.form.get("switch")
    except HTTPException:  # too large; the page that says so is being made
        return None


def register_language_cookie(app: Flask) -> None:
    """Keep a language chosen by a link or a button of a page in a cookie for a year."""

    @app.after_request
    def keep(response):  # type: ignore[no-untyped-def]
        wanted = request.args.get("lang") or find_pressed_language()
        if wanted in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=365 * 86400, samesite="Lax", secure=request.is_secure)
        return response
