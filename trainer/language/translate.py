"""Typed wrappers of the translation functions of Flask-Babel."""

from typing import Any

import flask_babel


def gettext(sentence: str, **values: Any) -> str:
    """Translate a sentence and fill in its values."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a sentence in the plural form for `num`."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(sentence: str, **values: Any) -> Any:
    """Translate a sentence when it is rendered, for labels that are created outside a request."""
    return flask_babel.lazy_gettext(sentence, **values)
