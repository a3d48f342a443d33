"""Import of an XLSForm workbook, as ODK, KoboToolbox and other programs write it.

Every row whose question we have is imported. What a row loses or changes is noted with its number, and so is a row that is
left out, so that nothing is missing unnoticed. A workbook is refused only if it has no questions to import at all.

A survey has one condition for each question and each section, and the condition of a section holds up to the next one. The
conditions of nested groups are therefore reduced to those that no other implies. Where a group with a condition ends before
its section does, another heading is inserted: that of the group around it, or a neutral one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import ceil
from typing import Any

from trainer.documents.upload_limits import MAX_TAGS, Table, TableLimits
from trainer.documents.upload_workbook import read_workbook_sheets
from trainer.language.translated import Translated
from trainer.surveys.questions.keys import assign_choice_keys_from_names, build_key_from_name
from trainer.surveys.questions.model import (
    CHOICE_KINDS,
    MAX_QUESTIONS_PER_SURVEY,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    are_choices_valid,
)
from trainer.surveys.xlsform.errors import XlsformInvalid, XlsformProblem, XlsformProblemKind
from trainer.surveys.xlsform.export import PURPOSE_COLUMN, build_hint_cells
from trainer.surveys.xlsform.row_reader import (
    CHOICES_SHEET,
    OTHER_NAME,
    OTHER_TEXT,
    SETTINGS_SHEET,
    SURVEY_SHEET,
    RowType,
    XlsformGroup,
    XlsformReading,
    expand_conditions,
    find_question_kind,
    find_scale_kind,
    list_needed_conditions,
    note_unsupported_rules,
    parse_row_type,
    read_list_choices,
    read_number_bounds,
    read_row_condition,
    read_row_text,
    record_ignored_hints,
)
from trainer.surveys.xlsform.sheets import (
    XlsformRow,
    find_language_code,
    group_choices_by_list,
    guess_default_language,
    is_yes_cell,
    list_unread_columns,
    parse_sheet_rows,
)
from trainer.surveys.xlsform.texts import split_text

METADATA_TYPES = {
    *("start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit"),
    *("start-geopoint", "background-audio"),
}
FORM_SHEETS = (SURVEY_SHEET, CHOICES_SHEET, SETTINGS_SHEET)
FORM_LIMITS = TableLimits(last_row=20_000, cell_letters=2_000_000, letters=2_000_000, cells=MAX_TAGS)  # texts are long
MAX_TEXT_LENGTH = 500
"""The longest text of a question; a longer one is continued from the headings before it."""
NEUTRAL_HEADING = Translated("Басқа сұрақтар", "Другие вопросы", "Other questions")


@dataclass(frozen=True)
class XlsformContent:
    """The content of a workbook: its questions, the purpose it states, and what was ignored, left out or changed."""

    questions: list[SurveyQuestion]
    purpose: str
    ignored_names: list[str]
    omissions: list[XlsformProblem] = field(default_factory=list)


def read_form_sheets(content: bytes) -> dict[str, Table]:
    """Return the sheets of a form by name, or all sheets of a workbook if none has such a name. Raises TableUnreadable."""
    return read_workbook_sheets(content, FORM_SHEETS, FORM_LIMITS)


def read_xlsform(sheets: Mapping[str, Table]) -> XlsformContent:
    """Return the content of a workbook, given its sheets by name. Raises XlsformInvalid."""
    tables = {name.strip().lower(): table for name, table in sheets.items()}
    only_table = next(iter(tables.values()), []) if len(tables) == 1 else []
    survey_table, choices_table = tables.get(SURVEY_SHEET, only_table), tables.get(CHOICES_SHEET, [])
    settings = next(iter(parse_sheet_rows(tables.get(SETTINGS_SHEET, []), "")), None)
    language = find_language_code(settings.get_cell("default_language") if settings else "")
    language = language or guess_default_language(survey_table, choices_table)
    rows = parse_sheet_rows(survey_table, language)
    if not any(row.get_cell("type") for row in rows):
        raise XlsformInvalid([XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.SHEET)])
    reading = XlsformReading(
        group_choices_by_list(parse_sheet_rows(choices_table, language)),
        list(dict.fromkeys(part for row in rows for part in row.label.to_mapping())),
        ignored_names=[*list_unread_columns(survey_table), *list_unread_columns(choices_table)],
    )
    read_survey_rows(reading, [row for row in rows if not is_yes_cell(row.get_cell("disabled"))])
    if not reading.questions:
        raise XlsformInvalid(reading.omissions or [XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.SHEET)])
    purpose = settings.get_cell(PURPOSE_COLUMN) if settings else ""
    omissions = sorted(reading.omissions, key=lambda omission: (omission.sheet != SURVEY_SHEET, omission.row))
    return XlsformContent(reading.questions, purpose, reading.ignored_names, omissions)


def read_survey_rows(reading: XlsformReading, rows: Sequence[XlsformRow]) -> None:
    """Read the rows of the sheet survey; groups without an end end with the sheet, which is noted."""
    for index, row in enumerate(rows):
        read_survey_row(reading, row, rows[index + 1 :])
    for group in reversed(reading.open_groups):
        reading.note(group.row, XlsformProblemKind.GROUP)
        if group.is_matrix:
            add_matrix_question(reading, group)


def read_survey_row(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Read one row of the sheet survey; the following rows tell whether a group is a matrix."""
    row_type = parse_row_type(row)
    if row_type.name in METADATA_TYPES:
        reading.ignored_names.append(row_type.name)
    elif reading.open_loops or row_type.name in ("begin_loop", "end_loop"):
        reading.open_loops += {"begin_loop": 1, "end_loop": -1}.get(row_type.name, 0)
        reading.note(row, XlsformProblemKind.TYPE, row.get_cell("type"))
    elif row_type.name in ("begin_group", "begin_repeat"):
        begin_group(reading, row, following_rows)
    elif row_type.name in ("end_group", "end_repeat"):
        end_group(reading, row)
    elif reading.open_groups and reading.open_groups[-1].is_matrix:
        read_matrix_row(reading, row)
    elif row_type.name or row.label:
        read_question(reading, row, row_type)


