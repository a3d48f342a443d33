"""Reading an XLSForm workbook into questions: all of it, or a list of what can't be taken, row by row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from trainer.documents.upload_tables import Table
from trainer.language import LANGUAGES
from trainer.surveys.questions.keys import assign_choice_keys_from_names, build_key_from_name
from trainer.surveys.questions.model import (
    CHOICE_KINDS,
    MAX_QUESTIONS_PER_SURVEY,
    OWN_CODE_KEY,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    are_choices_valid,
    can_condition_hold,
)
from trainer.surveys.xlsform.errors import XlsformInvalid, XlsformProblem, XlsformProblemKind
from trainer.surveys.xlsform.export import (
    KIND_COLUMN,
    NPS_RANGE_PARAMETERS,
    PURPOSE_COLUMN,
    build_hint_cells,
    translate_scale_labels,
)
from trainer.surveys.xlsform.formulas import FormulaUnsupported, parse_bounds_formula, parse_condition_formula
from trainer.surveys.xlsform.sheets import (
    XlsformRow,
    find_language_code,
    group_choices_by_list,
    is_no_cell,
    is_yes_cell,
    list_unread_columns,
    parse_sheet_rows,
)
from trainer.web import text

SURVEY_SHEET, CHOICES_SHEET, SETTINGS_SHEET = "survey", "choices", "settings"
MAX_TEXT_LENGTHS = {SURVEY_SHEET: 500, CHOICES_SHEET: 300}
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
    """What a workbook holds: the questions, the purpose it says, and what was left out without harm."""

    questions: list[SurveyQuestion]
    purpose: str
    ignored_names: list[str]


@dataclass(frozen=True)
class XlsformGroup:
    """A group that was begun."""

    row: XlsformRow
    condition: Condition | None
    is_matrix: bool


@dataclass
class XlsformReading:
    """What was read so far."""

    lists: Mapping[str, list[tuple[XlsformRow, Choice]]]
    questions: list[SurveyQuestion] = field(default_factory=list)
    problems: list[XlsformProblem] = field(default_factory=list)
    ignored_names: list[str] = field(default_factory=list)
    keys_by_name: dict[str, str] = field(default_factory=dict)
    choice_keys_by_name: dict[str, dict[str, str]] = field(default_factory=dict)
    """The keys of a question's choices by the names in the file."""
    open_groups: list[XlsformGroup] = field(default_factory=list)
    matrix_rows: list[tuple[XlsformRow, Choice]] = field(default_factory=list)
    """The rows of the matrix that was begun."""

    def add_problem(
        self, row: XlsformRow, kind: XlsformProblemKind, detail: str = "", sheet: str = SURVEY_SHEET
    ) -> None:
        """Note what is wrong with a row."""
        self.problems.append(XlsformProblem(sheet, row.number, kind, detail[:80]))


def read_xlsform(sheets: Mapping[str, Table]) -> XlsformContent:
    """Read the questions of a workbook. Raises FormRefused."""
    tables = {name.strip().lower(): table for name, table in sheets.items()}
    settings = next(iter(parse_sheet_rows(tables.get(SETTINGS_SHEET, []), "")), None)
    spoken = find_language_code(settings.get_cell("default_language") if settings else "") or LANGUAGES[0]
    lines, lists = (
        parse_sheet_rows(tables.get(SURVEY_SHEET, []), spoken),
        group_choices_by_list(parse_sheet_rows(tables.get(CHOICES_SHEET, []), spoken)),
    )
    if not lines or not any(each.get_cell("type") for each in lines):
        raise XlsformInvalid([XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.SHEET)])
    lines = [each for each in lines if not is_yes_cell(each.get_cell("disabled"))]
    reading = XlsformReading(
        lists,
        ignored_names=[
            *list_unread_columns(tables.get(SURVEY_SHEET, [])),
            *list_unread_columns(tables.get(CHOICES_SHEET, [])),
        ],
    )
    for place, line in enumerate(lines):
        read_survey_row(reading, line, lines[place + 1 :])
    for group in reading.open_groups:
        reading.add_problem(group.row, XlsformProblemKind.GROUP)
    if len(reading.questions) > MAX_QUESTIONS_PER_SURVEY:
        reading.problems.append(
            XlsformProblem(SURVEY_SHEET, 0, XlsformProblemKind.TOO_MANY, str(len(reading.questions)))
        )
    if reading.problems:
        raise XlsformInvalid(reading.problems)
    return XlsformContent(
        reading.questions, settings.get_cell(PURPOSE_COLUMN) if settings else "", reading.ignored_names
    )


