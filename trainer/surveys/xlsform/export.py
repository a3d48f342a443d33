"""A survey as XLSForm, the workbook that form tools know: sheets survey, choices and settings (xlsform.org)."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import force_locale

from trainer.documents.workbook import new_book
from trainer.language import LANGUAGES, OWN_NAMES
from trainer.language.translated import Translated
from trainer.surveys.answering.forms import SCALES, YES_NO
from trainer.surveys.answering.wording import hint_of
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import SCALED, WITH_CHOICES, Choice, Condition, Question, QuestionKind
from trainer.surveys.responses import questions_of

NAMES_OF_LANGUAGES = {each: f"{OWN_NAMES[each]} ({each})" for each in LANGUAGES}
KIND = "bind::trainer:kind"
"""What XLSForm has no word for: that a text is a participant's own code."""
PURPOSE = "attribute::trainer:purpose"
RIGHT = "right"
NAMESPACE = 'trainer="urn:trainer:survey"'
LIST = "list_"  # stands before the key of a question whose own choices a list holds
NPS_RANGE = "start=0 end=10 step=1"
SURVEY_COLUMNS = (
    *("type", "name"),
    *(f"label::{name}" for name in NAMES_OF_LANGUAGES.values()),
    *(f"hint::{name}" for name in NAMES_OF_LANGUAGES.values()),
    *("required", "relevant", "constraint", "appearance", "parameters", KIND),
)
CHOICE_COLUMNS = ("list_name", "name", *(f"label::{name}" for name in NAMES_OF_LANGUAGES.values()), RIGHT)
SETTINGS_COLUMNS = ("form_title", "form_id", "version", "default_language", "namespaces", PURPOSE)
Row = dict[str, str]


def workbook(survey: Survey) -> bytes:
    """Give a survey's current version as an XLSForm workbook."""
    questions, made = questions_of(survey.current), io.BytesIO()
    with new_book(made) as book:
        write(book, "survey", SURVEY_COLUMNS, list(survey_rows(questions)))
        write(book, "choices", CHOICE_COLUMNS, list(choice_rows(questions)))
        write(book, "settings", SETTINGS_COLUMNS, [settings_row(survey)])
    return made.getvalue()


