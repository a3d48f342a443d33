"""Copies of completed questionnaires as PDF: every question with all its options, the chosen ones ticked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from trainer.documents.flow import (
    QUESTION_STYLE,
    SECTION_STYLE,
    SMALL_STYLE,
    STRONG_STYLE,
    Strip,
    build_gap,
    build_reusable_strip,
    set_text_strips,
)
from trainer.documents.page import MM
from trainer.documents.paper import ORGANIZER_STYLE, DocumentHeading, render_document
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.paper.answer_lines import (
    ANSWER_STYLE,
    CONTENT_WIDTH,
    INDENT_X,
    AnswerLine,
    draw_answer_line,
    lay_out_matrix_lines,
    lay_out_option_lines,
)
from trainer.surveys.questions.model import TEXT_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import list_visible_questions


@dataclass(frozen=True)
class CompletedQuestionnaire:
    """One response to print. A response without a name has no day either and is never marked as a paper form."""

    questions: Sequence[SurveyQuestion]
    answers: Mapping[str, Any]
    on_paper: bool = False
    respondent_name: str = ""
    answered_on: date | None = None


def render_questionnaires_pdf(
    heading: DocumentHeading, title: str, completed: Sequence[CompletedQuestionnaire]
) -> bytes:
    """Return the questionnaires as one PDF in the active language; each starts on a new page."""
    versions = {id(questionnaire.questions): questionnaire.questions for questionnaire in completed}
    layouts = {key: QuestionnaireLayout(questions) for key, questions in versions.items()}
    sections = (
        [
            *set_text_strips(heading.organizer, ORGANIZER_STYLE, keep_with_next=True),
            *lay_out_questionnaire(questionnaire, layouts[id(questionnaire.questions)], title, number, len(completed)),
        ]
        for number, questionnaire in enumerate(completed, 1)
    )
    return render_document(heading, sections, has_head=False)


def lay_out_questionnaire(
    questionnaire: CompletedQuestionnaire, layout: "QuestionnaireLayout", title: str, number: int, total: int
) -> Iterator[Strip]:
    """Yield the strips of one questionnaire: `number` of `total`, the respondent and all questions."""
    yield from set_text_strips(title, SECTION_STYLE, keep_with_next=True)
    respondent = questionnaire.respondent_name or _("Anonymous questionnaire")
    position = _("Questionnaire %(number)d of %(whole)d", number=number, whole=total)
    yield from set_text_strips(f"{position}. {respondent}", STRONG_STYLE, keep_with_next=True)
    facts = (
        [_("Date answered: %(day)s", day=dates.format_long_date(questionnaire.answered_on, get_page_language()))]
        if questionnaire.answered_on
        else []
    )
    facts += [_("Completed on paper and entered by the organiser.")] if questionnaire.on_paper else []
    yield from set_text_strips(" · ".join(facts), SMALL_STYLE, keep_with_next=True)
    yield build_gap(2 * MM)
    visible_keys = {question.key for question in list_visible_questions(questionnaire.questions, questionnaire.answers)}
    for question in questionnaire.questions:
        yield from layout.lay_out_answered_question(
            question,
            questionnaire.answers.get(question.key),
            question.key in visible_keys,
            is_anonymous=not questionnaire.respondent_name,
        )


class QuestionnaireLayout:
    """The questions of a version, laid out once for all responses; each response adds its ticks and texts."""

    def __init__(self, questions: Sequence[SurveyQuestion]) -> None:
        """Lay out the questions of a version."""
        self.headings: dict[str, Strip] = {}
        self.answer_lines: dict[str, list[AnswerLine]] = {}
        number = 0
        for question in questions:
            text = question.text.get_text(get_page_language())
            if question.kind == SurveyQuestionKind.SECTION:
                self.headings[question.key] = build_reusable_strip(
                    [build_gap(4 * MM), *set_text_strips(text, SECTION_STYLE)], keep_with_next=True
                )
                continue
            number += 1
            self.headings[question.key] = build_reusable_strip(
                [build_gap(2.5 * MM), *set_text_strips(f"{number}. {text}", QUESTION_STYLE)], keep_with_next=True
            )
            is_matrix = question.kind == SurveyQuestionKind.MATRIX
            self.answer_lines[question.key] = list(
                lay_out_matrix_lines(question) if is_matrix else lay_out_option_lines(question)
            )

    def lay_out_answered_question(
        self, question: SurveyQuestion, answer: Any, was_asked: bool, *, is_anonymous: bool
    ) -> Iterator[Strip]:
        """Yield the strips of a question with its answer; `was_asked` is False if a condition hid it."""
        yield self.headings[question.key]
        if question.kind == SurveyQuestionKind.SECTION:
            return
        if not was_asked:
            yield from set_text_strips(
                _("Not asked because of an earlier answer."), SMALL_STYLE, INDENT_X, CONTENT_WIDTH
            )
            return
        if question.kind == SurveyQuestionKind.CODE and is_anonymous:
            yield from set_text_strips(
                _("The participant’s personal code is not shown."), SMALL_STYLE, INDENT_X, CONTENT_WIDTH
            )
            return
        for line in self.answer_lines[question.key]:
            yield replace(line.blank, draw=partial(draw_answer_line, line, list_ticked_keys(question, answer)))
        if answer is None:
            yield from set_text_strips(_("No answer."), SMALL_STYLE, INDENT_X, CONTENT_WIDTH)
        elif question.kind in TEXT_KINDS or question.kind == SurveyQuestionKind.NUMBER:
            yield from set_text_strips(str(answer), ANSWER_STYLE, INDENT_X, CONTENT_WIDTH)


def list_ticked_keys(question: SurveyQuestion, answer: Any) -> list[Any]:
    """Return the keys of the chosen options; of a matrix, pairs of row key and value."""
    if question.kind == SurveyQuestionKind.MATRIX:
        return list((answer or {}).items())
    if isinstance(answer, list):
        return answer
    return [] if answer is None else [answer]