def read_survey_row(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Read one row of the sheet survey; those that follow say whether a group is a matrix."""
    kind, rest = parse_row_type(row)
    if kind in METADATA_TYPES:
        reading.ignored_names.append(kind)
    elif kind == "begin_group":
        begin_group(reading, row, following_rows)
    elif kind == "end_group":
        end_group(reading, row)
    elif reading.open_groups and reading.open_groups[-1].is_matrix:
        read_matrix_row(reading, row)
    elif kind == "note":
        read_note(reading, row)
    elif kind or row.label:
        read_question(reading, row, kind, rest)


def parse_row_type(row: XlsformRow) -> tuple[str, str]:
    """Give the type of a row, and the list that it names."""
    kind, _blank, rest = " ".join(row.get_cell("type").split()).partition(" ")
    if kind.lower() in ("begin", "end"):
        return f"{kind}_{rest}".lower(), ""
    return kind.lower(), rest


def begin_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> None:
    """Begin a matrix, or a section where the group has a heading."""
    condition = read_row_condition(reading, row)
    outer = find_group_condition(reading)
    matrix = is_matrix_group(reading, row, following_rows)
    if outer and condition and not matrix:
        reading.add_problem(row, XlsformProblemKind.GROUP)
    reading.open_groups.append(XlsformGroup(row, condition, matrix))
    reading.matrix_rows = []
    if matrix:
        return
    if row.label:
        add_read_question(reading, row, SurveyQuestionKind.SECTION, condition or outer)
    elif condition:
        reading.add_problem(row, XlsformProblemKind.NO_TEXT)


def is_matrix_group(reading: XlsformReading, row: XlsformRow, following_rows: Sequence[XlsformRow]) -> bool:
    """Whether the group that begins is a matrix as we know it: one scale of ours, all rows alike."""
    rows = list(takewhile(lambda each: parse_row_type(each)[0] != "end_group", following_rows))
    scales = {
        find_scale_kind(reading, parse_row_type(each)[1]) if parse_row_type(each)[0] == "select_one" else None
        for each in rows
    }
    alike = len({is_yes_cell(each.get_cell("required")) for each in rows}) == 1 and not any(
        each.get_cell("relevant") for each in rows
    )
    table = "table-list" in row.get_cell("appearance").split() and bool(row.label)
    return table and alike and len(scales) == 1 and scales <= set(SCALE_KINDS)


def end_group(reading: XlsformReading, row: XlsformRow) -> None:
    """End the group that was begun last."""
    if not reading.open_groups:
        reading.add_problem(row, XlsformProblemKind.GROUP)
        return
    group = reading.open_groups.pop()
    if group.is_matrix:
        add_matrix_question(reading, group)


def find_group_condition(reading: XlsformReading) -> Condition | None:
    """Give the condition of the groups around."""
    return next((each.condition for each in reversed(reading.open_groups) if each.condition), None)


def find_section_condition(reading: XlsformReading) -> Condition | None:
    """Give the condition of the section that a question read now belongs to."""
    return next((each.show_if for each in reversed(reading.questions) if each.kind == SurveyQuestionKind.SECTION), None)


def read_matrix_row(reading: XlsformReading, row: XlsformRow) -> None:
    """Read a row of a matrix."""
    check_row_text(reading, row)
    check_row_rules(reading, row)
    record_ignored_hints(reading, row)
    name = row.get_cell("name").removeprefix(f"{reading.open_groups[-1].row.get_cell('name')}-")
    reading.matrix_rows.append((row, Choice(name, row.label)))


def add_matrix_question(reading: XlsformReading, group: XlsformGroup) -> None:
    """Keep a matrix whose rows were read."""
    first = reading.matrix_rows[0][0]
    rows = assign_choice_keys_from_names([row for _line, row in reading.matrix_rows], "row")
    if not are_choices_valid(rows, min_count=1):
        reading.add_problem(group.row, XlsformProblemKind.LIST, group.row.get_cell("name"))
    facts = {
        "rows": rows,
        "scale": SurveyQuestionKind(parse_row_type(first)[1]),
        "required": is_yes_cell(first.get_cell("required")),
    }
    add_read_question(reading, group.row, SurveyQuestionKind.MATRIX, group.condition, **facts)


def read_note(reading: XlsformReading, row: XlsformRow) -> None:
    """Read a note: a section of its own, shown when the group around it is."""
    own, around = read_row_condition(reading, row), find_group_condition(reading)
    if own and around:
        reading.add_problem(row, XlsformProblemKind.CONDITION, row.get_cell("relevant"))
    add_read_question(reading, row, SurveyQuestionKind.SECTION, own or around)


def read_question(reading: XlsformReading, row: XlsformRow, type_name: str, list_name: str) -> None:
    """Read a question that is answered."""
    facts: dict[str, object] = {"required": is_yes_cell(row.get_cell("required"))}
    found = find_question_kind(reading, row, type_name, list_name)
    if found is None:
        return
    if found in CHOICE_KINDS:
        facts["choices"] = read_list_choices(reading, row, list_name)
    check_row_rules(reading, row, allows_bounds=found == SurveyQuestionKind.NUMBER)
    if found == SurveyQuestionKind.NUMBER:
        facts["least"], facts["most"] = read_number_bounds(reading, row)
    add_read_question(reading, row, found, read_row_condition(reading, row), **facts)


def find_question_kind(
    reading: XlsformReading, row: XlsformRow, type_name: str, list_name: str
) -> SurveyQuestionKind | None:
    """Say what kind of question a row is; None where it can't be taken, which is noted."""
    if type_name in ("select_one", "select_multiple"):
        if list_name not in reading.lists:
            reading.add_problem(row, XlsformProblemKind.LIST, list_name)
            return None
        if type_name == "select_multiple":
            return SurveyQuestionKind.MULTIPLE
        return find_scale_kind(reading, list_name) or SurveyQuestionKind.SINGLE
    if type_name == "range":
        if " ".join(sorted(row.get_cell("parameters").split())) == " ".join(sorted(NPS_RANGE_PARAMETERS.split())):
            return SurveyQuestionKind.NPS
        reading.add_problem(row, XlsformProblemKind.PARAMETERS, row.get_cell("parameters"))
        return None
    if type_name == "text":
        if row.get_cell(KIND_COLUMN) == SurveyQuestionKind.CODE or row.get_cell("name") == OWN_CODE_KEY:
            return SurveyQuestionKind.CODE
        return (
            SurveyQuestionKind.TEXT
            if "multiline" in row.get_cell("appearance").split()
            else SurveyQuestionKind.SHORT_TEXT
        )
    if type_name in ("integer", "int"):
        return SurveyQuestionKind.NUMBER
    reading.add_problem(row, XlsformProblemKind.TYPE, row.get_cell("type"))
    return None


def find_scale_kind(reading: XlsformReading, list_name: str) -> SurveyQuestionKind | None:
    """Find the scale that a list is: it has our name and answers, and our words in one language at least."""
    if list_name not in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        return None
    ours = translate_scale_labels(SurveyQuestionKind(list_name))
    theirs = {choice.key: choice.text for _line, choice in reading.lists.get(list_name, [])}
    alike = set(ours) == set(theirs) and any(
        all(ours[key].get_exact_text(each) == theirs[key].get_exact_text(each) for key in ours) for each in LANGUAGES
    )
    return SurveyQuestionKind(list_name) if alike else None


def read_list_choices(reading: XlsformReading, row: XlsformRow, list_name: str) -> tuple[Choice, ...]:
    """Give the choices of a list under keys of ours."""
    given = reading.lists[list_name]
    names: set[str] = set()
    for own, choice in given:
        if not any(each.sheet == CHOICES_SHEET and each.row == own.number for each in reading.problems):
            check_row_text(reading, own, CHOICES_SHEET)
            if not choice.key or choice.key in names:
                reading.add_problem(own, XlsformProblemKind.NAME, choice.key, CHOICES_SHEET)
        names.add(choice.key)
    found = assign_choice_keys_from_names([choice for _line, choice in given], "choice")
    if not are_choices_valid(found, min_count=2):
        reading.add_problem(row, XlsformProblemKind.LIST, list_name)
    reading.choice_keys_by_name[row.get_cell("name")] = {
        there.key: ours.key for (_l, there), ours in zip(given, found, strict=True)
    }
    return found


def check_row_rules(reading: XlsformReading, row: XlsformRow, *, allows_bounds: bool = False) -> None:
    """Note what a row demands of an answer and we can't: anything but an answer at all, or the bounds of a number."""
    if not (is_yes_cell(row.get_cell("required")) or is_no_cell(row.get_cell("required"))):
        reading.add_problem(row, XlsformProblemKind.REQUIRED, row.get_cell("required"))
    if row.get_cell("constraint").strip() and not allows_bounds:
        reading.add_problem(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))


