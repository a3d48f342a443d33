"""Sheets of a survey's answers: a row for each response, with labels and with codes, and the codebook."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.documents.workbook import Worksheet
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.paper.answer_lines import list_answer_options
from trainer.surveys.paper.completed_form import CompletedQuestionnaire
from trainer.surveys.questions.labels import SCALE_ANSWER_LABELS, format_survey_answer
from trainer.surveys.questions.model import TEXT_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import format_condition_answer
from trainer.surveys.results.aggregation import QuestionResults, get_question_identity

NUMBER_KINDS = (SurveyQuestionKind.NUMBER, SurveyQuestionKind.NPS)


@dataclass(frozen=True)
class AnswerColumn:
    """A column of answers: a question, or one row of a matrix."""

    name: str
    question: SurveyQuestion
    row_key: str = ""

    @property
    def code(self) -> str:
        """Return the code of the column: the name of the question, and for a matrix the row key."""
        return f"{self.name}.{self.row_key}" if self.row_key else self.name

    @property
    def label(self) -> str:
        """Return the text of the question and, for a matrix, of the row."""
        text = self.question.text.get_text(get_page_language())
        row = next(
            (row.text.get_text(get_page_language()) for row in self.question.rows if row.key == self.row_key), ""
        )
        return f"{text} – {row}" if row else text

    def get_answer(self, answers: Mapping[str, Any]) -> Any:
        """Return the answer in this column; None if there is none."""
        answer = answers.get(self.question.key)
        return answer.get(self.row_key) if self.row_key and answer else answer


def list_answer_columns(items: Sequence[QuestionResults], anonymous: bool) -> list[AnswerColumn]:
    """Return the columns of questions; the participant's code is left out if anonymous."""
    columns = []
    for item in items:
        if item.question.kind != SurveyQuestionKind.CODE or not anonymous:
            rows = [row.key for row in item.question.rows] or [""]
            columns += [AnswerColumn(item.name, item.question, row) for row in rows]
    return columns


def format_answer_label(column: AnswerColumn, answer: Any) -> str | int:
    """Return an answer as the form shows it; a number for questions that ask for one; empty for None."""
    if answer is None:
        return ""
    if column.question.kind in NUMBER_KINDS:
        return int(answer)
    if column.row_key:
        return str(SCALE_ANSWER_LABELS[column.question.scale].get(answer, answer))
    return format_survey_answer(column.question, answer)


def format_answer_code(_column: AnswerColumn, answer: Any) -> str | int:
    """Return an answer by its keys; a number for numbers and for values of a scale; empty for None."""
    if answer is None:
        return ""
    if isinstance(answer, int) and not isinstance(answer, bool):
        return answer
    return " ".join(answer) if isinstance(answer, list) else format_condition_answer(answer)


def build_answers_sheet(
    items: Sequence[QuestionResults], questionnaires: Sequence[CompletedQuestionnaire], anonymous: bool
) -> Worksheet:
    """Return the sheet with the labels of all answers, a row for each response."""
    columns = list_answer_columns(items, anonymous)
    headings = [
        "№",
        *([] if anonymous else [_("Name"), _("Date"), _("Completed on paper")]),
        *(column.label for column in columns),
    ]
    flags = {True: _("Yes"), False: _("No")}
    rows = build_response_rows(columns, questionnaires, anonymous, format_answer_label, flags)
    widths = (5, *(() if anonymous else (34, 12, 10)), *(get_column_width(column.question) for column in columns))
    return Worksheet(_("Answers"), headings, rows, widths, len(questionnaires))


def build_codes_sheet(
    items: Sequence[QuestionResults], questionnaires: Sequence[CompletedQuestionnaire], anonymous: bool
) -> Worksheet:
    """Return the sheet with the codes of all answers: the same rows in the same order."""
    columns = list_answer_columns(items, anonymous)
    headings = ["number", *([] if anonymous else ["name", "date", "on_paper"]), *(column.code for column in columns)]
    flags = {flag: format_condition_answer(flag) for flag in (True, False)}
    rows = build_response_rows(columns, questionnaires, anonymous, format_answer_code, flags)
    widths = (8, *(() if anonymous else (34, 12, 10)), *(14 for _each in columns))
    return Worksheet(_("Codes"), headings, rows, widths, len(questionnaires))


def build_response_rows(
    columns: Sequence[AnswerColumn],
    questionnaires: Sequence[CompletedQuestionnaire],
    anonymous: bool,
    format_answer: Callable[[AnswerColumn, Any], str | int],
    flags: Mapping[bool, str],
) -> Iterator[list[str | int]]:
    """Yield a row for each response; anonymous rows hold only the answers.

    `format_answer` formats a cell, `flags` are the texts of the paper column. Most answers are given many times, so each is
    formatted once.
    """
    formatted: dict[tuple[int, type, Hashable], str | int] = {}
    asked_places = {
        id(questionnaire.questions): find_asked_columns(columns, questionnaire.questions)
        for questionnaire in {id(each.questions): each for each in questionnaires}.values()
    }
    for number, questionnaire in enumerate(questionnaires, 1):
        cells: list[str | int] = [""] * len(columns)
        for place, column in asked_places[id(questionnaire.questions)]:
            answer = column.get_answer(questionnaire.answers)
            if answer is None:
                continue
            key = place, type(answer), repr(answer) if isinstance(answer, (list, dict)) else answer
            if key not in formatted:
                formatted[key] = format_answer(column, answer)
            cells[place] = formatted[key]
        day = f"{questionnaire.answered_on:%d.%m.%Y}" if questionnaire.answered_on else ""
        person_cells = [] if anonymous else [questionnaire.respondent_name, day, flags[questionnaire.on_paper]]
        yield [f"{number}", *person_cells, *cells]


def find_asked_columns(
    columns: Sequence[AnswerColumn], questions: Sequence[SurveyQuestion]
) -> list[tuple[int, AnswerColumn]]:
    """Return the columns of these questions with their places."""
    asked = {get_question_identity(question) for question in questions}
    return [(place, column) for place, column in enumerate(columns) if get_question_identity(column.question) in asked]


def explain_left_out_question() -> str:
    """Return why a question of an anonymous survey is not in the tables."""
    return _("Left out: fewer than five people have answered it themselves, or were not asked it.")


def get_column_width(question: SurveyQuestion) -> int:
    """Return the width of a question's column in characters."""
    return 50 if question.kind == SurveyQuestionKind.TEXT else 24


def build_codebook_sheet(
    items: Sequence[QuestionResults], anonymous: bool, left_out_items: Sequence[QuestionResults] = ()
) -> Worksheet:
    """Return the sheet that explains every code: kind, question, and the options with their codes.

    Questions that are left out of the tables stand at the end, with the reason.
    """
    rows = []
    for column in list_answer_columns(items, anonymous):
        question = column.question
        options = (
            [(value, str(label)) for value, label in SCALE_ANSWER_LABELS[question.scale].items()]
            if column.row_key
            else []
            if question.kind in TEXT_KINDS or question.kind == SurveyQuestionKind.NUMBER
            else list_answer_options(question)
        )
        rows.append([column.code, str(question.scale if column.row_key else question.kind), column.label, "", ""])
        rows += [[column.code, "", "", format_condition_answer(key), label] for key, label in options]
    for item in left_out_items:
        text = item.question.text.get_text(get_page_language())
        rows.append([item.name, str(item.question.kind), text, "", explain_left_out_question()])
    return Worksheet(
        _("Questions"),
        [_("Code"), _("Kind"), _("Question text"), _("Answer code"), _("Answer")],
        rows,
        (24, 14, 60, 16, 40),
    )
