"""The answers of a survey as tables: a row for each response, in words and in codes, and what the codes mean; as XLSX and CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.language.choice import language
from trainer.language.words import gettext as _
from trainer.registration.documents import guarded
from trainer.surveys.checking import as_text
from trainer.surveys.forms import SCALES
from trainer.surveys.questionnaires import Questionnaire, options_of
from trainer.surveys.questions import WORDS, Question, QuestionKind
from trainer.surveys.results import Item, identity
from trainer.surveys.wording import answer_in_words
from trainer.web.text import showable

MOST_LETTERS = 32_767
"""As many a cell of a workbook may hold."""


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its headings, its rows, and how wide its columns are, in letters."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


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


def answers_table(items: Sequence[Item], copies: Sequence[Questionnaire], anonymous: bool) -> Table:
    """Give a row for each response, in words."""
    columns = columns_of(items, anonymous)
    heads = ["№", *([] if anonymous else [_("Name"), _("Date")]), _("On paper"), *(each.label for each in columns)]
    rows = list(rows_of(columns, copies, anonymous, in_words, lambda each: _("Yes") if each else _("No")))
    widths = (5, *(() if anonymous else (34, 12)), 10, *(width_of(each.question) for each in columns))
    return Table(_("Answers"), heads, rows, widths)


def codes_table(items: Sequence[Item], copies: Sequence[Questionnaire], anonymous: bool) -> Table:
    """Give a row for each response, in codes: the same rows in the same order."""
    columns = columns_of(items, anonymous)
    heads = ["number", *([] if anonymous else ["name", "date"]), "on_paper", *(each.code for each in columns)]
    rows = list(rows_of(columns, copies, anonymous, in_codes, as_text))
    return Table(_("Codes"), heads, rows, (8, *(() if anonymous else (34, 12)), 10, *(14 for _each in columns)))


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


def book_of_codes(items: Sequence[Item], anonymous: bool) -> Table:
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
    return Table(
        _("Questions"),
        [_("Code"), _("Kind"), _("Question in words"), _("Answer's code"), _("Answer")],
        rows,
        (24, 14, 60, 16, 40),
    )


def csv_file(table: Table) -> bytes:
    """Give a table as CSV as Excel here opens it: semicolons, a byte order mark, and nothing that it would compute."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";")
    writer.writerows([guarded(showable(cell)) for cell in each] for each in (table.headings, *table.rows))
    return made.getvalue().encode("utf-8-sig")


def workbook(tables: Sequence[Table], title: str) -> bytes:
    """Give tables as a workbook, a sheet each: every cell is text, the headings stay in sight and repeat on paper."""
    from xlsxwriter import Workbook  # here: most processes never write one

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for table in tables:
        sheet = book.add_worksheet(table.name)
        for number, cells in enumerate((table.headings, *table.rows)):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, showable(cell)[:MOST_LETTERS], text if number else head)
        for place, wide in enumerate(table.widths):
            sheet.set_column(place, place, wide)
        sheet.freeze_panes(1, min(2, len(table.headings) - 1))
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header("&L" + title.replace("&", "&&")[:200] + "&R&P / &N")
    book.close()
    return made.getvalue()