def write(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
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


def survey_rows(questions: Sequence[Question]) -> Iterator[Row]:
    """Give the rows of the sheet survey: a section with questions is a group, one without is a note, a matrix is a table of a group."""
    opened = ""
    for place, each in enumerate(questions):
        if each.kind != QuestionKind.SECTION:
            yield from rows_of(each, questions)
            continue
        if opened:
            yield {"type": "end_group", "name": opened}
        following = questions[place + 1] if place + 1 < len(questions) else None
        opened = each.key if following is not None and following.kind != QuestionKind.SECTION else ""
        yield head_of("begin_group" if opened else "note", each, questions)
    if opened:
        yield {"type": "end_group", "name": opened}


def rows_of(question: Question, questions: Sequence[Question]) -> Iterator[Row]:
    """Give the rows of a question that is answered."""
    required = "yes" if question.required else ""
    if question.kind == QuestionKind.MATRIX:
        yield {**head_of("begin_group", question, questions), "appearance": "table-list"}
        for row in question.rows:
            own = {"type": f"select_one {question.scale}", "name": f"{question.key}-{row.key}", "required": required}
            yield {**own, **labels(row.text)}
        yield {"type": "end_group", "name": question.key}
    else:
        more = {"constraint": constraint_of(question), "required": required, **hints(question), **special(question)}
        yield {**head_of(type_of(question), question, questions), **more}


def head_of(type_name: str, question: Question, questions: Sequence[Question]) -> Row:
    """Give what every row of a question says."""
    return {"type": type_name, "name": question.key, **labels(question.text), "relevant": relevant(question, questions)}


def labels(text: Translated, column: str = "label") -> Row:
    """Give a text in the columns of its languages; where `${` would name a question, a blank parts it."""
    return {f"{column}::{NAMES_OF_LANGUAGES[each]}": words.replace("${", "$ {") for each, words in text.parts().items()}


def hints(question: Question) -> Row:
    """Say how a question is answered, where it does not say so itself."""
    if question.kind not in (QuestionKind.CODE, QuestionKind.NPS):
        return {}
    said = {}
    for each in LANGUAGES:
        with force_locale(each):
            said[each] = hint_of(question)
    return labels(Translated.of(said), "hint")


def type_of(question: Question) -> str:
    """Name the type of a question."""
    if question.kind in WITH_CHOICES:
        return f"select_{'one' if question.kind == QuestionKind.SINGLE else 'multiple'} {LIST}{question.key}"
    if question.kind in (*SCALED, QuestionKind.YES_NO):
        return f"select_one {question.kind}"
    return {QuestionKind.NUMBER: "integer", QuestionKind.NPS: "range"}.get(question.kind, "text")


def special(question: Question) -> Row:
    """Give what tells kinds of one type apart."""
    return {
        QuestionKind.TEXT: {"appearance": "multiline"},
        QuestionKind.CODE: {KIND: str(QuestionKind.CODE)},
        QuestionKind.NPS: {"parameters": NPS_RANGE},
    }.get(question.kind, {})


def constraint_of(question: Question) -> str:
    """Write the bounds of a number."""
    if question.kind != QuestionKind.NUMBER:
        return ""
    bounds = ((">=", question.least), ("<=", question.most))
    return " and ".join(f". {sign} {value}" for sign, value in bounds if value is not None)


def relevant(question: Question, questions: Sequence[Question]) -> str:
    """Write a condition in XPath."""
    condition: Condition | None = question.show_if
    if condition is None:
        return ""
    asked = next(each for each in questions if each.key == condition.question)
    several = asked.kind == QuestionKind.MULTIPLE
    name = "${" + condition.question + "}"
    return " or ".join(f"selected({name}, '{each}')" if several else f"{name} = '{each}'" for each in condition.answers)


def choice_rows(questions: Sequence[Question]) -> Iterator[Row]:
    """Give the rows of the sheet choices: the scales that are used, then the choices of each question."""
    used = {each.scale if each.kind == QuestionKind.MATRIX else each.kind for each in questions}
    for kind in (*SCALED, QuestionKind.YES_NO):
        if kind in used:
            yield from ({"list_name": str(kind), "name": key, **labels(text)} for key, text in scale(kind).items())
    for question in questions:
        if question.kind in WITH_CHOICES:
            yield from (choice_row(f"{LIST}{question.key}", each) for each in question.choices)


def choice_row(list_name: str, choice: Choice) -> Row:
    """Give the row of a choice."""
    right = {RIGHT: "yes"} if choice.right else {}
    return {"list_name": list_name, "name": choice.key, **labels(choice.text), **right}


def scale(kind: QuestionKind) -> dict[str, Translated]:
    """Give the answers of a scale, or yes and no, in every language."""
    names: dict[Any, Any] = dict(YES_NO) if kind == QuestionKind.YES_NO else dict(SCALES[kind])
    found: dict[str, dict[str, str]] = {str(key): {} for key in names}
    for each in LANGUAGES:
        with force_locale(each):
            for key, name in names.items():
                found[str(key)][each] = str(name)
    return {key: Translated.of(parts) for key, parts in found.items()}


def settings_row(survey: Survey) -> Row:
    """Give the row of the sheet settings."""
    return {
        "form_title": survey.title.to("kk"),
        "form_id": f"survey_{survey.seminar_id}_{survey.number}",
        "version": str(survey.current.number),
        "default_language": NAMES_OF_LANGUAGES["kk"],
        "namespaces": NAMESPACE,
        PURPOSE: str(survey.purpose),
    }
