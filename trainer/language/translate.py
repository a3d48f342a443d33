"""Typed translation functions, and the message catalogues behind them, compiled (.po to .mo) at start."""

from pathlib import Path
from typing import Any

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from trainer.paths import TRANSLATIONS_FOLDER


def gettext(sentence: str, **values: Any) -> str:
    """Translate a sentence and fill in its values."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Translate a sentence in the plural form for `num`."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(sentence: str, **values: Any) -> Any:
    """Translate a sentence when it is rendered, for labels that are created outside a request."""
    return flask_babel.lazy_gettext(sentence, **values)


def compile_catalogues(target: Path) -> None:
    """Compile every catalogue that is newer than its compiled file below the target folder."""
    for source in TRANSLATIONS_FOLDER.glob("*/LC_MESSAGES/*.po"):
        compiled = target / source.relative_to(TRANSLATIONS_FOLDER).with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file:
            catalogue = read_po(file)
        draft = compiled.with_suffix(".draft")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(compiled)