def begin_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Open a group: a matrix, or a section if the group has a label. A repeat is asked once, which is noted."""
    if parse_row_type(row).name == "begin_repeat":
        reading.note(row, XlsformProblemKind.REPEAT)
    is_matrix = is_matrix_group(reading, row, following_rows)
    text = read_row_text(reading, row)
    reading.open_groups.append(XlsformGroup(row, text, read_row_condition(reading, row), is_matrix))
    reading.matrix_rows = []
    if text and not is_matrix:
        add_read_question(reading, row, SurveyQuestionKind.SECTION, text, None)


def is_matrix_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> bool:
    """Return whether a group can become a matrix.

    It is shown as a table, and all its rows have the same scale of ours, no condition, and the same cell `required`.
    """
    rows = list(takewhile(lambda following: parse_row_type(following).name != "end_group", following_rows))
    scales = set()
    for matrix_row in rows:
        row_type = parse_row_type(matrix_row)
        is_scale = row_type.name == "select_one" and not row_type.offers_other and bool(matrix_row.label)
        scales.add(find_scale_kind(reading, row_type.list_name) if is_scale else None)
    is_uniform = len({is_yes_cell(matrix_row.get_cell("required")) for matrix_row in rows}) == 1
    has_conditions = any(matrix_row.get_cell("relevant") for matrix_row in rows)
    is_table = "table-list" in row.get_cell("appearance").split() and bool(row.label)
    return is_table and is_uniform and not has_conditions and len(scales) == 1 and scales <= set(SCALE_KINDS)


def end_group(reading: XlsformReading, row: XlsformRow) -> None:
    """Close the innermost open group, and add its question if it is a matrix."""
    if not reading.open_groups:
        reading.note(row, XlsformProblemKind.GROUP)
        return
    group = reading.open_groups[-1]
    if group.is_matrix:
        add_matrix_question(reading, group)
    reading.open_groups.pop()


def list_group_conditions(reading: XlsformReading) -> list[Condition]:
    """Return the conditions of the open groups, innermost first."""
    return [group.condition for group in reversed(reading.open_groups) if group.condition]


def find_section_condition(reading: XlsformReading) -> Condition | None:
    """Return the condition of the section to which the next question belongs."""
    sections = (question for question in reversed(reading.questions) if question.kind == SurveyQuestionKind.SECTION)
    return next((section.show_if for section in sections), None)


def read_matrix_row(reading: XlsformReading, row: XlsformRow) -> None:
    """Add a row to the matrix that is being read; its key is its name without the prefix that our export puts before it."""
    text = read_row_text(reading, row)
    note_unsupported_rules(reading, row)
    record_ignored_hints(reading, row)
    name = row.get_cell("name").removeprefix(f"{reading.open_groups[-1].row.get_cell('name')}-")
    if text:
        reading.matrix_rows.append((row, Choice(name, text)))


def add_matrix_question(reading: XlsformReading, group: XlsformGroup) -> None:
    """Add the matrix whose rows have been read."""
    rows = assign_choice_keys_from_names([choice for _row, choice in reading.matrix_rows], "row")
    if not are_choices_valid(rows, min_count=1):
        reading.note(group.row, XlsformProblemKind.LIST, group.row.get_cell("name"))
        return
    first_row = reading.matrix_rows[0][0]
    add_read_question(
        reading,
        group.row,
        SurveyQuestionKind.MATRIX,
        group.text,
        None,
        rows=rows,
        scale=SurveyQuestionKind(parse_row_type(first_row).list_name),
        required=is_yes_cell(first_row.get_cell("required")),
    )


def read_question(reading: XlsformReading, row: XlsformRow, row_type: RowType) -> None:
    """Add the question of a row, or a note as a section; note why a row is left out."""
    is_note = row_type.name == "note"
    kind = SurveyQuestionKind.SECTION if is_note else find_question_kind(reading, row, row_type)
    if kind is None:
        return
    choices = read_list_choices(reading, row, row_type) if kind in CHOICE_KINDS else {}
    if kind in CHOICE_KINDS and not choices:
        return
    text = read_row_text(reading, row)
    if not text:
        if not row.label:
            reading.note(row, XlsformProblemKind.NO_TEXT)
        return
    condition = read_row_condition(reading, row)
    if is_note:
        add_read_question(reading, row, kind, text, condition)
        return
    note_unsupported_rules(reading, row, allows_bounds=row_type.name in ("integer", "int"))
    fields: dict[str, Any] = {"required": is_yes_cell(row.get_cell("required")), "choices": tuple(choices.values())}
    if kind == SurveyQuestionKind.NUMBER:
        fields["least"], fields["most"] = read_number_bounds(reading, row, row_type)
    question = add_read_question(reading, row, kind, text, condition, **fields)
    if question is None:
        return
    reading.choice_keys_by_name[question.key] = {name: choice.key for name, choice in choices.items()}
    if row_type.offers_other:
        is_other = Condition(question.key, (choices[OTHER_NAME].key,))
        add_read_question(reading, row, SurveyQuestionKind.SHORT_TEXT, OTHER_TEXT, is_other, suffix=f"_{OTHER_NAME}")


def add_read_question(
    reading: XlsformReading,
    row: XlsformRow,
    kind: SurveyQuestionKind,
    text: Translated,
    condition: Condition | None,
    suffix: str = "",
    **fields: Any,
) -> SurveyQuestion | None:
    """Add and return a question with a valid key and further `fields` of SurveyQuestion; None, which is noted, if it is one too many.

    The beginning of a long text becomes headings before it. `suffix` is added to the name in the file.
    """
    conditions = list_needed_conditions(reading, [condition, *list_group_conditions(reading)])
    *headings, last_text = divide_long_text(text)
    for heading in headings:
        append_question(reading, row, SurveyQuestionKind.SECTION, heading, conditions, "")
    section_condition = find_section_condition(reading)
    if kind != SurveyQuestionKind.SECTION and section_condition not in (None, *expand_conditions(reading, conditions)):
        reading.note(row, XlsformProblemKind.HEADING)
        outer_text = next((group.text for group in reversed(reading.open_groups) if group.text), NEUTRAL_HEADING)
        outer_conditions = list_needed_conditions(reading, list_group_conditions(reading))
        append_question(reading, row, SurveyQuestionKind.SECTION, outer_text, outer_conditions, "")
    name = row.get_cell("name")
    key_name = f"{name}{suffix}" if name else ""
    return append_question(reading, row, kind, last_text, conditions, key_name, condition, **fields)


def append_question(
    reading: XlsformReading,
    row: XlsformRow,
    kind: SurveyQuestionKind,
    text: Translated,
    conditions: Sequence[Condition],
    name: str,
    own_condition: Condition | None = None,
    **fields: Any,
) -> SurveyQuestion | None:
    """Append and return a question; of several conditions that its section does not meet, all but the first are left out.

    The condition of its own row comes first, and stays although another one implies it.
    """
    if len(reading.questions) >= MAX_QUESTIONS_PER_SURVEY:
        reading.note(row, XlsformProblemKind.TOO_MANY)
        return None
    section_condition = None if kind == SurveyQuestionKind.SECTION else find_section_condition(reading)
    met = [condition for condition in (section_condition, own_condition) if condition]
    shown_conditions = [own_condition] if own_condition else []
    shown_conditions += list_needed_conditions(reading, conditions, met)
    if len(shown_conditions) > 1:
        reading.note(row, XlsformProblemKind.CONDITION, describe_condition(reading, shown_conditions[1:]))
    key = build_key_from_name(name, kind, {question.key for question in reading.questions})
    question = SurveyQuestion(key, kind, text, show_if=next(iter(shown_conditions), None), **fields)
    record_ignored_hints(reading, row, build_hint_cells(question).values())
    reading.questions.append(question)
    reading.implied_conditions[key] = expand_conditions(reading, conditions)
    if name:
        reading.keys_by_name[name] = key
    return question


def describe_condition(reading: XlsformReading, conditions: Sequence[Condition]) -> str:
    """Return conditions as formulas with the names in the file, for a message."""
    names = {key: name for name, key in reading.keys_by_name.items()}
    return "; ".join(
        f"${{{names.get(condition.question_key, condition.question_key)}}} = {', '.join(condition.answers)}"
        for condition in conditions
    )


def divide_long_text(text: Translated) -> Iterator[Translated]:
    """Yield a text in parts that are short enough for a question, in all languages the same number of parts."""
    mapping = text.to_mapping()
    count = ceil(max(len(part) for part in mapping.values()) / MAX_TEXT_LENGTH)
    if count == 1:
        yield text
        return
    parts = {language: split_text(part, count + 1) for language, part in mapping.items()}
    for position in range(count + 1):
        part = Translated.from_mapping({language: divided[position] for language, divided in parts.items()})
        if part:
            yield part
