"""Previews of a survey and of a question that is being edited."""

from dataclasses import replace
from typing import Any

from trainer.language.choice import get_page_language
from trainer.language.translated import Translated
from trainer.surveys.answering.forms import AnswerForm, build_answer_form
from trainer.surveys.builder.question_forms import SurveyQuestionForm
from trainer.surveys.questions.model import Choice, SurveyQuestion, SurveyQuestionKind

PLACEHOLDER_TEXT = Translated("…", "…", "…")


def build_preview_form(questions: list[SurveyQuestion]) -> AnswerForm:
    """Return the form in which people answer the questions, empty, in the language of the page."""
    return build_answer_form(questions, get_page_language())(formdata=None)


def build_question_preview(form: SurveyQuestionForm, other_questions: list[SurveyQuestion]) -> dict[str, Any]:
    """Return the template values for the preview of the question in a form: its answer form and the question itself."""
    preview_question = build_preview_question(form.question, {question.key for question in other_questions})
    preview_form = build_preview_form([*other_questions, preview_question])
    return {"preview_form": preview_form, "preview_question": preview_question}


def build_preview_question(question: SurveyQuestion, other_keys: set[str]) -> SurveyQuestion:
    """Return an incomplete question as one that can be shown: with keys, placeholders, and no condition on a missing question."""
    needs_row = question.kind == SurveyQuestionKind.MATRIX and not question.rows
    rows = (Choice("", PLACEHOLDER_TEXT),) if needs_row else question.rows
    has_condition = question.show_if is not None and question.show_if.question_key in other_keys
    return replace(
        question,
        key="preview",
        text=question.text or PLACEHOLDER_TEXT,
        choices=tuple(replace(choice, key=f"c{position}") for position, choice in enumerate(question.choices)),
        rows=tuple(replace(row, key=f"r{position}") for position, row in enumerate(rows)),
        show_if=question.show_if if has_condition else None,
    )
