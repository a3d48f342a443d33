"""A survey as XLSForm, the workbook that form tools know: sheets survey, choices and settings (xlsform.org)."""

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
from trainer.surveys.questions.model import (
    CHOICE_KINDS,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
)

XLSFORM_LANGUAGE_NAMES = {each: f"{LANGUAGE_NAMES[each]} ({each})" for each in LANGUAGES}
KIND_COLUMN = "bind::trainer:kind"
"""What XLSForm has no word for: that a text is a participant's own code."""
PURPOSE_COLUMN = "attribute::trainer:purpose"
CORRECT_COLUMN = "right"
XLSFORM_NAMESPACE = 'trainer="urn:trainer:survey"'
LIST_NAME_PREFIX = "list_"  # stands before the key of a question whose own choices a list holds
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


def render_xlsform(survey: Survey) -> bytes:
    """Give a survey's current version as an XLSForm workbook."""
    questions, made = list_version_questions(survey.current_version), io.BytesIO()
    with open_workbook(made) as book:
        write_xlsform_sheet(book, "survey", SURVEY_COLUMNS, list(build_survey_rows(questions)))
        write_xlsform_sheet(book, "choices", CHOICE_COLUMNS, list(build_choice_rows(questions)))
        write_xlsform_sheet(book, "settings", SETTINGS_COLUMNS, [build_settings_row(survey)])
    return made.getvalue()


def write_xlsform_sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[XlsformCells]) -> None:
    """Write a sheet; every cell is text, so that nothing is computed."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
        sheet.set_column(place, place, 40 if "::" in column and "label" in column else 16)
        for number, row in enumerate(rows, 1):
            if row.get(column):
                sheet.write_string(number, place, row[column], text)
    sheet.freeze_panes(1, 2)


def build_survey_rows(questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Give the rows of the sheet survey: a section with questions is a group, one without is a note, a matrix is a table of a group."""
    opened = ""
    for place, each in enumerate(questions):
        if each.kind != SurveyQuestionKind.SECTION:
            yield from build_question_rows(each, questions)
            continue
        if opened:
            yield {"type": "end_group", "name": opened}
        following = questions[place + 1] if place + 1 < len(questions) else None
        opened = each.key if following is not None and following.kind != SurveyQuestionKind.SECTION else ""
        yield build_question_row("begin_group" if opened else "note", each, questions)
    if opened:
        yield {"type": "end_group", "name": opened}


