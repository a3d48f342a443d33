"""Reading of single XLSForm rows: kind, choices, bounds, condition and text, with the problems found on the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from trainer.language import LANGUAGES
from trainer.surveys.questions.keys import assign_choice_keys_from_names
from trainer.surveys.questions.model import (
    OWN_CODE_KEY,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    are_choices_valid,
    can_condition_hold,
)
from trainer.surveys.xlsform.errors import XlsformProblem, XlsformProblemKind
from trainer.surveys.xlsform.export import KIND_COLUMN, NPS_RANGE_PARAMETERS, translate_scale_labels
from trainer.surveys.xlsform.formulas import FormulaUnsupported, parse_bounds_formula, parse_condition_formula
from trainer.surveys.xlsform.sheets import XlsformRow, is_no_cell, is_yes_cell
from trainer.web import text

SURVEY_SHEET, CHOICES_SHEET, SETTINGS_SHEET = "survey", "choices", "settings"
MAX_TEXT_LENGTHS = {SURVEY_SHEET: 500, CHOICES_SHEET: 300}
MAX_DETAIL_LENGTH = 80


@dataclass(frozen=True)
class XlsformGroup:
    """A group whose end has not been read yet."""

    row: XlsformRow
    condition: Condition | None
    is_matrix: bool


@dataclass
class XlsformReading:
    """The state of reading a workbook: its lists of choices, and the questions and problems found so far."""

    lists: Mapping[str, list[tuple[XlsformRow, Choice]]]
    questions: list[SurveyQuestion] = field(default_factory=list)
    problems: list[XlsformProblem] = field(default_factory=list)
    ignored_names: list[str] = field(default_factory=list)
    """The columns and metadata types that are not imported; this is no problem."""
    keys_by_name: dict[str, str] = field(default_factory=dict)
    """The keys of the questions by their names in the file."""
    choice_keys_by_name: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each question name, the keys of its choices by their names in the file."""
    open_groups: list[XlsformGroup] = field(default_factory=list)
    matrix_rows: list[tuple[XlsformRow, Choice]] = field(default_factory=list)
    """The rows of the matrix that is being read."""

    def add_problem(
        self, row: XlsformRow, kind: XlsformProblemKind, detail: str = "", sheet: str = SURVEY_SHEET
    ) -> None:
        """Record a problem of a row."""
        self.problems.append(XlsformProblem(sheet, row.number, kind, detail[:MAX_DETAIL_LENGTH]))


def parse_row_type(row: XlsformRow) -> tuple[str, str]:
    """Return the type of a row in lower case, and the name of the list that it refers to, if any."""
    type_name, _space, list_name = " ".join(row.get_cell("type").split()).partition(" ")
    if type_name.lower() in ("begin", "end"):
        return f"{type_name}_{list_name}".lower(), ""
    return type_name.lower(), list_name


def find_question_kind(
    reading: XlsformReading, row: XlsformRow, type_name: str, list_name: str
) -> SurveyQuestionKind | None:
    """Return the kind of the question in a row; None, with a recorded problem, if it is not supported."""
    if type_name in ("select_one", "select_multiple"):
        return find_select_kind(reading, row, type_name, list_name)
    if type_name == "range":
        if sorted(row.get_cell("parameters").split()) == sorted(NPS_RANGE_PARAMETERS.split()):
            return SurveyQuestionKind.NPS
        reading.add_problem(row, XlsformProblemKind.PARAMETERS, row.get_cell("parameters"))
        return None
    if type_name == "text":
        if row.get_cell(KIND_COLUMN) == SurveyQuestionKind.CODE or row.get_cell("name") == OWN_CODE_KEY:
            return SurveyQuestionKind.CODE
        is_multiline = "multiline" in row.get_cell("appearance").split()
        return SurveyQuestionKind.TEXT if is_multiline else SurveyQuestionKind.SHORT_TEXT
    if type_name in ("integer", "int"):
        return SurveyQuestionKind.NUMBER
    reading.add_problem(row, XlsformProblemKind.TYPE, row.get_cell("type"))
    return None


def find_select_kind(
    reading: XlsformReading, row: XlsformRow, type_name: str, list_name: str
) -> SurveyQuestionKind | None:
    """Return the kind of a question with a list; None, with a recorded problem, if the workbook lacks the list."""
    if list_name not in reading.lists:
        reading.add_problem(row, XlsformProblemKind.LIST, list_name)
        return None
    if type_name == "select_multiple":
        return SurveyQuestionKind.MULTIPLE
    return find_scale_kind(reading, list_name) or SurveyQuestionKind.SINGLE


