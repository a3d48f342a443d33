"""Reading an XLSForm workbook into questions: all of it, or a list of what can't be taken, row by row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from trainer.documents.upload_tables import Table
from trainer.language import LANGUAGES
from trainer.surveys.questions.keys import named_choices, named_key
from trainer.surveys.questions.model import (
    MOST,
    OWN_CODE,
    SCALED,
    WITH_CHOICES,
    Choice,
    Condition,
    Question,
    QuestionKind,
    can_hold,
    good_choices,
)
from trainer.surveys.xlsform.errors import FormRefused, Issue, Trouble
from trainer.surveys.xlsform.export import KIND, NPS_RANGE, PURPOSE, hints, scale
from trainer.surveys.xlsform.formulas import Unread, answers_named, bounds_named
from trainer.surveys.xlsform.sheets import Line, is_no, is_yes, language_named, lines_of, lists_of, unread
from trainer.web import text

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
LONGEST = {SURVEY: 500, CHOICES: 300}
METADATA = {
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
class Taken:
    """What a workbook holds: the questions, the purpose it says, and what was left out without harm."""

    questions: list[Question]
    purpose: str
    left_out: list[str]


@dataclass(frozen=True)
class Group:
    """A group that was begun."""

    line: Line
    condition: Condition | None
    matrix: bool


@dataclass
class Reading:
    """What was read so far."""

    lists: Mapping[str, list[tuple[Line, Choice]]]
    questions: list[Question] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """The keys of a question's choices by the names in the file."""
    groups: list[Group] = field(default_factory=list)
    rows: list[tuple[Line, Choice]] = field(default_factory=list)
    """The rows of the matrix that was begun."""

    def refuse(self, line: Line, trouble: Trouble, detail: str = "", sheet: str = SURVEY) -> None:
        """Note what is wrong with a row."""
        self.issues.append(Issue(sheet, line.number, trouble, detail[:80]))


def read_form(sheets: Mapping[str, Table]) -> Taken:
    """Read the questions of a workbook. Raises FormRefused."""
    tables = {name.strip().lower(): table for name, table in sheets.items()}
    settings = next(iter(lines_of(tables.get(SETTINGS, []), "")), None)
    spoken = language_named(settings.get("default_language") if settings else "") or LANGUAGES[0]
    lines, lists = lines_of(tables.get(SURVEY, []), spoken), lists_of(lines_of(tables.get(CHOICES, []), spoken))
    if not lines or not any(each.get("type") for each in lines):
        raise FormRefused([Issue(SURVEY, 0, Trouble.SHEET)])
    lines = [each for each in lines if not is_yes(each.get("disabled"))]
    reading = Reading(lists, left_out=[*unread(tables.get(SURVEY, [])), *unread(tables.get(CHOICES, []))])
    for place, line in enumerate(lines):
        read_line(reading, line, lines[place + 1 :])
    for group in reading.groups:
        reading.refuse(group.line, Trouble.GROUP)
    if len(reading.questions) > MOST:
        reading.issues.append(Issue(SURVEY, 0, Trouble.TOO_MANY, str(len(reading.questions))))
    if reading.issues:
        raise FormRefused(reading.issues)
    return Taken(reading.questions, settings.get(PURPOSE) if settings else "", reading.left_out)


def read_line(reading: Reading, line: Line, following: Sequence[Line]) -> None:
    """Read one row of the sheet survey; those that follow say whether a group is a matrix."""
    kind, rest = type_of(line)
    if kind in METADATA:
        reading.left_out.append(kind)
    elif kind == "begin_group":
        begin_group(reading, line, following)
    elif kind == "end_group":
        end_group(reading, line)
    elif reading.groups and reading.groups[-1].matrix:
        read_row(reading, line)
    elif kind == "note":
        read_note(reading, line)
    elif kind or line.label:
        read_question(reading, line, kind, rest)


def type_of(line: Line) -> tuple[str, str]:
    """Give the type of a row, and the list that it names."""
    kind, _blank, rest = " ".join(line.get("type").split()).partition(" ")
    if kind.lower() in ("begin", "end"):
        return f"{kind}_{rest}".lower(), ""
    return kind.lower(), rest


