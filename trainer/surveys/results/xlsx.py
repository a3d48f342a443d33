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
        words = self.question.text.get_text(get_page_language())
        row = next(
            (each.text.get_text(get_page_language()) for each in self.question.rows if each.key == self.row_key), ""
        )
        return f"{words} – {row}" if row else words

    def get_answer(self, answers: Mapping[str, Any]) -> Any:
        """What was answered; None where nothing was."""
        found = answers.get(self.question.key)
        return found.get(self.row_key) if self.row_key and found else found


def list_answer_columns(items: Sequence[QuestionResults], anonymous: bool) -> list[AnswerColumn]:
    """Give the columns of some items; without names a participant's own code is none."""
    found = []
    for each in items:
        if each.question.kind != SurveyQuestionKind.CODE or not anonymous:
            rows = [row.key for row in each.question.rows] or [""]
            found += [AnswerColumn(each.name, each.question, row) for row in rows]
    return found


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
    heads = [
        "№",
        *([] if anonymous else [_("Name"), _("Date")]),
        _("Completed on paper"),
        *(each.label for each in columns),
    ]
    rows = list(
        build_response_rows(
            columns, questionnaires, anonymous, format_answer_label, lambda each: _("Yes") if each else _("No")
        )
    )
    widths = (5, *(() if anonymous else (34, 12)), 10, *(get_column_width(each.question) for each in columns))
    return Worksheet(_("Answers"), heads, rows, widths)


def build_codes_sheet(
    items: Sequence[QuestionResults], questionnaires: Sequence[CompletedQuestionnaire], anonymous: bool
) -> Worksheet:
    """Give a row for each response, in codes: the same rows in the same order."""
    columns = list_answer_columns(items, anonymous)
    heads = ["number", *([] if anonymous else ["name", "date"]), "on_paper", *(each.code for each in columns)]
    rows = list(build_response_rows(columns, questionnaires, anonymous, format_answer_code, format_condition_answer))
    return Worksheet(_("Codes"), heads, rows, (8, *(() if anonymous else (34, 12)), 10, *(14 for _each in columns)))


def build_response_rows(
    columns: Sequence[AnswerColumn],
    questionnaires: Sequence[CompletedQuestionnaire],
    anonymous: bool,
    format_answer: Callable[[AnswerColumn, Any], str],
    format_flag: Callable[[bool], str],
) -> Iterator[list[str]]:
    """Write the responses; of those without a name nothing but the answers and whether they were on paper."""
    asked = {id(each.questions): {get_question_identity(one) for one in each.questions} for each in questionnaires}
    for number, each in enumerate(questionnaires, 1):
        known = asked[id(each.questions)]
        cells = [
            format_answer(one, one.get_answer(each.answers) if get_question_identity(one.question) in known else None)
            for one in columns
        ]
        day = f"{each.answered_on:%d.%m.%Y}" if each.answered_on else ""
        who = [] if anonymous else [each.respondent_name, day]
        yield [f"{number}", *who, format_flag(each.on_paper), *cells]


def get_column_width(question: SurveyQuestion) -> int:
    """Say how wide a column is."""
    return 50 if question.kind == SurveyQuestionKind.TEXT else 24


def build_codebook_sheet(items: Sequence[QuestionResults], anonymous: bool) -> Worksheet:
    """Say what every code means."""
    rows = []
    for column in list_answer_columns(items, anonymous):
        question = column.question
        answers = (
            [(value, str(words)) for value, words in SCALE_ANSWER_LABELS[question.scale].items()]
            if column.row_key
            else []
            if question.kind in TEXT_KINDS or question.kind == SurveyQuestionKind.NUMBER
            else list_answer_options(question)
        )
        rows.append([column.code, str(question.scale if column.row_key else question.kind), column.label, "", ""])
        rows += [[column.code, "", "", format_condition_answer(key), label] for key, label in answers]
    return Worksheet(
        _("Questions"),
        [_("Code"), _("Kind"), _("Question text"), _("Answer code"), _("Answer")],
        rows,
        (24, 14, 60, 16, 40),
    )
