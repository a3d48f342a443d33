"""Reading of single XLSForm rows: kind, choices, bounds, condition and text, noting what is left out on the way."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translated import Translated
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
    list_condition_answers,
)
from trainer.surveys.xlsform.errors import XlsformProblem, XlsformProblemKind
from trainer.surveys.xlsform.export import KIND_COLUMN, translate_scale_labels
from trainer.surveys.xlsform.formulas import (
    FormulaUnsupported,
    parse_bounds_formula,
    parse_condition_formula,
    parse_range_parameters,
)
from trainer.surveys.xlsform.sheets import XlsformRow, is_no_cell, is_yes_cell
from trainer.surveys.xlsform.texts import simplify_text

SURVEY_SHEET, CHOICES_SHEET, SETTINGS_SHEET = "survey", "choices", "settings"
MAX_CHOICE_LENGTH = 300
MAX_DETAIL_LENGTH = 80
SELECT_PATTERN = re.compile(
    r"(select[ _]one|select1|select[ _]multiple|select all that apply)(?: from)? (\S+)( or_other| or specify other)?",
    re.IGNORECASE,
)
GROUP_PATTERN = re.compile(r"(begin|end)[ _](group|repeat|loop)\b.*", re.IGNORECASE)
TEXT_TYPES = ("text", "string", "phone number")
OTHER_NAME = "other"
OTHER_CHOICE = Choice(OTHER_NAME, Translated("Басқа", "Другое", "Other"))
OTHER_TEXT = Translated("Басқа болса, жазыңыз", "Если другое, напишите", "If other, please specify")


class RowType(NamedTuple):
    """The type of a row, the list that it refers to, and whether "other" is to be offered with it."""

    name: str
    list_name: str = ""
    offers_other: bool = False


@dataclass(frozen=True)
class XlsformGroup:
    """A group whose end has not been read yet."""

    row: XlsformRow
    text: Translated
    condition: Condition | None
    is_matrix: bool


@dataclass
class XlsformReading:
    """The state of reading a workbook: its lists of choices, and the questions and omissions found so far."""

    lists: Mapping[str, list[tuple[XlsformRow, Choice]]]
    languages: Collection[str] = ()
    """The languages in which questions have texts."""
    questions: list[SurveyQuestion] = field(default_factory=list)
    omissions: list[XlsformProblem] = field(default_factory=list)
    ignored_names: list[str] = field(default_factory=list)
    """The columns and metadata types that are not imported; this is no omission."""
    keys_by_name: dict[str, str] = field(default_factory=dict)
    """The keys of the questions by their names in the file; of questions with the same name, the last one read."""
    choice_keys_by_name: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each question key, the keys of its choices by their names in the file."""
    implied_conditions: dict[str, frozenset[Condition]] = field(default_factory=dict)
    """For each question key, the conditions that hold wherever the question is shown."""
    open_groups: list[XlsformGroup] = field(default_factory=list)
    matrix_rows: list[tuple[XlsformRow, Choice]] = field(default_factory=list)
    """The rows of the matrix that is being read."""
    open_loops: int = 0
    """The number of open loops, whose rows are left out."""

    def note(self, row: XlsformRow, kind: XlsformProblemKind, detail: str = "", sheet: str = SURVEY_SHEET) -> None:
        """Note once that something of a row was left out or changed."""
        omission = XlsformProblem(sheet, row.number, kind, detail[:MAX_DETAIL_LENGTH])
        if omission not in self.omissions:
            self.omissions.append(omission)


def parse_row_type(row: XlsformRow) -> RowType:
    """Return the type of a row as XLSForm writes it now; older spellings are recognised."""
    cell = " ".join(row.get_cell("type").split())
    if select := SELECT_PATTERN.fullmatch(cell):
        is_multiple = "multiple" in select.group(1).lower() or "all" in select.group(1).lower()
        return RowType("select_multiple" if is_multiple else "select_one", select.group(2), bool(select.group(3)))
    if group := GROUP_PATTERN.fullmatch(cell):
        return RowType(f"{group.group(1)}_{group.group(2)}".lower())
    return RowType(cell.lower())