def build_question_rows(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Give the rows of a question that is answered."""
    required = "yes" if question.required else ""
    if question.kind == SurveyQuestionKind.MATRIX:
        yield {**build_question_row("begin_group", question, questions), "appearance": "table-list"}
        for row in question.rows:
            own = {"type": f"select_one {question.scale}", "name": f"{question.key}-{row.key}", "required": required}
            yield {**own, **build_label_cells(row.text)}
        yield {"type": "end_group", "name": question.key}
    else:
        more = {
            "constraint": format_number_constraint(question),
            "required": required,
            **build_hint_cells(question),
            **build_kind_cells(question),
        }
        yield {**build_question_row(get_xlsform_type(question), question, questions), **more}


def build_question_row(type_name: str, question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> XlsformCells:
    """Give what every row of a question says."""
    return {
        "type": type_name,
        "name": question.key,
        **build_label_cells(question.text),
        "relevant": format_relevant_formula(question, questions),
    }


def build_label_cells(text: Translated, column: str = "label") -> XlsformCells:
    """Give a text in the columns of its languages; where `${` would name a question, a blank parts it."""
    return {
        f"{column}::{XLSFORM_LANGUAGE_NAMES[each]}": words.replace("${", "$ {")
        for each, words in text.to_mapping().items()
    }


def build_hint_cells(question: SurveyQuestion) -> XlsformCells:
    """Say how a question is answered, where it does not say so itself."""
    if question.kind not in (SurveyQuestionKind.CODE, SurveyQuestionKind.NPS):
        return {}
    said = {}
    for each in LANGUAGES:
        with force_locale(each):
            said[each] = get_question_hint(question)
    return build_label_cells(Translated.from_mapping(said), "hint")


def get_xlsform_type(question: SurveyQuestion) -> str:
    """Name the type of a question."""
    if question.kind in CHOICE_KINDS:
        return f"select_{'one' if question.kind == SurveyQuestionKind.SINGLE else 'multiple'} {LIST_NAME_PREFIX}{question.key}"
    if question.kind in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        return f"select_one {question.kind}"
    return {SurveyQuestionKind.NUMBER: "integer", SurveyQuestionKind.NPS: "range"}.get(question.kind, "text")


def build_kind_cells(question: SurveyQuestion) -> XlsformCells:
    """Give what tells kinds of one type apart."""
    return {
        SurveyQuestionKind.TEXT: {"appearance": "multiline"},
        SurveyQuestionKind.CODE: {KIND_COLUMN: str(SurveyQuestionKind.CODE)},
        SurveyQuestionKind.NPS: {"parameters": NPS_RANGE_PARAMETERS},
    }.get(question.kind, {})


def format_number_constraint(question: SurveyQuestion) -> str:
    """Write the bounds of a number."""
    if question.kind != SurveyQuestionKind.NUMBER:
        return ""
    bounds = ((">=", question.least), ("<=", question.most))
    return " and ".join(f". {sign} {value}" for sign, value in bounds if value is not None)


def format_relevant_formula(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> str:
    """Write a condition in XPath."""
    condition: Condition | None = question.show_if
    if condition is None:
        return ""
    asked = next(each for each in questions if each.key == condition.question_key)
    several = asked.kind == SurveyQuestionKind.MULTIPLE
    name = "${" + condition.question_key + "}"
    return " or ".join(f"selected({name}, '{each}')" if several else f"{name} = '{each}'" for each in condition.answers)


def build_choice_rows(questions: Sequence[SurveyQuestion]) -> Iterator[XlsformCells]:
    """Give the rows of the sheet choices: the scales that are used, then the choices of each question."""
    used = {each.scale if each.kind == SurveyQuestionKind.MATRIX else each.kind for each in questions}
    for kind in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        if kind in used:
            yield from (
                {"list_name": str(kind), "name": key, **build_label_cells(text)}
                for key, text in translate_scale_labels(kind).items()
            )
    for question in questions:
        if question.kind in CHOICE_KINDS:
            yield from (build_choice_row(f"{LIST_NAME_PREFIX}{question.key}", each) for each in question.choices)


def build_choice_row(list_name: str, choice: Choice) -> XlsformCells:
    """Give the row of a choice."""
    right = {CORRECT_COLUMN: "yes"} if choice.is_correct else {}
    return {"list_name": list_name, "name": choice.key, **build_label_cells(choice.text), **right}


def translate_scale_labels(kind: SurveyQuestionKind) -> dict[str, Translated]:
    """Give the answers of a scale, or yes and no, in every language."""
    names: dict[Any, Any] = (
        dict(YES_NO_LABELS) if kind == SurveyQuestionKind.YES_NO else dict(SCALE_ANSWER_LABELS[kind])
    )
    found: dict[str, dict[str, str]] = {str(key): {} for key in names}
    for each in LANGUAGES:
        with force_locale(each):
            for key, name in names.items():
                found[str(key)][each] = str(name)
    return {key: Translated.from_mapping(parts) for key, parts in found.items()}


def build_settings_row(survey: Survey) -> XlsformCells:
    """Give the row of the sheet settings."""
    return {
        "form_title": survey.title.get_text("kk"),
        "form_id": f"survey_{survey.seminar_id}_{survey.number}",
        "version": str(survey.current_version.number),
        "default_language": XLSFORM_LANGUAGE_NAMES["kk"],
        "namespaces": XLSFORM_NAMESPACE,
        PURPOSE_COLUMN: str(survey.purpose),
    }