def find_scale_kind(reading: XlsformReading, list_name: str) -> SurveyQuestionKind | None:
    """Return the scale, or yes/no, that a list stands for; None for any other list.

    The list must have the name and the values of our scale, and our labels in at least one language.
    """
    if list_name not in (*SCALE_KINDS, SurveyQuestionKind.YES_NO):
        return None
    own_labels = translate_scale_labels(SurveyQuestionKind(list_name))
    labels = {choice.key: choice.text for _row, choice in reading.lists.get(list_name, [])}
    if set(own_labels) != set(labels):
        return None
    for language in LANGUAGES:
        if all(own.get_exact_text(language) == labels[key].get_exact_text(language) for key, own in own_labels.items()):
            return SurveyQuestionKind(list_name)
    return None


def read_list_choices(reading: XlsformReading, row: XlsformRow, list_name: str) -> tuple[Choice, ...]:
    """Return the choices of a list with valid keys, and record the problems of the list and of its rows."""
    named_choices = reading.lists[list_name]
    checked_rows = {problem.row for problem in reading.problems if problem.sheet == CHOICES_SHEET}
    used_names: set[str] = set()
    for choice_row, choice in named_choices:
        if choice_row.number not in checked_rows:  # another question may use the same list
            check_row_text(reading, choice_row, CHOICES_SHEET)
            if not choice.key or choice.key in used_names:
                reading.add_problem(choice_row, XlsformProblemKind.NAME, choice.key, CHOICES_SHEET)
        used_names.add(choice.key)
    choices = assign_choice_keys_from_names([choice for _row, choice in named_choices], "choice")
    if not are_choices_valid(choices, min_count=2):
        reading.add_problem(row, XlsformProblemKind.LIST, list_name)
    reading.choice_keys_by_name[row.get_cell("name")] = {
        named_choice.key: choice.key for (_row, named_choice), choice in zip(named_choices, choices, strict=True)
    }
    return choices


def check_row_rules(reading: XlsformReading, row: XlsformRow, *, allows_bounds: bool = False) -> None:
    """Record the rules of a row that are not supported: a formula for `required`, and a constraint unless it has bounds."""
    if not (is_yes_cell(row.get_cell("required")) or is_no_cell(row.get_cell("required"))):
        reading.add_problem(row, XlsformProblemKind.REQUIRED, row.get_cell("required"))
    if row.get_cell("constraint").strip() and not allows_bounds:
        reading.add_problem(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))


def record_ignored_hints(reading: XlsformReading, row: XlsformRow, known_hints: Collection[str] = ()) -> None:
    """Record the hint columns of a row as ignored, except for hints that we show ourselves."""
    reading.ignored_names.extend(column for column, hint in row.hint_cells.items() if hint not in known_hints)


def read_number_bounds(reading: XlsformReading, row: XlsformRow) -> tuple[int | None, int | None]:
    """Return the bounds of a number; an unsupported constraint is recorded as a problem."""
    try:
        return parse_bounds_formula(row.get_cell("constraint"))
    except FormulaUnsupported:
        reading.add_problem(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))
        return None, None


def read_row_condition(reading: XlsformReading, row: XlsformRow) -> Condition | None:
    """Return the condition of a row; None if it has none or, with a recorded problem, an unsupported one."""
    formula = row.get_cell("relevant").strip()
    if not formula:
        return None
    try:
        question_name, answers = parse_condition_formula(formula)
    except FormulaUnsupported:
        question_name, answers = "", []
    choice_keys = reading.choice_keys_by_name.get(question_name, {})
    question_key = reading.keys_by_name.get(question_name, "")
    condition = Condition(question_key, tuple(choice_keys.get(answer, answer) for answer in answers))
    if can_condition_hold(condition, reading.questions):
        return condition
    reading.add_problem(row, XlsformProblemKind.CONDITION, formula)
    return None


def check_row_text(reading: XlsformReading, row: XlsformRow, sheet: str = SURVEY_SHEET) -> None:
    """Record the first problem of the labels of a row."""
    labels = list(row.label.to_mapping().values())
    if not labels:
        reading.add_problem(row, XlsformProblemKind.NO_TEXT, sheet=sheet)
    elif any(len(label) > MAX_TEXT_LENGTHS[sheet] for label in labels):
        reading.add_problem(row, XlsformProblemKind.TOO_LONG, str(MAX_TEXT_LENGTHS[sheet]), sheet)
    elif any(is_forbidden_text(label) for label in labels):
        reading.add_problem(row, XlsformProblemKind.TEXT, labels[0], sheet)


def is_forbidden_text(label: str) -> bool:
    """Return whether a label has characters that no document can show, HTML tags or an IIN."""
    return bool(text.find_unprintable_characters(label) or text.has_html_tag(label) or text.has_iin(label))
