"""A text in up to three languages as one value, and its column type."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Dialect, TypeDecorator

from trainer.language import LANGUAGES


@dataclass(frozen=True)
class Translated:
    """A text in Kazakh, Russian and English; an empty part is not translated yet."""

    kk: str = ""
    ru: str = ""
    en: str = ""

    def get_text(self, language: str) -> str:
        """Return the text in a language, else in the first of kk, ru, en that has one; empty if none has."""
        return self.get_exact_text(language) or self.kk or self.ru or self.en

    def get_exact_text(self, language: str) -> str:
        """Return the text in exactly this language, empty if there is none."""
        return str(getattr(self, language, ""))

    def find_text_language(self, language: str) -> str:
        """Return the language in which `get_text` answers, for the `lang` attribute."""
        return next((candidate for candidate in (language, *LANGUAGES) if self.get_exact_text(candidate)), language)

    def to_mapping(self) -> dict[str, str]:
        """Return the non-empty texts by language code."""
        return {language: self.get_exact_text(language) for language in LANGUAGES if self.get_exact_text(language)}

    def __bool__(self) -> bool:
        return bool(self.kk or self.ru or self.en)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any] | None) -> "Translated":
        """Build a text from a mapping of language codes; other keys are ignored."""
        if not mapping:
            return cls()
        return cls(*(str(mapping.get(language) or "") for language in LANGUAGES))


@lru_cache(maxsize=1000)
def parse_translated(stored: str) -> Translated:
    """Return the text that SQLite has stored as JSON. A page reads forty of them, most of them as the page before."""
    return Translated.from_mapping(json.loads(stored))


class TranslatedText(TypeDecorator[Translated]):
    """Column type that stores a Translated as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Translated | None, dialect: Dialect) -> dict[str, str]:
        return (value or Translated()).to_mapping()

    def process_result_value(self, value: Any, dialect: Dialect) -> Translated:
        return Translated.from_mapping(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Translated]:
        if dialect.name != "sqlite":  # whose driver leaves JSON as text
            processor: Callable[[Any], Translated] = super().result_processor(dialect, coltype)  # type: ignore[assignment]
            return processor
        return lambda stored: parse_translated(stored) if isinstance(stored, str) else Translated()
