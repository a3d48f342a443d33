"""Texts of a survey that are missing in one of its languages, and where each is entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import SurveyQuestion

OFFICIAL_LANGUAGES = ("kk", "ru")


@dataclass(frozen=True)
class SurveyText:
    """A text of a survey: that of a question, a choice or a row; `question` is None for the title of the survey."""

    number: int
    """The number of the question, from 1; 0 for the title."""
    question: SurveyQuestion | None
    field: str
    """The name of the field in which the text is entered, without the language."""
    text: Translated


@dataclass(frozen=True)
class MissingTranslation:
    """The texts of one question, or the title (None), that are missing in a language; at least one field."""

    number: int
    question: SurveyQuestion | None
    language: str
    fields: tuple[str, ...]


def list_missing_translations(survey: Survey) -> list[MissingTranslation]:
    """Return the texts that are missing in some languages of a survey, by question and language.

    A language without any text is left out: `list_missing_languages` returns it.
    """
    texts = list(list_survey_texts(survey))
    used_languages = [language for language in LANGUAGES if any(text.text.get_exact_text(language) for text in texts)]
    missing: dict[tuple[int, SurveyQuestion | None, str], list[str]] = {}
    for text in texts:
        for language in used_languages:
            if not text.text.get_exact_text(language):
                missing.setdefault((text.number, text.question, language), []).append(f"{text.field}-{language}")
    return [MissingTranslation(*place, tuple(fields)) for place, fields in missing.items()]


def list_missing_languages(survey: Survey) -> list[str]:
    """Return the official languages in which a survey has no text at all."""
    texts = list(list_survey_texts(survey))
    return [
        language
        for language in OFFICIAL_LANGUAGES
        if texts and not any(text.text.get_exact_text(language) for text in texts)
    ]


def list_survey_texts(survey: Survey) -> Iterator[SurveyText]:
    """Yield the texts of the current version of a survey that have words; a number is the same in every language."""
    texts = [SurveyText(0, None, "title", survey.title)]
    for number, question in enumerate(list_version_questions(survey.current_version), 1):
        texts.append(SurveyText(number, question, "text", question.text))
        for name, entries in (("choices", question.choices), ("rows", question.rows)):
            texts += [
                SurveyText(number, question, f"{name}-{place}-text", entry.text) for place, entry in enumerate(entries)
            ]
    return (text for text in texts if any(map(str.isalpha, text.text.get_text(LANGUAGES[0]))))


def build_translation_warnings(survey: Survey) -> dict[str, list[Any]]:
    """Return the template variables for the warning about missing translations; all are empty if there is none."""
    return {
        "missing_languages": list_missing_languages(survey),
        "missing_translations": list_missing_translations(survey),
    }