def begin_group(reading: Reading, line: Line, following: Sequence[Line]) -> None:
    """Begin a matrix, or a section where the group has a heading."""
    condition = condition_of(reading, line)
    outer = condition_around(reading)
    matrix = is_matrix(reading, line, following)
    if outer and condition and not matrix:
        reading.refuse(line, Trouble.GROUP)
    reading.groups.append(Group(line, condition, matrix))
    reading.rows = []
    if matrix:
        return
    if line.label:
        keep(reading, line, QuestionKind.SECTION, condition or outer)
    elif condition:
        reading.refuse(line, Trouble.NO_TEXT)


def is_matrix(reading: Reading, line: Line, following: Sequence[Line]) -> bool:
    """Whether the group that begins is a matrix as we know it: one scale of ours, all rows alike."""
    rows = list(takewhile(lambda each: type_of(each)[0] != "end_group", following))
    scales = {scale_named(reading, type_of(each)[1]) if type_of(each)[0] == "select_one" else None for each in rows}
    alike = len({is_yes(each.get("required")) for each in rows}) == 1 and not any(each.get("relevant") for each in rows)
    table = "table-list" in line.get("appearance").split() and bool(line.label)
    return table and alike and len(scales) == 1 and scales <= set(SCALED)


def end_group(reading: Reading, line: Line) -> None:
    """End the group that was begun last."""
    if not reading.groups:
        reading.refuse(line, Trouble.GROUP)
        return
    group = reading.groups.pop()
    if group.matrix:
        keep_matrix(reading, group)


def condition_around(reading: Reading) -> Condition | None:
    """Give the condition of the groups around."""
    return next((each.condition for each in reversed(reading.groups) if each.condition), None)


def condition_of_section(reading: Reading) -> Condition | None:
    """Give the condition of the section that a question read now belongs to."""
    return next((each.show_if for each in reversed(reading.questions) if each.kind == QuestionKind.SECTION), None)


def read_row(reading: Reading, line: Line) -> None:
    """Read a row of a matrix."""
    check_text(reading, line)
    check_rules(reading, line)
    leave_out_hints(reading, line)
    name = line.get("name").removeprefix(f"{reading.groups[-1].line.get('name')}-")
    reading.rows.append((line, Choice(name, line.label)))


def keep_matrix(reading: Reading, group: Group) -> None:
    """Keep a matrix whose rows were read."""
    first = reading.rows[0][0]
    rows = named_choices([row for _line, row in reading.rows], "row")
    if not good_choices(rows, least=1):
        reading.refuse(group.line, Trouble.LIST, group.line.get("name"))
    facts = {"rows": rows, "scale": QuestionKind(type_of(first)[1]), "required": is_yes(first.get("required"))}
    keep(reading, group.line, QuestionKind.MATRIX, group.condition, **facts)


def read_note(reading: Reading, line: Line) -> None:
    """Read a note: a section of its own, shown when the group around it is."""
    own, around = condition_of(reading, line), condition_around(reading)
    if own and around:
        reading.refuse(line, Trouble.CONDITION, line.get("relevant"))
    keep(reading, line, QuestionKind.SECTION, own or around)


def read_question(reading: Reading, line: Line, kind: str, rest: str) -> None:
    """Read a question that is answered."""
    facts: dict[str, object] = {"required": is_yes(line.get("required"))}
    found = kind_of(reading, line, kind, rest)
    if found is None:
        return
    if found in WITH_CHOICES:
        facts["choices"] = choices_of(reading, line, rest)
    check_rules(reading, line, bounded=found == QuestionKind.NUMBER)
    if found == QuestionKind.NUMBER:
        facts["least"], facts["most"] = bounds_of(reading, line)
    keep(reading, line, found, condition_of(reading, line), **facts)


def kind_of(reading: Reading, line: Line, kind: str, rest: str) -> QuestionKind | None:
    """Say what kind of question a row is; None where it can't be taken, which is noted."""
    if kind in ("select_one", "select_multiple"):
        if rest not in reading.lists:
            reading.refuse(line, Trouble.LIST, rest)
            return None
        if kind == "select_multiple":
            return QuestionKind.MULTIPLE
        return scale_named(reading, rest) or QuestionKind.SINGLE
    if kind == "range":
        if " ".join(sorted(line.get("parameters").split())) == " ".join(sorted(NPS_RANGE.split())):
            return QuestionKind.NPS
        reading.refuse(line, Trouble.PARAMETERS, line.get("parameters"))
        return None
    if kind == "text":
        if line.get(KIND) == QuestionKind.CODE or line.get("name") == OWN_CODE:
            return QuestionKind.CODE
        return QuestionKind.TEXT if "multiline" in line.get("appearance").split() else QuestionKind.SHORT_TEXT
    if kind in ("integer", "int"):
        return QuestionKind.NUMBER
    reading.refuse(line, Trouble.TYPE, line.get("type"))
    return None


