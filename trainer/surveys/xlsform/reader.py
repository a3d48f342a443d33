"""Import of an XLSForm workbook: all of its questions, or a list of the rows that can't be imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from trainer.documents.upload_limits import Table
from trainer.language import LANGUAGES
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
    SETTINGS_SHEET,
    SURVEY_SHEET,
    XlsformGroup,
    XlsformReading,
    check_row_rules,
    check_row_text,
    find_question_kind,
    find_scale_kind,
    parse_row_type,
    read_list_choices,
    read_number_bounds,
    read_row_condition,
    record_ignored_hints,
)
from trainer.surveys.xlsform.sheets import (
    XlsformRow,
    find_language_code,
    group_choices_by_list,
    is_yes_cell,
    list_unread_columns,
    parse_sheet_rows,
)

METADATA_TYPES = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "email",
    "phonenumber",
    "simserial",
    "subscriberid",
    "audit",
}


@dataclass(frozen=True)
class XlsformContent:
    """The content of a workbook: its questions, the purpose it states, and the columns and types that were ignored."""

    questions: list[SurveyQuestion]
    purpose: str
    ignored_names: list[str]


def read_xlsform(sheets: Mapping[str, Table]) -> XlsformContent:
    """Return the content of a workbook, given its sheets by name. Raises XlsformInvalid."""
    tables = {name.strip().lower(): table for name, table in sheets.items()}
    survey_table, choices_table = tables.get(SURVEY_SHEET, []), tables.get(CHOICES_SHEET, [])
    settings = next(iter(parse_sheet_rows(tables.get(SETTINGS_SHEET, []), "")), None)
    language = find_language_code(settings.get_cell("default_language") if settings else "") or LANGUAGES[0]
    rows = parse_sheet_rows(survey_table, language)
    if not any(row.get_cell("type") for row in rows):
        raise XlsformInvalid([XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.SHEET)])
    reading = XlsformReading(
        group_choices_by_list(parse_sheet_rows(choices_table, language)),
        ignored_names=[*list_unread_columns(survey_table), *list_unread_columns(choices_table)],
    )
    read_survey_rows(reading, [row for row in rows if not is_yes_cell(row.get_cell("disabled"))])
    if reading.problems:
        raise XlsformInvalid(reading.problems)
    purpose = settings.get_cell(PURPOSE_COLUMN) if settings else ""
    return XlsformContent(reading.questions, purpose, reading.ignored_names)


def read_survey_rows(reading: XlsformReading, rows: Sequence[XlsformRow]) -> None:
    """Read the rows of the sheet survey, and record groups without an end and too many questions as problems."""
    for index, row in enumerate(rows):
        read_survey_row(reading, row, rows[index + 1 :])
    for group in reading.open_groups:
        reading.add_problem(group.row, XlsformProblemKind.GROUP)
    count = len(reading.questions)
    if count > MAX_QUESTIONS_PER_SURVEY:
        reading.problems.append(XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.TOO_MANY, str(count)))


def read_survey_row(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Read one row of the sheet survey; the following rows tell whether a group is a matrix."""
    type_name, list_name = parse_row_type(row)
    if type_name in METADATA_TYPES:
        reading.ignored_names.append(type_name)
    elif type_name == "begin_group":
        begin_group(reading, row, following_rows)
    elif type_name == "end_group":
        end_group(reading, row)
    elif reading.open_groups and reading.open_groups[-1].is_matrix:
        read_matrix_row(reading, row)
    elif type_name == "note":
        read_note(reading, row)
    elif type_name or row.label:
        read_question(reading, row, type_name, list_name)


