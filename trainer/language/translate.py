"""Sentences in the page's language: the catalogues' functions, with types."""

from typing import Any

import flask_babel


def gettext(sentence: str, **values: Any) -> str:
    """Translate a sentence and fill in its values."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a sentence in the form that the number asks for."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(sentence: str, **values: Any) -> Any:
    """Translate a sentence when it is shown, for labels made before there is a page."""
    return flask_babel.lazy_gettext(sentence, **values)