def find_question_kind(reading: XlsformReading, row: XlsformRow, row_type: RowType) -> SurveyQuestionKind | None:
    """Return the kind of the question in a row; None, which is noted, if it is not supported."""
    if row_type.name in ("select_one", "select_multiple"):
        return find_select_kind(reading, row, row_type)
    if row_type.name == "range":
        return find_range_kind(reading, row)
    if row_type.name in TEXT_TYPES:
        if row.get_cell(KIND_COLUMN) == SurveyQuestionKind.CODE or row.get_cell("name") == OWN_CODE_KEY:
            return SurveyQuestionKind.CODE
        is_multiline = "multiline" in row.get_cell("appearance").split()
        return SurveyQuestionKind.TEXT if is_multiline else SurveyQuestionKind.SHORT_TEXT
    if row_type.name in ("integer", "int"):
        return SurveyQuestionKind.NUMBER
    reading.note(row, XlsformProblemKind.TYPE, row.get_cell("type"))
    return None


def find_select_kind(reading: XlsformReading, row: XlsformRow, row_type: RowType) -> SurveyQuestionKind | None:
    """Return the kind of a question with a list; None, which is noted, if the workbook lacks the list."""
    if row_type.list_name not in reading.lists:
        reading.note(row, XlsformProblemKind.LIST, row_type.list_name)
        return None
    if row_type.name == "select_multiple":
        return SurveyQuestionKind.MULTIPLE
    scale_kind = None if row_type.offers_other else find_scale_kind(reading, row_type.list_name)
    return scale_kind or SurveyQuestionKind.SINGLE


def find_range_kind(reading: XlsformReading, row: XlsformRow) -> SurveyQuestionKind | None:
    """Return how a range is asked: from 0 to 10 by buttons, any other by a number; None, which is noted, if it has fractions."""
    try:
        number_range = parse_range_parameters(row.get_cell("parameters"))
    except FormulaUnsupported:
        reading.note(row, XlsformProblemKind.TYPE, f"range {row.get_cell('parameters')}")
        return None
    return SurveyQuestionKind.NPS if number_range == (0, 10, 1) else SurveyQuestionKind.NUMBER


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


def read_list_choices(reading: XlsformReading, row: XlsformRow, row_type: RowType) -> dict[str, Choice]:
    """Return the choices of a list with valid keys, by their names in the file; empty, which is noted, if it can't be asked.

    Of choices with the same name, the first stands for the name in conditions.
    """
    named_choices: list[Choice] = []
    for choice_row, choice in reading.lists[row_type.list_name]:
        label = read_row_text(reading, choice_row, CHOICES_SHEET)
        if not label and not choice_row.label and choice.key:
            reading.note(choice_row, XlsformProblemKind.NAME_AS_TEXT, choice.key, CHOICES_SHEET)
            label = Translated(**dict.fromkeys(reading.languages or LANGUAGES[:1], choice.key))
        if not label:
            reading.note(choice_row, XlsformProblemKind.NO_TEXT, sheet=CHOICES_SHEET)
        elif any(len(part) > MAX_CHOICE_LENGTH for part in label.to_mapping().values()):
            reading.note(choice_row, XlsformProblemKind.TOO_LONG, f"{MAX_CHOICE_LENGTH}", CHOICES_SHEET)
        elif (choice.key, label) not in [(named.key, named.text) for named in named_choices]:
            named_choices.append(Choice(choice.key, label, choice.is_correct))
    if row_type.offers_other and OTHER_NAME not in [choice.key for choice in named_choices]:
        named_choices.append(OTHER_CHOICE)
    choices = assign_choice_keys_from_names(named_choices, "choice")
    if not are_choices_valid(choices, min_count=2):
        reading.note(row, XlsformProblemKind.LIST, row_type.list_name)
        return {}
    by_name: dict[str, Choice] = {}
    for position, (named_choice, choice) in enumerate(zip(named_choices, choices, strict=True)):
        is_new = named_choice.key not in by_name
        by_name[named_choice.key if is_new else f"{named_choice.key} {position}"] = choice
    return by_name


def note_unsupported_rules(reading: XlsformReading, row: XlsformRow, *, allows_bounds: bool = False) -> None:
    """Note the rules that a question loses: a formula for `required`, a filter, and a constraint unless it has bounds."""
    if not (is_yes_cell(row.get_cell("required")) or is_no_cell(row.get_cell("required"))):
        reading.note(row, XlsformProblemKind.REQUIRED, row.get_cell("required"))
    if row.get_cell("constraint").strip() and not allows_bounds:
        reading.note(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))
    if row.get_cell("choice_filter").strip():
        reading.note(row, XlsformProblemKind.FILTER, row.get_cell("choice_filter"))