def begin_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Open a group: a matrix, or a section if the group has a label."""
    condition = read_row_condition(reading, row)
    outer_condition = find_group_condition(reading)
    is_matrix = is_matrix_group(reading, row, following_rows)
    if outer_condition and condition and not is_matrix:
        reading.add_problem(row, XlsformProblemKind.GROUP)
    reading.open_groups.append(XlsformGroup(row, condition, is_matrix))
    reading.matrix_rows = []
    if is_matrix:
        return
    if row.label:
        add_read_question(reading, row, SurveyQuestionKind.SECTION, condition or outer_condition)
    elif condition:
        reading.add_problem(row, XlsformProblemKind.NO_TEXT)


def is_matrix_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> bool:
    """Return whether a group can become a matrix.

    It is shown as a table, and all its rows have the same scale of ours, no condition, and the same cell `required`.
    """
    rows = list(takewhile(lambda following: parse_row_type(following)[0] != "end_group", following_rows))
    scales = set()
    for matrix_row in rows:
        type_name, list_name = parse_row_type(matrix_row)
        scales.add(find_scale_kind(reading, list_name) if type_name == "select_one" else None)
    is_uniform = len({is_yes_cell(matrix_row.get_cell("required")) for matrix_row in rows}) == 1
    has_conditions = any(matrix_row.get_cell("relevant") for matrix_row in rows)
    is_table = "table-list" in row.get_cell("appearance").split() and bool(row.label)
    return is_table and is_uniform and not has_conditions and len(scales) == 1 and scales <= set(SCALE_KINDS)


def end_group(reading: XlsformReading, row: XlsformRow) -> None:
    """Close the innermost open group, and add its question if it is a matrix."""
    if not reading.open_groups:
        reading.add_problem(row, XlsformProblemKind.GROUP)
        return
    group = reading.open_groups.pop()
    if group.is_matrix:
        add_matrix_question(reading, group)


def find_group_condition(reading: XlsformReading) -> Condition | None:
    """Return the condition of the innermost open group that has one."""
    return next((group.condition for group in reversed(reading.open_groups) if group.condition), None)


def find_section_condition(reading: XlsformReading) -> Condition | None:
    """Return the condition of the section to which the next question belongs."""
    sections = (question for question in reversed(reading.questions) if question.kind == SurveyQuestionKind.SECTION)
    return next((section.show_if for section in sections), None)


def read_matrix_row(reading: XlsformReading, row: XlsformRow) -> None:
    """Add a row to the matrix that is being read; its key is its name without the prefix that our export puts before it."""
    check_row_text(reading, row)
    check_row_rules(reading, row)
    record_ignored_hints(reading, row)
    name = row.get_cell("name").removeprefix(f"{reading.open_groups[-1].row.get_cell('name')}-")
    reading.matrix_rows.append((row, Choice(name, row.label)))


def add_matrix_question(reading: XlsformReading, group: XlsformGroup) -> None:
    """Add the matrix whose rows have been read."""
    first_row = reading.matrix_rows[0][0]
    rows = assign_choice_keys_from_names([choice for _row, choice in reading.matrix_rows], "row")
    if not are_choices_valid(rows, min_count=1):
        reading.add_problem(group.row, XlsformProblemKind.LIST, group.row.get_cell("name"))
    add_read_question(
        reading,
        group.row,
        SurveyQuestionKind.MATRIX,
        group.condition,
        rows=rows,
        scale=SurveyQuestionKind(parse_row_type(first_row)[1]),
        required=is_yes_cell(first_row.get_cell("required")),
    )


def read_note(reading: XlsformReading, row: XlsformRow) -> None:
    """Add a note as a section with its own condition or that of the group around it; it can't have both."""
    condition, outer_condition = read_row_condition(reading, row), find_group_condition(reading)
    if condition and outer_condition:
        reading.add_problem(row, XlsformProblemKind.CONDITION, row.get_cell("relevant"))
    add_read_question(reading, row, SurveyQuestionKind.SECTION, condition or outer_condition)


def read_question(reading: XlsformReading, row: XlsformRow, type_name: str, list_name: str) -> None:
    """Add the question of a row, or record why its type is not supported."""
    fields: dict[str, object] = {"required": is_yes_cell(row.get_cell("required"))}
    kind = find_question_kind(reading, row, type_name, list_name)
    if kind is None:
        return
    if kind in CHOICE_KINDS:
        fields["choices"] = read_list_choices(reading, row, list_name)
    check_row_rules(reading, row, allows_bounds=kind == SurveyQuestionKind.NUMBER)
    if kind == SurveyQuestionKind.NUMBER:
        fields["least"], fields["most"] = read_number_bounds(reading, row)
    add_read_question(reading, row, kind, read_row_condition(reading, row), **fields)


def add_read_question(
    reading: XlsformReading, row: XlsformRow, kind: SurveyQuestionKind, condition: Condition | None, **fields: object
) -> None:
    """Add a question with a valid key and further `fields` of SurveyQuestion, and record the problems of its row."""
    name = row.get_cell("name")
    if not name or name in reading.keys_by_name:
        reading.add_problem(row, XlsformProblemKind.NAME, name)
    check_row_text(reading, row)
    if kind != SurveyQuestionKind.SECTION and find_group_condition(reading) != find_section_condition(reading):
        reading.add_problem(row, XlsformProblemKind.AFTER_GROUP)
    key = build_key_from_name(name, kind, set(reading.keys_by_name.values()))
    reading.keys_by_name.setdefault(name, key)
    question = SurveyQuestion(key, kind, row.label, show_if=condition, **fields)  # type: ignore[arg-type]
    record_ignored_hints(reading, row, build_hint_cells(question).values())
    reading.questions.append(question)
