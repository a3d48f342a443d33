"""A text in up to three languages as one value, and the column that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
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
        """Give the text in a language, or in the first that has it: kk, ru, en."""
        return self.get_exact_text(language) or self.kk or self.ru or self.en

    def get_exact_text(self, language: str) -> str:
        """Give the text in this language, empty where there is none."""
        return str(getattr(self, language, ""))

    def find_text_language(self, language: str) -> str:
        """Name the language in which `to` answers, for the lang attribute of a foreign phrase."""
        return next((each for each in (language, *LANGUAGES) if self.get_exact_text(each)), language)

    def to_mapping(self) -> dict[str, str]:
        """Give the languages that have a text, each with it."""
        return {language: self.get_exact_text(language) for language in LANGUAGES if self.get_exact_text(language)}

    def __bool__(self) -> bool:
        return bool(self.kk or self.ru or self.en)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any] | None) -> "Translated":
        """Make one from a mapping of languages; other keys are left out."""
        return cls(**{language: str((mapping or {}).get(language) or "") for language in LANGUAGES})


class TranslatedText(TypeDecorator[Translated]):
    """A column for a Translated, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Translated | None, dialect: Dialect) -> dict[str, str]:
        return (value or Translated()).to_mapping()

    def process_result_value(self, value: Any, dialect: Dialect) -> Translated:
        return Translated.from_mapping(value)