def scale_named(reading: Reading, list_name: str) -> QuestionKind | None:
    """Find the scale that a list is: it has our name and answers, and our words in one language at least."""
    if list_name not in (*SCALED, QuestionKind.YES_NO):
        return None
    ours = scale(QuestionKind(list_name))
    theirs = {choice.key: choice.text for _line, choice in reading.lists.get(list_name, [])}
    alike = set(ours) == set(theirs) and any(
        all(ours[key].only(each) == theirs[key].only(each) for key in ours) for each in LANGUAGES
    )
    return QuestionKind(list_name) if alike else None


def choices_of(reading: Reading, line: Line, list_name: str) -> tuple[Choice, ...]:
    """Give the choices of a list under keys of ours."""
    given = reading.lists[list_name]
    names: set[str] = set()
    for own, choice in given:
        if not any(each.sheet == CHOICES and each.row == own.number for each in reading.issues):
            check_text(reading, own, CHOICES)
            if not choice.key or choice.key in names:
                reading.refuse(own, Trouble.NAME, choice.key, CHOICES)
        names.add(choice.key)
    found = named_choices([choice for _line, choice in given], "choice")
    if not good_choices(found, least=2):
        reading.refuse(line, Trouble.LIST, list_name)
    reading.values[line.get("name")] = {there.key: ours.key for (_l, there), ours in zip(given, found, strict=True)}
    return found


def check_rules(reading: Reading, line: Line, *, bounded: bool = False) -> None:
    """Note what a row demands of an answer and we can't: anything but an answer at all, or the bounds of a number."""
    if not (is_yes(line.get("required")) or is_no(line.get("required"))):
        reading.refuse(line, Trouble.REQUIRED, line.get("required"))
    if line.get("constraint").strip() and not bounded:
        reading.refuse(line, Trouble.CONSTRAINT, line.get("constraint"))


def leave_out_hints(reading: Reading, line: Line, own: Collection[str] = ()) -> None:
    """Note the columns of a row's hints, unless they are our own."""
    reading.left_out.extend(column for column, said in line.hints.items() if said not in own)


def bounds_of(reading: Reading, line: Line) -> tuple[int | None, int | None]:
    """Read the bounds of a number."""
    try:
        return bounds_named(line.get("constraint"))
    except Unread:
        reading.refuse(line, Trouble.CONSTRAINT, line.get("constraint"))
        return None, None


def condition_of(reading: Reading, line: Line) -> Condition | None:
    """Read when a row is shown: certain answers to one earlier question."""
    said = line.get("relevant").strip()
    if not said:
        return None
    try:
        name, named = answers_named(said)
    except Unread:
        name, named = "", []
    known = reading.values.get(name, {})
    condition = Condition(reading.keys.get(name, ""), tuple(known.get(each, each) for each in named))
    if can_hold(condition, reading.questions):
        return condition
    reading.refuse(line, Trouble.CONDITION, said)
    return None


def keep(reading: Reading, line: Line, kind: QuestionKind, condition: Condition | None, **facts: object) -> None:
    """Keep a question under a key of ours."""
    name = line.get("name")
    if not name or name in reading.keys:
        reading.refuse(line, Trouble.NAME, name)
    check_text(reading, line)
    if kind != QuestionKind.SECTION and condition_around(reading) != condition_of_section(reading):
        reading.refuse(line, Trouble.AFTER_GROUP)
    key = named_key(name, kind, set(reading.keys.values()))
    reading.keys.setdefault(name, key)
    question = Question(key, kind, line.label, show_if=condition, **facts)  # type: ignore[arg-type]
    leave_out_hints(reading, line, hints(question).values())
    reading.questions.append(question)


def check_text(reading: Reading, line: Line, sheet: str = SURVEY) -> None:
    """Note what is wrong with the words of a row."""
    said = list(line.label.parts().values())
    if not said:
        reading.refuse(line, Trouble.NO_TEXT, sheet=sheet)
    elif any(len(each) > LONGEST[sheet] for each in said):
        reading.refuse(line, Trouble.TOO_LONG, str(LONGEST[sheet]), sheet)
    elif any(text.unprintable(each) or text.has_tag(each) or text.holds_iin(each) for each in said):
        reading.refuse(line, Trouble.TEXT, next(iter(said)), sheet)
