"""Export of a survey as an XLSForm workbook with the sheets survey, choices and settings.

The format is described at https://xlsform.org.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import force_locale

from trainer.documents.workbook import open_workbook
from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translated import Translated
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey
from trainer.surveys.questions.labels import SCALE_ANSWER_LABELS, YES_NO_LABELS, get_question_hint
from trainer.surveys.questions.model import CHOICE_KINDS, SCALE_KINDS, Choice, SurveyQuestion, SurveyQuestionKind

XLSFORM_LANGUAGE_NAMES = {language: f"{LANGUAGE_NAMES[language]} ({language})" for language in LANGUAGES}
KIND_COLUMN = "bind::trainer:kind"
"""Our own column for what XLSForm has no word for: that a text is a participant's personal code."""
PURPOSE_COLUMN = "attribute::trainer:purpose"
CORRECT_COLUMN = "right"
XLSFORM_NAMESPACE = 'trainer="urn:trainer:survey"'
LIST_NAME_PREFIX = "list_"  # precedes the question's key in the name of the list of its choices
NPS_RANGE_PARAMETERS = "start=0 end=10 step=1"
SURVEY_COLUMNS = (
    *("type", "name"),
    *(f"label::{name}" for name in XLSFORM_LANGUAGE_NAMES.values()),
    *(f"hint::{name}" for name in XLSFORM_LANGUAGE_NAMES.values()),
    *("required", "relevant", "constraint", "appearance", "parameters", KIND_COLUMN),
)
CHOICE_COLUMNS = ("list_name", "name", *(f"label::{name}" for name in XLSFORM_LANGUAGE_NAMES.values()), CORRECT_COLUMN)
SETTINGS_COLUMNS = ("form_title", "form_id", "version", "default_language", "namespaces", PURPOSE_COLUMN)
XlsformCells = dict[str, str]
"""The cells of a row by column name; empty cells may be left out."""


def render_xlsform(survey: Survey) -> bytes:
    """Return the current version of a survey as an XLSForm workbook (.xlsx)."""
    questions, output = list_version_questions(survey.current_version), io.BytesIO()
    with open_workbook(output) as book:
        write_xlsform_sheet(book, "survey", SURVEY_COLUMNS, list(build_survey_rows(questions)))
        write_xlsform_sheet(book, "choices", CHOICE_COLUMNS, list(build_choice_rows(questions)))
        write_xlsform_sheet(book, "settings", SETTINGS_COLUMNS, [build_settings_row(survey)])
    return output.getvalue()


def write_xlsform_sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[XlsformCells]) -> None:
    """Write a sheet with a row of column names; all cells are text, so that no program evaluates them as formulas."""
    sheet = book.add_worksheet(name)
    header_format = book.add_format({"bold": True, "bottom": 1})
    text_format = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for column_index, column in enumerate(columns):
        sheet.write_string(0, column_index, column, header_format)
        sheet.set_column(column_index, column_index, 40 if "::" in column and "label" in column else 16)
        for row_index, row in enumerate(rows, 1):
            if row.get(column):
                sheet.write_string(row_index, column_index, row[column], text_format)
    sheet.freeze_panes(1, 2)


