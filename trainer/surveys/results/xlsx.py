"""The answers of a survey as tables: a row for each response, in words and in codes, and what the codes mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.documents.workbook import Sheet
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys.answering.forms import SCALES
from trainer.surveys.answering.wording import answer_in_words
from trainer.surveys.paper.completed_form import Questionnaire, options_of
from trainer.surveys.questions.model import WORDS, Question, QuestionKind
from trainer.surveys.questions.validation import as_text
from trainer.surveys.results.aggregation import Item, identity


@dataclass(frozen=True)
class Column:
    """An item, or a row of a matrix."""

    name: str
    question: Question
    row: str = ""

    @property
    def code(self) -> str:
        """Its key."""
        return f"{self.name}.{self.row}" if self.row else self.name

    @property
    def label(self) -> str:
        """Its words."""
        words = self.question.text.to(language())
        row = next((each.text.to(language()) for each in self.question.rows if each.key == self.row), "")
        return f"{words} – {row}" if row else words

    def answer(self, answers: Mapping[str, Any]) -> Any:
        """What was answered; None where nothing was."""
        found = answers.get(self.question.key)
        return found.get(self.row) if self.row and found else found


def columns_of(items: Sequence[Item], anonymous: bool) -> list[Column]:
    """Give the columns of some items; without names a participant's own code is none."""
    found = []
    for each in items:
        if each.question.kind != QuestionKind.CODE or not anonymous:
            rows = [row.key for row in each.question.rows] or [""]
            found += [Column(each.name, each.question, row) for row in rows]
    return found


def in_words(column: Column, answer: Any) -> str:
    """Write an answer as its form shows it."""
    if answer is None:
        return ""
    if column.row:
        return str(SCALES[column.question.scale].get(answer, answer))
    return answer_in_words(column.question, answer)


def in_codes(_column: Column, answer: Any) -> str:
    """Write an answer by its keys."""
    if answer is None:
        return ""
    return " ".join(answer) if isinstance(answer, list) else as_text(answer)


def answers_table(items: Sequence[Item], copies: Sequence[Questionnaire], anonymous: bool) -> Sheet:
    """Give a row for each response, in words."""
    columns = columns_of(items, anonymous)
    heads = ["№", *([] if anonymous else [_("Name"), _("Date")]), _("On paper"), *(each.label for each in columns)]
    rows = list(rows_of(columns, copies, anonymous, in_words, lambda each: _("Yes") if each else _("No")))
    widths = (5, *(() if anonymous else (34, 12)), 10, *(width_of(each.question) for each in columns))
    return Sheet(_("Answers"), heads, rows, widths)


def codes_table(items: Sequence[Item], copies: Sequence[Questionnaire], anonymous: bool) -> Sheet:
    """Give a row for each response, in codes: the same rows in the same order."""
    columns = columns_of(items, anonymous)
    heads = ["number", *([] if anonymous else ["name", "date"]), "on_paper", *(each.code for each in columns)]
    rows = list(rows_of(columns, copies, anonymous, in_codes, as_text))
    return Sheet(_("Codes"), heads, rows, (8, *(() if anonymous else (34, 12)), 10, *(14 for _each in columns)))


def rows_of(
    columns: Sequence[Column],
    copies: Sequence[Questionnaire],
    anonymous: bool,
    written: Callable[[Column, Any], str],
    yes_or_no: Callable[[bool], str],
) -> Iterator[list[str]]:
    """Write the responses; of those without a name nothing but the answers and whether they were on paper."""
    asked = {id(each.questions): {identity(one) for one in each.questions} for each in copies}
    for number, each in enumerate(copies, 1):
        known = asked[id(each.questions)]
        cells = [written(one, one.answer(each.answers) if identity(one.question) in known else None) for one in columns]
        day = f"{each.answered_on:%d.%m.%Y}" if each.answered_on else ""
        who = [] if anonymous else [each.name, day]
        yield [f"{number}", *who, yes_or_no(each.on_paper), *cells]


def width_of(question: Question) -> int:
    """Say how wide a column is."""
    return 50 if question.kind == QuestionKind.TEXT else 24


def book_of_codes(items: Sequence[Item], anonymous: bool) -> Sheet:
    """Say what every code means."""
    rows = []
    for column in columns_of(items, anonymous):
        question = column.question
        answers = (
            [(value, str(words)) for value, words in SCALES[question.scale].items()]
            if column.row
            else []
            if question.kind in WORDS or question.kind == QuestionKind.NUMBER
            else options_of(question)
        )
        rows.append([column.code, str(question.scale if column.row else question.kind), column.label, "", ""])
        rows += [[column.code, "", "", as_text(key), label] for key, label in answers]
    return Sheet(
        _("Questions"),
        [_("Code"), _("Kind"), _("Question in words"), _("Answer's code"), _("Answer")],
        rows,
        (24, 14, 60, 16, 40),
    )
