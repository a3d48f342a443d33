"""Choice of the page's language: explicit choice, else the person's own, else the browser's, else Kazakh."""

from babel import Locale
from flask import Flask, g, request
from flask_babel import get_locale
from flask_security import current_user
from werkzeug.exceptions import HTTPException

from trainer.language import LANGUAGES

LANGUAGE_COOKIE = "language"
LOCALES = {language: Locale.parse(language) for language in LANGUAGES}


def get_page_language() -> str:
    """Return the language code of the page being rendered; "kk" outside a request."""
    locale = get_locale()
    return locale.language if locale is not None else LANGUAGES[0]


def choose_locale() -> Locale:
    """Return the Babel locale of this request."""
    return LOCALES[choose_language()]


def choose_language() -> str:
    """Return the language of this request.

    Order of precedence: `lang` in the URL, a language button, the cookie, `g.own_language` (set by pages that belong to
    one person), the signed-in user's language, the browser's preference, Kazakh.
    """
    for candidate in (
        request.args.get("lang"),
        find_pressed_language(),
        request.cookies.get(LANGUAGE_COOKIE),
        g.get("own_language"),
    ):
        if candidate in LANGUAGES:
            return str(candidate)
    if request.cookies and current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def find_pressed_language() -> str | None:
    """Return the language of the button that submitted the form, or None."""
    if request.method != "POST":
        return None
    try:
        return request.form.get("switch")
    except HTTPException:  # the body is too large; this renders the error page
        return None


def register_language_cookie(app: Flask) -> None:
    """Store a language chosen by link or button in a cookie for a year."""

    @app.after_request
    def store_language(response):  # type: ignore[no-untyped-def]
        language = request.args.get("lang") or find_pressed_language()
        if language in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=365 * 86400, samesite="Lax", secure=request.is_secure
            )
        return response