def build_survey_rows(questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Yield the rows of the sheet survey.

    A section with questions becomes a group, one without questions a note, and a matrix a group shown as a table.
    """
    open_group = ""
    for position, question in enumerate(questions):
        if question.kind != SurveyQuestionKind.SECTION:
            yield from build_question_rows(question, questions)
            continue
        if open_group:
            yield {"type": "end_group", "name": open_group}
        following = questions[position + 1] if position + 1 < len(questions) else None
        has_questions = following is not None and following.kind != SurveyQuestionKind.SECTION
        open_group = question.key if has_questions else ""
        yield build_question_row("begin_group" if has_questions else "note", question, questions)
    if open_group:
        yield {"type": "end_group", "name": open_group}


def build_question_rows(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Yield the rows of a question that is not a section: one, or for a matrix a group with a row for each of its rows."""
    required = "yes" if question.required else ""
    if question.kind == SurveyQuestionKind.MATRIX:
        yield {**build_question_row("begin_group", question, questions), "appearance": "table-list"}
        for row in question.rows:
            name = f"{question.key}-{row.key}"
            cells = {"type": f"select_one {question.scale}", "name": name, "required": required}
            yield {**cells, **build_label_cells(row.text)}
        yield {"type": "end_group", "name": question.key}
    else:
        yield {
            **build_question_row(get_xlsform_type(question), question, questions),
            "constraint": format_number_constraint(question),
            "required": required,
            **build_hint_cells(question),
            **build_kind_cells(question),
        }


def build_question_row(type_name: str, question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> XlsformCells:
    """Return the cells that every question and section has: type, name, labels and condition."""
    return {
        "type": type_name,
        "name": question.key,
        **build_label_cells(question.text),
        "relevant": format_relevant_formula(question, questions),
    }


def build_label_cells(text: Translated, column: str = "label") -> XlsformCells:
    """Return a text in the column of each language; a space splits `${`, which would be a reference to a question."""
    return {
        f"{column}::{XLSFORM_LANGUAGE_NAMES[language]}": part.replace("${", "$ {")
        for language, part in text.to_mapping().items()
    }


def build_hint_cells(question: SurveyQuestion) -> XlsformCells:
    """Return the hint of a personal code or a recommendation question in all languages; no cells for other kinds."""
    if question.kind not in (SurveyQuestionKind.CODE, SurveyQuestionKind.NPS):
        return {}
    hints = {}
    for language in LANGUAGES:
        with force_locale(language):
            hints[language] = get_question_hint(question)
    return build_label_cells(Translated.from_mapping(hints), "hint")


def get_xlsform_type(question: SurveyQuestion) -> str:
    """Return the XLSForm type of a question that is neither a section nor a matrix."""
    if question.kind in CHOICE_KINDS:
        select = "select_one" if question.kind == SurveyQuestionKind.SINGLE else "select_multiple"
        return f"{select} {LIST_NAME_PREFIX}{question.key}"
    if question.kind in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        return f"select_one {question.kind}"
    return {SurveyQuestionKind.NUMBER: "integer", SurveyQuestionKind.NPS: "range"}.get(question.kind, "text")


def build_kind_cells(question: SurveyQuestion) -> XlsformCells:
    """Return the cells that tell kinds with the same XLSForm type apart."""
    return {
        SurveyQuestionKind.TEXT: {"appearance": "multiline"},
        SurveyQuestionKind.CODE: {KIND_COLUMN: str(SurveyQuestionKind.CODE)},
        SurveyQuestionKind.NPS: {"parameters": NPS_RANGE_PARAMETERS},
    }.get(question.kind, {})


def format_number_constraint(question: SurveyQuestion) -> str:
    """Return the bounds of a number as an XPath constraint, such as ". >= 0 and . <= 60"; empty for other kinds."""
    if question.kind != SurveyQuestionKind.NUMBER:
        return ""
    bounds = ((">=", question.least), ("<=", question.most))
    return " and ".join(f". {sign} {value}" for sign, value in bounds if value is not None)


def format_relevant_formula(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> str:
    """Return the condition of a question as an XPath formula; empty if it is always asked."""
    condition = question.show_if
    if condition is None:
        return ""
    earlier = next(earlier for earlier in questions if earlier.key == condition.question_key)
    is_multiple = earlier.kind == SurveyQuestionKind.MULTIPLE
    name = "${" + condition.question_key + "}"
    return " or ".join(
        f"selected({name}, '{answer}')" if is_multiple else f"{name} = '{answer}'" for answer in condition.answers
    )


def build_choice_rows(questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Yield the rows of the sheet choices: the scales that are used, then the choices of each question."""
    used_kinds = {
        question.scale if question.kind == SurveyQuestionKind.MATRIX else question.kind for question in questions
    }
    for kind in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        if kind in used_kinds:
            for key, text in translate_scale_labels(kind).items():
                yield {"list_name": str(kind), "name": key, **build_label_cells(text)}
    for question in questions:
        if question.kind in CHOICE_KINDS:
            yield from (build_choice_row(f"{LIST_NAME_PREFIX}{question.key}", choice) for choice in question.choices)


def build_choice_row(list_name: str, choice: Choice) -> XlsformCells:
    """Return the row of a choice."""
    correct_cell = {CORRECT_COLUMN: "yes"} if choice.is_correct else {}
    return {"list_name": list_name, "name": choice.key, **build_label_cells(choice.text), **correct_cell}


def translate_scale_labels(kind: SurveyQuestionKind) -> dict[str, Translated]:
    """Return the labels of a scale, or of yes and no, in all languages, by value."""
    is_yes_no = kind == SurveyQuestionKind.YES_NO
    labels: dict[Any, Any] = dict(YES_NO_LABELS) if is_yes_no else dict(SCALE_ANSWER_LABELS[kind])
    parts: dict[str, dict[str, str]] = {str(value): {} for value in labels}
    for language in LANGUAGES:
        with force_locale(language):
            for value, label in labels.items():
                parts[str(value)][language] = str(label)
    return {value: Translated.from_mapping(translations) for value, translations in parts.items()}


def build_settings_row(survey: Survey) -> XlsformCells:
    """Return the row of the sheet settings."""
    return {
        "form_title": survey.title.get_text("kk"),
        "form_id": f"survey_{survey.seminar_id}_{survey.number}",
        "version": str(survey.current_version.number),
        "default_language": XLSFORM_LANGUAGE_NAMES["kk"],
        "namespaces": XLSFORM_NAMESPACE,
        PURPOSE_COLUMN: str(survey.purpose),
    }