def record_ignored_hints(reading: XlsformReading, row: XlsformRow, known_hints: Collection[str] = ()) -> None:
    """Note the columns of a row's hints, unless they are our own."""
    reading.ignored_names.extend(column for column, said in row.hint_cells.items() if said not in known_hints)


def read_number_bounds(reading: XlsformReading, row: XlsformRow) -> tuple[int | None, int | None]:
    """Read the bounds of a number."""
    try:
        return parse_bounds_formula(row.get_cell("constraint"))
    except FormulaUnsupported:
        reading.add_problem(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))
        return None, None


def read_row_condition(reading: XlsformReading, row: XlsformRow) -> Condition | None:
    """Read when a row is shown: certain answers to one earlier question."""
    said = row.get_cell("relevant").strip()
    if not said:
        return None
    try:
        name, named = parse_condition_formula(said)
    except FormulaUnsupported:
        name, named = "", []
    known = reading.choice_keys_by_name.get(name, {})
    condition = Condition(reading.keys_by_name.get(name, ""), tuple(known.get(each, each) for each in named))
    if can_condition_hold(condition, reading.questions):
        return condition
    reading.add_problem(row, XlsformProblemKind.CONDITION, said)
    return None


def add_read_question(
    reading: XlsformReading, row: XlsformRow, kind: SurveyQuestionKind, condition: Condition | None, **facts: object
) -> None:
    """Keep a question under a key of ours."""
    name = row.get_cell("name")
    if not name or name in reading.keys_by_name:
        reading.add_problem(row, XlsformProblemKind.NAME, name)
    check_row_text(reading, row)
    if kind != SurveyQuestionKind.SECTION and find_group_condition(reading) != find_section_condition(reading):
        reading.add_problem(row, XlsformProblemKind.AFTER_GROUP)
    key = build_key_from_name(name, kind, set(reading.keys_by_name.values()))
    reading.keys_by_name.setdefault(name, key)
    question = SurveyQuestion(key, kind, row.label, show_if=condition, **facts)  # type: ignore[arg-type]
    record_ignored_hints(reading, row, build_hint_cells(question).values())
    reading.questions.append(question)


def check_row_text(reading: XlsformReading, row: XlsformRow, sheet: str = SURVEY_SHEET) -> None:
    """Note what is wrong with the words of a row."""
    said = list(row.label.to_mapping().values())
    if not said:
        reading.add_problem(row, XlsformProblemKind.NO_TEXT, sheet=sheet)
    elif any(len(each) > MAX_TEXT_LENGTHS[sheet] for each in said):
        reading.add_problem(row, XlsformProblemKind.TOO_LONG, str(MAX_TEXT_LENGTHS[sheet]), sheet)
    elif any(text.find_unprintable_characters(each) or text.has_html_tag(each) or text.has_iin(each) for each in said):
        reading.add_problem(row, XlsformProblemKind.TEXT, next(iter(said)), sheet)
