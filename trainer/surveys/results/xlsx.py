"""The answers of a survey as tables: a row for each response, in words and in codes, and what the codes mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.documents.workbook import Worksheet
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.paper.completed_form import CompletedQuestionnaire, list_answer_options
from trainer.surveys.questions.labels import SCALE_ANSWER_LABELS, format_survey_answer
from trainer.surveys.questions.model import TEXT_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import format_condition_answer
from trainer.surveys.results.aggregation import QuestionResults, get_question_identity


@dataclass(frozen=True)
class AnswerColumn:
    """An item, or a row of a matrix."""

    name: str
    question: SurveyQuestion
    row_key: str = ""

    @property
    def code(self) -> str:
        """Its key."""
        return f"{self.name}.{self.row_key}" if self.row_key else self.name

    @property
    def label(self) -> str:
        """Its words."""
        text = self.question.text.get_text(get_page_language())
        row = next(
            (row.text.get_text(get_page_language()) for row in self.question.rows if row.key == self.row_key), ""
        )
        return f"{text} – {row}" if row else text

    def get_answer(self, answers: Mapping[str, Any]) -> Any:
        """What was answered; None where nothing was."""
        answer = answers.get(self.question.key)
        return answer.get(self.row_key) if self.row_key and answer else answer


def list_answer_columns(items: Sequence[QuestionResults], anonymous: bool) -> list[AnswerColumn]:
    """Give the columns of some items; without names a participant's own code is none."""
    columns = []
    for item in items:
        if item.question.kind != SurveyQuestionKind.CODE or not anonymous:
            rows = [row.key for row in item.question.rows] or [""]
            columns += [AnswerColumn(item.name, item.question, row) for row in rows]
    return columns


def format_answer_label(column: AnswerColumn, answer: Any) -> str:
    """Write an answer as its form shows it."""
    if answer is None:
        return ""
    if column.row_key:
        return str(SCALE_ANSWER_LABELS[column.question.scale].get(answer, answer))
    return format_survey_answer(column.question, answer)


def format_answer_code(_column: AnswerColumn, answer: Any) -> str:
    """Write an answer by its keys."""
    if answer is None:
        return ""
    return " ".join(answer) if isinstance(answer, list) else format_condition_answer(answer)


def build_answers_sheet(
    items: Sequence[QuestionResults], questionnaires: Sequence[CompletedQuestionnaire], anonymous: bool
) -> Worksheet:
    """Give a row for each response, in words."""
    columns = list_answer_columns(items, anonymous)
    headings = [
        "№",
        *([] if anonymous else [_("Name"), _("Date")]),
        _("Completed on paper"),
        *(column.label for column in columns),
    ]
    rows = list(
        build_response_rows(
            columns, questionnaires, anonymous, format_answer_label, lambda flag: _("Yes") if flag else _("No")
        )
    )
    widths = (5, *(() if anonymous else (34, 12)), 10, *(get_column_width(column.question) for column in columns))
    return Worksheet(_("Answers"), headings, rows, widths)


def build_codes_sheet(
    items: Sequence[QuestionResults], questionnaires: Sequence[CompletedQuestionnaire], anonymous: bool
) -> Worksheet:
    """Give a row for each response, in codes: the same rows in the same order."""
    columns = list_answer_columns(items, anonymous)
    headings = ["number", *([] if anonymous else ["name", "date"]), "on_paper", *(column.code for column in columns)]
    rows = list(build_response_rows(columns, questionnaires, anonymous, format_answer_code, format_condition_answer))
    return Worksheet(_("Codes"), headings, rows, (8, *(() if anonymous else (34, 12)), 10, *(14 for _each in columns)))


def build_response_rows(
    columns: Sequence[AnswerColumn],
    questionnaires: Sequence[CompletedQuestionnaire],
    anonymous: bool,
    format_answer: Callable[[AnswerColumn, Any], str],
    format_flag: Callable[[bool], str],
) -> Iterator[list[str]]:
    """Write the responses; of those without a name nothing but the answers and whether they were on paper."""
    identities = {
        id(questionnaire.questions): {get_question_identity(question) for question in questionnaire.questions}
        for questionnaire in questionnaires
    }
    for number, questionnaire in enumerate(questionnaires, 1):
        asked_identities = identities[id(questionnaire.questions)]
        cells = [
            format_answer(
                column,
                column.get_answer(questionnaire.answers)
                if get_question_identity(column.question) in asked_identities
                else None,
            )
            for column in columns
        ]
        day = f"{questionnaire.answered_on:%d.%m.%Y}" if questionnaire.answered_on else ""
        person_cells = [] if anonymous else [questionnaire.respondent_name, day]
        yield [f"{number}", *person_cells, format_flag(questionnaire.on_paper), *cells]


def get_column_width(question: SurveyQuestion) -> int:
    """Say how wide a column is."""
    return 50 if question.kind == SurveyQuestionKind.TEXT else 24


def build_codebook_sheet(items: Sequence[QuestionResults], anonymous: bool) -> Worksheet:
    """Say what every code means."""
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
    return Worksheet(
        _("Questions"),
        [_("Code"), _("Kind"), _("Question text"), _("Answer code"), _("Answer")],
        rows,
        (24, 14, 60, 16, 40),
    )