def record_ignored_hints(reading: XlsformReading, row: XlsformRow, known_hints: Collection[str] = ()) -> None:
    """Record the hint columns of a row as ignored, except for hints that we show ourselves."""
    reading.ignored_names.extend(column for column, hint in row.hint_cells.items() if hint not in known_hints)


def read_number_bounds(reading: XlsformReading, row: XlsformRow, row_type: RowType) -> tuple[int | None, int | None]:
    """Return the bounds of a number or range; what is not supported of them is noted."""
    if row_type.name == "range":
        number_range = parse_range_parameters(row.get_cell("parameters"))
        if number_range.step != 1:
            reading.note(row, XlsformProblemKind.PARAMETERS, f"step={number_range.step}")
        return number_range.start, number_range.end
    try:
        return parse_bounds_formula(row.get_cell("constraint"))
    except FormulaUnsupported:
        reading.note(row, XlsformProblemKind.CONSTRAINT, row.get_cell("constraint"))
        return None, None


def read_row_condition(reading: XlsformReading, row: XlsformRow) -> Condition | None:
    """Return the condition of a row; None if it has none or an unsupported one, which is noted."""
    formula = row.get_cell("relevant").strip()
    if not formula:
        return None
    try:
        condition = build_condition(reading, row, formula)
    except FormulaUnsupported:
        reading.note(row, XlsformProblemKind.CONDITION, formula)
        return None
    return condition


def build_condition(reading: XlsformReading, row: XlsformRow, formula: str) -> Condition:
    """Return a formula as a condition. Raises FormulaUnsupported.

    "Not this answer" becomes "one of the others". It is then not met before there is an answer, which is noted unless the
    earlier question is required.
    """
    name, answers, is_negated = parse_condition_formula(formula)
    key = reading.keys_by_name.get(name, "")
    question = next((earlier for earlier in reading.questions if earlier.key == key), None)
    if question is None:
        raise FormulaUnsupported
    choice_keys = reading.choice_keys_by_name.get(key, {})
    keys = [choice_keys.get(answer, answer) for answer in answers]
    if is_negated:
        offered = list_condition_answers(question)
        if question.kind == SurveyQuestionKind.MULTIPLE or not set(keys) <= set(offered):
            raise FormulaUnsupported
        keys = [answer for answer in offered if answer not in keys]
        if not question.required:
            reading.note(row, XlsformProblemKind.NEGATION, formula)
    condition = Condition(key, tuple(dict.fromkeys(keys)))
    if not can_condition_hold(condition, reading.questions):
        raise FormulaUnsupported
    return condition


def list_needed_conditions(
    reading: XlsformReading, conditions: Iterable[Condition | None], met: Collection[Condition] = ()
) -> list[Condition]:
    """Return the conditions, without repetitions, that neither another one of them nor one that is met anyway implies."""
    unique = list(dict.fromkeys(condition for condition in conditions if condition))
    return [
        condition
        for condition in unique
        if condition not in expand_conditions(reading, met)
        and not any(
            condition in reading.implied_conditions.get(other.question_key, ())
            for other in unique
            if other != condition
        )
    ]


def expand_conditions(reading: XlsformReading, conditions: Iterable[Condition]) -> frozenset[Condition]:
    """Return conditions together with all that hold where they are met: a hidden question meets no condition."""
    given = frozenset(conditions)
    return given.union(*(reading.implied_conditions.get(condition.question_key, ()) for condition in given))


def read_row_text(reading: XlsformReading, row: XlsformRow, sheet: str = SURVEY_SHEET) -> Translated:
    """Return the label of a row as plain text, and note what was changed and which languages are missing."""
    parts = {}
    for language, label in row.label.to_mapping().items():
        parts[language], changes = simplify_text(label)
        for kind in changes:
            reading.note(row, kind, label, sheet)
    missing = [LANGUAGE_NAMES[language] for language in reading.languages if not parts.get(language)]
    if missing and any(parts.values()):
        reading.note(row, XlsformProblemKind.LANGUAGE, ", ".join(missing), sheet)
    return Translated.from_mapping(parts)
